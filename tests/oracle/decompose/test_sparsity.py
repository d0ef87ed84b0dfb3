# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
"""Sparsity penalties: from one start, the same objective at the end as scikit-learn's coordinate descent with alpha_W and alpha_H."""
import warnings

import numpy as np
from sklearn.decomposition import non_negative_factorization

from common import check, counts, run, scaled

warnings.filterwarnings("ignore")


def objective(x, w, h, loadings, factors):
    """As scikit-learn documents it, at the best scale of every component, which coordinate descent finds slowly."""
    n, m = x.shape
    return 0.5 * np.linalg.norm(x - w @ h) ** 2 + 2 * np.sqrt(loadings * m * w.sum(0) * factors * n * h.sum(1)).sum()


for seed, (n, m, k, dose, poisson, loadings, factors) in enumerate([(1500, 200, 4, 300, 0, 0.05, 0.05), (1500, 200, 4, 300, 0, 0.5, 0.01), (2000, 300, 4, 300, 1, 1e-6, 4e-6)]):
    x = counts(n, m, k, dose, seed)
    reference = scaled(x) if poisson else x.astype(np.float64)
    rng = np.random.default_rng(seed)
    scale = np.sqrt(reference.mean() / k)
    w0, h0 = ((scale * np.abs(rng.standard_normal(s))).astype(np.float32) for s in ((n, k), (k, m)))
    given = {"k": k, "poisson": poisson, "w": w0, "h": h0, "iterations": 3000, "tolerance": 1e-5}
    w, h, _ = non_negative_factorization(reference, W=w0.astype(float), H=h0.astype(float), n_components=k, init="custom", solver="cd", tol=1e-9, max_iter=3000,
                                         alpha_W=loadings, alpha_H=factors, l1_ratio=1)
    theirs = objective(reference, w, h, loadings, factors)
    for arithmetic in ("float", "integer"):
        result = run(x, sparsity=loadings, sparsity_factors=factors, arithmetic=arithmetic, **given)
        w1, h1 = result["w"].astype(float), result["h"][:, :m].astype(float)
        ours = objective(reference, w1, h1, loadings, factors)
        what = f"poisson {poisson}, {loadings} and {factors}, {arithmetic}"
        check(abs(ours / theirs - 1) < 1e-3, f"{what}: objective {ours:.6g}, scikit-learn {theirs:.6g}")
        reported = 0.5 * (result["error"][-1] * np.linalg.norm(reference)) ** 2
        check(abs(reported / ours - 1) < 1e-5, f"{what}: the objective that is reported, {reported:.6g}, is that of the factors")
        check(np.diff(result["error"]).max() < 1e-6, f"{what}: it never grows")
        check(result["kkt"][-1] <= 1e-5, f"{what}: {len(result['kkt'])} iterations")
    plain = run(x, **given)
    w2, h2 = plain["w"].astype(float), plain["h"][:, :m].astype(float)
    check((w1 == 0).mean() + (h1 == 0).mean() > (w2 == 0).mean() + (h2 == 0).mean() + 0.02, f"more numbers are zero, {(w1 == 0).mean():.3f} and {(h1 == 0).mean():.3f} against {(w2 == 0).mean():.3f} and {(h2 == 0).mean():.3f}")
    check(ours < objective(reference, w2, h2, loadings, factors) * (1 - 1e-4), "the penalty is made smaller than it is without it")

# Masks: leaving rows and columns out is factorising what is left, with its numbers of rows and columns.
x = counts(1500, 200, 4, 300, 7)
rng = np.random.default_rng(7)
rows, columns = rng.random(1500) < 0.3, rng.random(200) < 0.3
w0, h0 = rng.random((1500, 4)).astype(np.float32), rng.random((4, 200)).astype(np.float32)
result = run(x, k=4, sparsity=0.1, iterations=3000, tolerance=1e-5, w=w0, h=h0, navigation_mask=rows.astype(np.uint8), signal_mask=columns.astype(np.uint8))
rest = x[~rows][:, ~columns].astype(float)
w, h, _ = non_negative_factorization(rest, W=w0[~rows].astype(float), H=np.ascontiguousarray(h0[:, ~columns]).astype(float), n_components=4, init="custom", solver="cd", tol=1e-9,
                                     max_iter=3000, alpha_W=0.1, l1_ratio=1)
theirs, ours = objective(rest, w, h, 0.1, 0.1), 0.5 * (result["error"][-1] * np.linalg.norm(rest)) ** 2
check(abs(ours / theirs - 1) < 1e-3, f"masked: objective {ours:.6g}, scikit-learn on what is left {theirs:.6g}")
