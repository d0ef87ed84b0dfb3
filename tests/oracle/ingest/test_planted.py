# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
"""A planted scan: centres of mass against scipy, the transform against scipy and scikit-image, virtual images against numpy."""
import os
import tempfile

import numpy as np
from scipy import ndimage
from skimage.feature import blob_log
from skimage.measure import block_reduce

from common import Result

rng = np.random.default_rng(5)
ny, nx, h, w = 7, 11, 64, 56
y, x = np.mgrid[:h, :w]
beam = np.array([[(30 + 0.5 * l - 0.1 * c, 27 - 0.3 * l + 0.2 * c) for c in range(nx)] for l in range(ny)])


def spot(cy, cx, counts, sigma=1.5):
    return counts * np.exp(-((y - cy) ** 2 + (x - cx) ** 2) / (2 * sigma**2)) / (2 * np.pi * sigma**2)


frames = np.empty((ny, nx, h, w), np.uint16)
for l in range(ny):
    for c in range(nx):
        by, bx = beam[l, c]
        mean = 1 + spot(by, bx, 5000) + sum(spot(by + 15 * a, bx + 15 * b, 600) for a, b in ((0, 1), (1, 0), (0, -1), (-1, 0)))
        frames[l, c] = rng.poisson(mean)

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "scan.npy")
    np.save(path, frames)
    r = Result(path, survey="centring: measured, bin: 2, lengths: pixel, inner_radius: 6, outer_radius: 24, find_spots: true, output_type: uint16",
               ingest="lengths: pixel, virtual_images: [{name: bf, inner: 0, outer: 5}, {name: df, inner: 10, outer: 20}]")

radius = r.survey.attrs["beam_radius"]
found = r.survey["beam"][:]
for l in range(ny):
    for c in range(nx):
        # The disk stands at the pixel nearest to the centre of mass inside it.
        cy, cx = np.rint(found[l, c, 0]), np.rint(found[l, c, 1])
        disk = (y - cy) ** 2 + (x - cx) ** 2 <= radius**2
        own = ndimage.center_of_mass(np.where(disk, frames[l, c], 0))
        assert np.allclose(own, found[l, c, :2], atol=1e-9), (l, c, own, found[l, c])
        assert found[l, c, 2] == frames[l, c][disk].sum()
assert np.abs(found[..., :2] - beam).max() < 0.5

shifts = np.array([h // 2, w // 2]) - np.rint(found[..., :2])
assert np.array_equal(r.survey["transform/shifts"][:].reshape(ny, nx, 2), shifts)
mask = r.ingest["mask"][:].reshape(h // 2, w // 2)
cy, cx = np.mgrid[: h // 2, : w // 2] * 2 + 0.5
rho = np.hypot(cy - h // 2, cx - w // 2)
assert mask[rho <= 6].all() and mask[rho > 24].all()

# scikit-image sees the four reflections in the same mean pattern; all of them are masked.
mean = r.survey["mean_pattern"][:]
blobs = blob_log(np.where(np.hypot(y - h // 2, x - w // 2) < 8, 0, mean), min_sigma=1, max_sigma=4, num_sigma=10, threshold=0.3 * mean[h // 2 + 15, w // 2])
assert len(blobs) == 4, blobs
for by, bx, _ in blobs:
    assert mask[int(by) // 2, int(bx) // 2] == 1
spots = r.survey["spots"][:]
assert len(spots) == 4 and all(np.hypot(*(blobs[:, :2] - s[:2]).T).min() < 1.5 for s in spots), (blobs, spots)

total = np.zeros((h // 2, w // 2))
yy, xx = y - h // 2, x - w // 2
for l in range(ny):
    for c in range(nx):
        moved = ndimage.shift(frames[l, c].astype(float), shifts[l, c], order=0, mode="constant", cval=0)
        out = np.where(mask, 0, block_reduce(moved, (2, 2), np.sum))
        assert np.array_equal(out, r.ingest["frames"][l, c]), (l, c)
        assert r.ingest["virtual_bf"][l, c] == moved[np.hypot(yy, xx) <= 5].sum()
        assert r.ingest["virtual_df"][l, c] == moved[(np.hypot(yy, xx) >= 10) & (np.hypot(yy, xx) <= 20)].sum()
        assert r.ingest["total_counts"][l, c] == out.sum()
        total += out
assert np.array_equal(total, r.ingest["sum_pattern"][:])
print("survey and ingest equal scipy, scikit-image and numpy")
