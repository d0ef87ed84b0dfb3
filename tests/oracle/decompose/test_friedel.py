# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
"""Friedel pairs: the factorisation is, bit by bit, that of sums which numpy made by turning the patterns round."""
import numpy as np

from common import check, counts, run

rng = np.random.default_rng(3)
for height, width, zero_y, zero_x, dtype in ((16, 20, 8, 10, np.uint8), (15, 15, 7, 7, np.uint8), (16, 16, 7.5, 7.5, np.uint16), (18, 14, 7.5, 8, np.uint16)):
    n, m, k = 1300, height * width, 4
    x = counts(n, m, k, 800, height + width, dtype)
    mask = rng.random(m) < 0.1
    w0, h0 = rng.random((n, k)).astype(np.float32), rng.random((k, m)).astype(np.float32)

    # Where -k is of each pixel, by turning an image of numbers by 180 degrees and shifting it.
    numbers = np.full((3 * height, 3 * width), -1)
    numbers[height:2 * height, width:2 * width] = np.arange(m).reshape(height, width)
    turned = np.roll(numbers[::-1, ::-1], (round(2 * zero_y) - height + 1, round(2 * zero_x) - width + 1), (0, 1))
    partner = turned[height:2 * height, width:2 * width].ravel()
    own = np.arange(m)
    paired = (partner >= 0) & (partner != own) & ~mask & ~mask[partner]
    sums = x.astype(np.uint16 if dtype == np.uint8 else np.float32)
    sums[:, paired] += sums[:, partner[paired]].copy()
    kept = ~mask & ~(paired & (partner < own))
    given = {"k": k, "iterations": 15, "poisson": 1, "w": w0}
    theirs = run(np.ascontiguousarray(sums[:, kept]), h=np.ascontiguousarray(h0[:, kept]), **given)
    ours = run(x, h=h0, height=height, width=width, zero_y=zero_y, zero_x=zero_x, signal_mask=mask.astype(np.uint8), **given)
    what = f"{height} x {width} {dtype.__name__} about ({zero_y}, {zero_x}), {kept.sum()} of {m} columns"
    check(ours["error"] == theirs["error"] and np.array_equal(ours["w"], theirs["w"]), f"{what}: errors and loadings are those of numpy's sums")
    check(np.array_equal(ours["h"][:, :kept.sum()], theirs["h"][:, :kept.sum()]), f"{what}: so are the factors")
