# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
"""Kullback-Leibler loss: the divergence after n iterations is that of scikit-learn's multiplicative updates with one update of W an
iteration, and at or below it within 0.1 % with several."""
import warnings

import numpy as np
from scipy.special import kl_div
from sklearn.decomposition import non_negative_factorization

from common import check, counts, run

warnings.filterwarnings("ignore")


def divergence(x, w, h):
    return kl_div(x.astype(float), w @ h).sum()


def theirs(x, w, h, n):
    w, h, _ = non_negative_factorization(x.astype(float), W=w.astype(float), H=h.astype(float), n_components=w.shape[1], init="custom", solver="mu",
                                         beta_loss="kullback-leibler", tol=0, max_iter=n)
    return divergence(x, w, h)


for seed, (n, m, k, dose, dtype) in enumerate([(3000, 400, 5, 60, np.uint8), (2000, 1000, 9, 3000, np.uint16), (1100, 300, 3, 100, np.float32)]):
    x = counts(n, m, k, dose, seed, np.uint16 if dtype == np.float32 else dtype).astype(dtype)
    rng = np.random.default_rng(seed)
    w0, h0 = (rng.random(s).astype(np.float32) + 0.01 for s in ((n, k), (k, m)))
    given = {"k": k, "loss": "kullback_leibler", "iterations": 100, "w": w0, "h": h0}
    plain, several = run(x, updates=1, **given)["divergence"], run(x, **given)
    # Rounding to single precision grows from update to update where the way leads past a saddle.
    for iterations in (1, 2, 5, 10, 25, 50, 100):
        b = theirs(x, w0, h0, iterations)
        check(abs(plain[iterations] / b - 1) < (1e-5 if iterations <= 25 else 1e-3), f"{dtype.__name__}: divergence after {iterations} plain updates {plain[iterations]:.2f}, scikit-learn {b:.2f}")
        a = several["divergence"][iterations]
        check(a <= b * 1.001, f"{dtype.__name__}: with several updates of W an iteration {a:.2f}")
    direct = divergence(x, several["w"].astype(float), several["h"][:, :m].astype(float))
    check(abs(several["divergence"][-1] / direct - 1) < 1e-5, f"the divergence that is reported is that of the factors, {direct:.2f}")
    check(np.diff(plain).max() < 1e-6 * plain[-1] and np.diff(several["divergence"]).max() < 1e-6 * plain[-1], "no iteration makes it larger")

# Masks: leaving rows and columns out is factorising what is left.
x = counts(1500, 300, 4, 100, 7)
rng = np.random.default_rng(7)
rows, columns = rng.random(1500) < 0.2, rng.random(300) < 0.2
given = {"k": 4, "loss": "kullback_leibler", "iterations": 20, "updates": 1, "w": rng.random((1500, 4)).astype(np.float32), "h": rng.random((4, 300)).astype(np.float32)}
masked = run(x, navigation_mask=rows.astype(np.uint8), signal_mask=columns.astype(np.uint8), **given)["divergence"][-1]
b = theirs(x[~rows][:, ~columns], given["w"][~rows], given["h"][:, ~columns], 20)
check(abs(masked / b - 1) < 1e-5, f"masked: divergence {masked:.2f}, scikit-learn on what is left {b:.2f}")
