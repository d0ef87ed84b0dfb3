# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
"""Time to the objective that scikit-learn's coordinate descent reaches in 200 iterations, from the same start (see sklearn_case.py). Medians of
3. JSON on standard output.

Usage: /usr/bin/python3 tests/benchmarks/nmf_time_to_objective.py build/ci/bin/ronchi_nmf
"""
import json
import sys
import tempfile
import time

import sklearn_case as case
import numpy as np

repeats, pieces = 3, 20
norm2 = sum(float(np.square(rows.astype(np.float64)).sum()) for rows in np.array_split(case.x, pieces))


def theirs():
    begin = time.perf_counter()
    w, h, _ = case.theirs(200)
    seconds = time.perf_counter() - begin
    w, h = w.astype(np.float64), h.astype(np.float64)
    parts = zip(np.array_split(w, pieces), np.array_split(case.x, pieces))
    cross = sum(float(((part.T @ rows.astype(np.float64)) * h).sum()) for part, rows in parts)
    return seconds, np.sqrt((norm2 - 2 * cross + float(((w.T @ w) * (h @ h.T)).sum())) / norm2)


with tempfile.TemporaryDirectory() as folder:
    case.save(folder)

    def ours(kind, target):
        done = case.ours(folder, 400, kind)
        reached = next((i for i, e in enumerate(done["error"]) if e <= target), None)
        if reached is None:
            sys.exit(f"{kind}: an error of {target} was not reached in 400 iterations, but {done['error'][-1]}")
        return sum(done["seconds"][: reached + 1]), reached + 1

    runs = [theirs() for _ in range(repeats)]
    seconds, target = float(np.median([s for s, _ in runs])), runs[0][1]
    result = {"matrix": [case.n, case.m], "k": case.k, "threads": case.THREADS,
              "sklearn": {"iterations": 200, "seconds": seconds, "error": float(target)}}
    for kind in ("float", "integer"):
        own = [ours(kind, target) for _ in range(repeats)]
        mine = float(np.median([s for s, _ in own]))
        result[kind] = {"iterations": own[0][1], "seconds": mine, "ratio": seconds / mine}
print(json.dumps(result))
