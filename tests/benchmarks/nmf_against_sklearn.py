# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
"""Time of an NMF iteration, Ronchi (single precision; integers, with the fastest kernels and with AVX-512 VNNI) against scikit-learn's coordinate
descent, in the same run: float32 for scikit-learn, the counts' own uint8 for Ronchi (see sklearn_case.py). An iteration is the time of 25 minus
the time of 5, over 20; medians of 5. JSON on standard output.

Usage: /usr/bin/python3 tests/benchmarks/nmf_against_sklearn.py build/ci/bin/ronchi_nmf
"""
import json
import tempfile
import time

import sklearn_case as case
import numpy as np

repeats = 5


def theirs(iterations):
    begin = time.perf_counter()
    case.theirs(iterations)
    return time.perf_counter() - begin


with tempfile.TemporaryDirectory() as folder:
    case.save(folder)

    def ours(iterations, kind):
        return sum(case.ours(folder, iterations, kind)["seconds"])

    kinds = [kind for kind in ("float", "integer", "integer avx512_vnni") if case.ours(folder, 0, kind)]  # what this processor has
    theirs(1)
    scikit, own = [], {kind: [] for kind in kinds}
    for _ in range(repeats):
        for kind in kinds:
            own[kind].append((ours(25, kind) - ours(5, kind)) / 20)
        scikit.append((theirs(25) - theirs(5)) / 20)
scikit = float(np.median(scikit))
result = {"matrix": [case.n, case.m], "k": case.k, "threads": case.THREADS, "repeats": repeats, "sklearn_seconds": scikit}
for kind in kinds:
    seconds = float(np.median(own[kind]))
    result[kind] = {"seconds": seconds, "ratio": scikit / seconds}
result["blas"] = f"{case.blas[0]['internal_api']} {case.blas[0]['version']} {case.blas[0]['architecture']}"
print(json.dumps(result))
