# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
"""Time to the objective that scikit-learn's coordinate descent reaches in 200 iterations: both begin at the same random factors, 20,000 x
4,096 uint8 counts, k = 8, 2 threads, float32 on OpenBLAS for scikit-learn. Medians of 3. JSON on standard output.

Usage: /usr/bin/python3 tests/benchmarks/nmf_time_to_objective.py build/ci/bin/ronchi_nmf
"""
import json
import os
import subprocess
import sys
import tempfile
import time
import warnings

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "2"
import numpy as np
from sklearn.decomposition import non_negative_factorization

warnings.filterwarnings("ignore")
n, m, k, repeats = 20000, 4096, 8, 3
rng = np.random.default_rng(1)
h = np.where(rng.random((k, m)) < 0.3, rng.random((k, m)), 0.01)
w = rng.random((n, k)) ** 3
product = w @ h
x = rng.poisson(product * (2.0 / product.mean())).clip(0, 255).astype(np.uint8)
del product
scale = np.sqrt(x.mean() / k)
w0, h0 = (np.abs(scale * rng.standard_normal(s)).astype(np.float32) for s in ((n, k), (k, m)))
floats = x.astype(np.float32)
norm2 = sum(float(np.square(rows.astype(np.float64)).sum()) for rows in np.array_split(x, 20))


def theirs():
    begin = time.perf_counter()
    w, h, _ = non_negative_factorization(floats, W=w0.copy(), H=h0.copy(), n_components=k, init="custom", solver="cd", tol=0, max_iter=200)
    seconds = time.perf_counter() - begin
    w, h = w.astype(np.float64), h.astype(np.float64)
    cross = sum(float(((part.T @ rows.astype(np.float64)) * h).sum()) for part, rows in zip(np.array_split(w, 20), np.array_split(x, 20)))
    return seconds, np.sqrt((norm2 - 2 * cross + float(((w.T @ w) * (h @ h.T)).sum())) / norm2)


with tempfile.TemporaryDirectory() as folder:
    for name, values in (("x", x), ("w", w0), ("h", h0)):
        values.tofile(f"{folder}/{name}")

    def ours(arithmetic, target):
        words = [f"data={folder}/x", f"w={folder}/w", f"h={folder}/h", f"rows={n}", f"columns={m}", "type=uint8", f"k={k}", "threads=2",
                 "iterations=400", f"arithmetic={arithmetic}"]
        done = json.loads(subprocess.run([sys.argv[1]] + words, check=True, capture_output=True, text=True,
                                         env={**os.environ, "OMP_PROC_BIND": "false"}).stdout)
        reached = next((i for i, e in enumerate(done["error"]) if e <= target), None)
        if reached is None:
            sys.exit(f"{arithmetic}: an error of {target} was not reached in 400 iterations, but {done['error'][-1]}")
        return sum(done["seconds"][: reached + 1]), reached + 1

    runs = [theirs() for _ in range(repeats)]
    seconds, target = float(np.median([s for s, _ in runs])), runs[0][1]
    result = {"matrix": [n, m], "k": k, "threads": 2, "sklearn": {"iterations": 200, "seconds": seconds, "error": float(target)}}
    for kind in ("float", "integer"):
        own = [ours(kind, target) for _ in range(repeats)]
        mine = float(np.median([s for s, _ in own]))
        result[kind] = {"iterations": own[0][1], "seconds": mine, "ratio": seconds / mine}
print(json.dumps(result))
