# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
"""Starts: NNDSVD as scikit-learn makes it; over 20 random starts the median converged objective is not above scikit-learn's."""
import warnings

import numpy as np
from sklearn.decomposition import non_negative_factorization
from sklearn.decomposition._nmf import _initialize_nmf

from common import check, counts, run, scaled

warnings.filterwarnings("ignore")

x = counts(1500, 300, 5, 400, 3)
for poisson in (0, 1):
    reference = scaled(x) if poisson else x.astype(np.float64)
    u, s, v = np.linalg.svd(reference, full_matrices=False)
    for start in ("nndsvd", "nndsvda"):
        ours = run(x, k=5, pca=20, start=start, poisson=poisson)
        w, h = _initialize_nmf(reference, 5, init=start, eps=0, random_state=0)
        ours_product, their_product = ours["w0"].astype(float) @ ours["h0"][:, :300].astype(float), w @ h
        difference = np.linalg.norm(ours_product - their_product) / np.linalg.norm(their_product)
        check(difference < 0.02, f"{start}, poisson {poisson}: W H of the start differs from scikit-learn's by {difference:.4f}")

# Anchors: pure frames are there, so the anchors' patterns are the components.
rng = np.random.default_rng(5)
h = np.where(rng.random((4, 300)) < 0.15, rng.random((4, 300)), 0.001)
h /= h.sum(1, keepdims=True)
w = rng.dirichlet(np.full(4, 0.15), 2000)
ours = run(rng.poisson(5000 * w @ h).astype(np.uint16), k=4, start="anchor")
pattern = ours["h0"][:, :300] / np.linalg.norm(ours["h0"][:, :300], axis=1, keepdims=True)
match = (pattern @ (h / np.linalg.norm(h, axis=1, keepdims=True)).T).max(0)
check(match.min() > 0.95, f"anchor start: correlation of every true component with its anchor at least {match.min():.3f}")

x = counts(800, 200, 6, 300, 11)
reference = x.astype(np.float64)
ours, theirs = [], []
for seed in range(20):
    ours.append(run(x, k=6, start="random", seed=seed + 1, iterations=1500, tolerance=1e-5)["error"][-1] ** 2)
    w, h, _ = non_negative_factorization(reference, n_components=6, init="random", solver="cd", random_state=seed, tol=1e-7, max_iter=1500)
    theirs.append((np.linalg.norm(reference - w @ h) / np.linalg.norm(reference)) ** 2)
a, b = np.median(ours), np.median(theirs)
check(a <= b * 1.0001, f"median converged objective over 20 starts {a:.6f}, scikit-learn {b:.6f}")
