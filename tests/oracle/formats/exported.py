# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
"""exported.py RONCHI: a planted scan, decomposed and exported, plots in HyperSpy as its own decompositions do."""
import os
import subprocess
import sys
import tempfile

import h5py
import hyperspy.api as hs
import matplotlib
import numpy as np

from compare import check, finish

matplotlib.use("agg")
ronchi = sys.argv[1]
folder = tempfile.TemporaryDirectory()
random = np.random.default_rng(3)

# Two patterns, mixed by two maps, counted.
patterns = random.random((2, 12, 12)) ** 4 * 40
maps = np.stack([np.linspace(0, 1, 20)[None, :] * np.ones((15, 1)), np.linspace(1, 0, 20)[None, :] * np.ones((15, 1))])
truth = random.poisson(np.einsum("kyx,kij->yxij", maps, patterns)).astype(np.uint8)
s = hs.signals.Signal2D(truth)
for axis, scale, units in zip(s.axes_manager._axes, (2.5, 1.25, 0.02, 0.02), ("nm", "nm", "1/A", "1/A")):
    axis.scale, axis.units = scale, units
s.metadata.General.title = "planted"
s.save(os.path.join(folder.name, "in.hspy"))
job = """name: planted
input: in.hspy
seed: 1
stages:
  files: {}
  survey: {after: files}
  ingest: {after: [survey, files]}
  decompose: {after: ingest, components: 2}
  export: {after: [decompose, ingest]%s}
"""
for data in ("frames", "none"):
    with open(os.path.join(folder.name, "job.yaml"), "w") as f:
        f.write(job % f", data: {data}")
    done = subprocess.run([ronchi, "run", "job.yaml"], cwd=folder.name, capture_output=True, text=True)
    check(done.returncode == 0, done.stdout + done.stderr)
    run = os.path.join(folder.name, "run", "planted")
    s = hs.load(os.path.join(run, "planted.hspy"))
    results = s.learning_results
    lazy = hs.load(os.path.join(run, "planted.hspy"), lazy=True)
    check(lazy.data.shape == s.data.shape and np.array_equal(lazy.learning_results.factors, results.factors), f"{data}: loaded lazily")
    ny, nx = s.axes_manager.navigation_shape[::-1]
    pixels = s.axes_manager.signal_size
    check((ny, nx) == (15, 20), f"{data}: scan shape")
    check(results.loadings.shape == (ny * nx, 2) and results.factors.shape == (pixels, 2), f"{data}: shapes of the results")
    check(results.output_dimension == 2 and results.decomposition_algorithm == "NMF", f"{data}: what the results are")
    check(len(results.explained_variance_ratio) >= 2 and np.all(np.diff(results.explained_variance) <= 0), f"{data}: explained variance")
    s.plot_decomposition_results()
    s.plot_decomposition_factors()
    s.plot_decomposition_loadings()
    s.plot_explained_variance_ratio()
    matplotlib.pyplot.close("all")
    loadings = hs.load(os.path.join(run, "planted_loadings.hspy"))
    factors = hs.load(os.path.join(run, "planted_factors.hspy"))
    check(np.allclose(loadings.data.reshape(2, -1).T, results.loadings), f"{data}: loadings file")
    check(np.allclose(factors.data.reshape(2, -1).T, results.factors), f"{data}: factors file")
    check([a.units for a in loadings.axes_manager.signal_axes] == ["nm", "nm"] and [a.scale for a in loadings.axes_manager.signal_axes] == [1.25, 2.5], f"{data}: units")
    with h5py.File(os.path.join(run, "planted.emd")) as f:
        check(np.array_equal(f["loadings_root/loadings/data"][()], loadings.data), f"{data}: loadings in EMD")
        check(np.array_equal(f["factors_root/factors/data"][()], factors.data), f"{data}: factors in EMD")
    if data == "frames":
        # The results belong to the frames beside them: no two components can be closer than the SVD's (Eckart and Young), and
        # non-negative ones of a non-negative mixture come near.
        frames = s.data.reshape(ny * nx, pixels).astype(float)
        model = results.loadings @ results.factors.T
        inside = ~results.signal_mask.ravel() if results.signal_mask is not None else np.ones(pixels, bool)
        rows = ~results.navigation_mask.ravel() if results.navigation_mask is not None else np.ones(ny * nx, bool)
        best = np.sum(np.linalg.svd(frames[rows][:, inside], compute_uv=False)[2:] ** 2)
        left = np.sum((frames - model)[rows][:, inside] ** 2)
        check(best <= left * (1 + 1e-6) and left < 1.1 * best, f"residual {left}, that of the SVD {best}")
    else:
        check(os.path.getsize(os.path.join(run, "planted.hspy")) < 200000, "frames are not in the file")
finish()
