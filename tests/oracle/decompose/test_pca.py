# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
"""Principal components against numpy's full singular value decomposition, with and without scaling and centring."""
import numpy as np

from common import check, counts, run, scaled

x = counts(2000, 500, 5, 1000, 2, np.uint16)
for poisson in (0, 1):
    for centre in (0, 1):
        reference = scaled(x) if poisson else x.astype(np.float64)
        if centre:
            reference = reference - reference.mean(0)
        u, s, v = np.linalg.svd(reference, full_matrices=False)
        ours = run(x, pca=20, poisson=poisson, centre=centre)
        squares = np.array(ours["squares"])
        signal = 4 if centre else 5
        what = f"poisson {poisson}, centre {centre}"
        check(np.allclose(squares[:signal], s[:signal] ** 2, rtol=1e-4), f"{what}: variances of the signal agree to {np.abs(squares[:signal] / s[:signal] ** 2 - 1).max():.1e}")
        check(np.allclose(squares, s[:20] ** 2, rtol=0.03), f"{what}: variances of the noise agree to {np.abs(squares / s[:20] ** 2 - 1).max():.1e}")
        check(abs(ours["total"] / (s ** 2).sum() - 1) < 1e-5, f"{what}: total variance")
        overlap = np.linalg.svd(ours["v"][:signal, :500] @ v[:signal].T, compute_uv=False).min()
        check(overlap > 1 - 1e-4, f"{what}: subspace of the signal, smallest cosine {overlap:.6f}")
        projected = np.abs((ours["scores"][:, :signal] * (u * s)[:, :signal]).sum(0)) / s[:signal] ** 2
        check(np.allclose(projected, 1, atol=1e-2), f"{what}: scores are U S up to the sign")

# As many components as there are columns: exact.
x = counts(3000, 24, 3, 200, 4)
s = np.linalg.svd(scaled(x), compute_uv=False)
squares = np.array(run(x, pca=24, poisson=1)["squares"])
check(np.allclose(squares, s ** 2, rtol=1e-5, atol=1e-9), f"24 columns: all variances agree to {np.abs(squares / s ** 2 - 1).max():.1e}")
