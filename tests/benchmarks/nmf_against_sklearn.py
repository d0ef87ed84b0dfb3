# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
"""Time of an NMF iteration, Ronchi (single precision; integers, with the fastest kernels and with AVX-512 VNNI) against scikit-learn's coordinate descent, in the same run:
float32 on OpenBLAS for scikit-learn, the counts' own uint8 for Ronchi, the same start, 20,000 x 4,096, k = 8, 2 threads. An iteration is
the time of 25 minus the time of 5, over 20; medians of 5. JSON on standard output.

Usage: /usr/bin/python3 tests/benchmarks/nmf_against_sklearn.py build/ci/bin/ronchi_nmf
Needs numpy on OpenBLAS (Debian: libopenblas0-pthread).
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
from threadpoolctl import threadpool_info

blas = [i for i in threadpool_info() if i["internal_api"] == "openblas"]
if not blas or any(i["num_threads"] != 2 for i in blas):
    sys.exit(f"numpy is not on OpenBLAS with 2 threads, but on {blas or 'the reference BLAS'}: apt-get install libopenblas0-pthread")
warnings.filterwarnings("ignore")
n, m, k, repeats = 20000, 4096, 8, 5
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
    begin = time.perf_counter()
    non_negative_factorization(floats, W=w0.copy(), H=h0.copy(), n_components=k, init="custom", solver="cd", tol=0, max_iter=iterations)
    return time.perf_counter() - begin


with tempfile.TemporaryDirectory() as folder:
    for name, values in (("x", x), ("w", w0), ("h", h0)):
        values.tofile(f"{folder}/{name}")

    def ours(iterations, arithmetic):
        words = [f"{a}={folder}/{b}" for a, b in (("data", "x"), ("w", "w"), ("h", "h"))]
        words += [f"rows={n}", f"columns={m}", "type=uint8", f"k={k}", "threads=2", f"iterations={iterations}"]
        words += ["arithmetic=float"] if arithmetic == "float" else ["arithmetic=integer"] + ["kernels=" + arithmetic[8:]] * (arithmetic != "integer")
        done = subprocess.run([sys.argv[1]] + words, check=iterations > 0, capture_output=True, text=True, env={**os.environ, "OMP_PROC_BIND": "false"})
        return sum(json.loads(done.stdout)["seconds"]) if done.returncode == 0 else None

    kinds = ("float", "integer", "integer avx512_vnni")
    kinds = [kind for kind in kinds if ours(0, kind) is not None]  # what this processor has
    theirs(1)
    scikit, own = [], {kind: [] for kind in kinds}
    for _ in range(repeats):
        for kind in kinds:
            own[kind].append((ours(25, kind) - ours(5, kind)) / 20)
        scikit.append((theirs(25) - theirs(5)) / 20)
scikit = float(np.median(scikit))
result = {"matrix": [n, m], "k": k, "threads": 2, "repeats": repeats, "sklearn_seconds": scikit}
for kind in kinds:
    seconds = float(np.median(own[kind]))
    result[kind] = {"seconds": seconds, "ratio": scikit / seconds}
result["blas"] = f"{blas[0]['internal_api']} {blas[0]['version']} {blas[0]['architecture']}"
print(json.dumps(result))
