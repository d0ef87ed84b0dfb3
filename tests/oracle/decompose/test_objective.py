# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
"""From one start, the objective after n iterations is at or below that of scikit-learn's coordinate descent within 0.1 %."""
import warnings

import numpy as np
from sklearn.decomposition import non_negative_factorization

from common import check, counts, run, scaled

warnings.filterwarnings("ignore")


def theirs(x, w, h, n):
    w, h, _ = non_negative_factorization(x, W=w.copy(), H=h.copy(), n_components=w.shape[1], init="custom", solver="cd", tol=0, max_iter=n)
    return np.linalg.norm(x - w @ h) / np.linalg.norm(x)


for seed, (n, m, k, dose, dtype, poisson) in enumerate([(3000, 400, 5, 300, np.uint8, 0), (2000, 1000, 8, 2000, np.uint16, 0), (3000, 400, 5, 300, np.uint8, 1)]):
    x = counts(n, m, k, dose, seed, dtype)
    reference = scaled(x) if poisson else x.astype(np.float64)
    rng = np.random.default_rng(seed)
    scale = np.sqrt(reference.mean() / k)
    w0, h0 = (scale * np.abs(rng.standard_normal(s)) for s in ((n, k), (k, m)))
    steps = (1, 2, 5, 10, 25, 50, 100)
    reached = [theirs(reference, w0.astype(np.float32).astype(float), h0.astype(np.float32).astype(float), n) ** 2 for n in steps]
    for arithmetic in ("float", "integer"):
        ours = run(x, k=k, iterations=100, poisson=poisson, w=w0.astype(np.float32), h=h0.astype(np.float32), arithmetic=arithmetic)
        for iterations, b in zip(steps, reached):
            a = ours["error"][iterations - 1] ** 2
            check(a <= b * 1.001, f"{dtype.__name__} poisson {poisson} {arithmetic}: objective after {iterations} iterations {a:.6f}, scikit-learn {b:.6f}")
        fit = ours["w"].astype(float) @ ours["h"][:, :m].astype(float)
        direct = np.linalg.norm(reference - fit) / np.linalg.norm(reference)
        check(abs(direct - ours["error"][-1]) < 1e-5, f"the error that is reported, {ours['error'][-1]:.6f}, is that of the factors, {direct:.6f}")

# Masks: leaving rows and columns out is factorising what is left.
x = counts(1500, 300, 4, 300, 7)
rng = np.random.default_rng(7)
rows, columns = rng.random(1500) < 0.2, rng.random(300) < 0.2
w0, h0 = rng.random((1500, 4)).astype(np.float32), rng.random((4, 300)).astype(np.float32)
masked = run(x, k=4, iterations=20, poisson=1, w=w0, h=h0, navigation_mask=rows.astype(np.uint8), signal_mask=columns.astype(np.uint8))
rest = scaled(x[~rows][:, ~columns])
b = theirs(rest, w0[~rows].astype(float), h0[:, ~columns].astype(float), 20) ** 2
check(masked["error"][-1] ** 2 <= b * 1.001, f"masked: objective {masked['error'][-1] ** 2:.6f}, scikit-learn on what is left {b:.6f}")
whole = run(x, k=4, iterations=20, poisson=1, w=w0, h=h0)
check(abs(whole["error"][-1] - masked["error"][-1]) > 1e-4, "a mask changes the result")
