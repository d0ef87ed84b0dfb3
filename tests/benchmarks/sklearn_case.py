# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
"""What the comparisons with scikit-learn have in common: 20,000 x 4,096 uint8 counts about a product of 8 sparse patterns, the same random
start for both programs, 2 threads, numpy on OpenBLAS (Debian: libopenblas0-pthread). Import it before numpy."""
import json
import os
import subprocess
import sys
import warnings

THREADS = 2
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = str(THREADS)
import numpy as np
from sklearn.decomposition import non_negative_factorization
from threadpoolctl import threadpool_info

blas = [i for i in threadpool_info() if i["internal_api"] == "openblas"]
if not blas or any(i["num_threads"] != THREADS for i in blas):
    sys.exit(f"numpy is not on OpenBLAS with 2 threads, but on {blas or 'the reference BLAS'}: apt-get install libopenblas0-pthread")
warnings.filterwarnings("ignore")
n, m, k = 20000, 4096, 8
rng = np.random.default_rng(1)
h = np.where(rng.random((k, m)) < 0.3, rng.random((k, m)), 0.01)
w = rng.random((n, k)) ** 3
product = w @ h
x = rng.poisson(product * (2.0 / product.mean())).clip(0, 255).astype(np.uint8)
del product
scale = np.sqrt(x.mean() / k)
w0, h0 = (np.abs(scale * rng.standard_normal(s)).astype(np.float32) for s in ((n, k), (k, m)))
floats = x.astype(np.float32)


def theirs(iterations):
    """Factors that coordinate descent has after so many iterations."""
    return non_negative_factorization(floats, W=w0.copy(), H=h0.copy(), n_components=k, init="custom", solver="cd", tol=0, max_iter=iterations)


def save(folder):
    for name, values in (("x", x), ("w", w0), ("h", h0)):
        values.tofile(f"{folder}/{name}")


def ours(folder, iterations, kind):
    """What ronchi_nmf (the first argument of the program) prints; `kind`: float, integer, or "integer NAME" for the kernels of that name.
    None if this processor does not have them."""
    words = [f"{a}={folder}/{b}" for a, b in (("data", "x"), ("w", "w"), ("h", "h"))]
    words += [f"rows={n}", f"columns={m}", "type=uint8", f"k={k}", f"threads={THREADS}", f"iterations={iterations}"]
    arithmetic, _, kernels = kind.partition(" ")
    words += [f"arithmetic={arithmetic}"] + [f"kernels={kernels}"] * bool(kernels)
    done = subprocess.run([sys.argv[1]] + words, capture_output=True, text=True, env={**os.environ, "OMP_PROC_BIND": "false"})
    if done.returncode != 0 and not kernels:
        sys.exit(done.stderr)
    return json.loads(done.stdout) if done.returncode == 0 else None
