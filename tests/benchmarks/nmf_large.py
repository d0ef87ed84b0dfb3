# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
"""A published size: 262,144 patterns, of 16,384 pixels the 2,800 that a mask leaves, uint8, Poisson-scaled, k = 5, on 2 threads. How long from
the file on, principal components for the start included, until the error has settled to four digits, and at which KKT residual that is; then
25 minus 5 iterations with one rank and with two, one thread each. JSON on standard output.

Usage: /usr/bin/python3 tests/benchmarks/nmf_large.py build/ci/bin/ronchi_nmf [frames]
"""
import json
import os
import subprocess
import sys
import tempfile
import time

import numpy as np

n = int(sys.argv[2]) if len(sys.argv) > 2 else 262144
m, k = 2800, 5
rng = np.random.default_rng(1)
environment = {**os.environ, "OMP_PROC_BIND": "false", "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
with tempfile.TemporaryDirectory() as folder:
    # Four phases in patches that touch, one of them in 1 % of the scan, and a background: 2,000 electrons a pattern.
    h = np.where(rng.random((k, m)) < 0.05, rng.random((k, m)), 0.0)
    h[0] = np.exp(-np.linspace(0, 3, m))
    h /= h.sum(axis=1, keepdims=True)
    with open(f"{folder}/x", "wb") as file:
        for first in range(0, n, 4096):
            rows = min(4096, n - first)
            w = np.zeros((rows, k))
            phase = 1 + np.searchsorted([0.5, 0.8, 0.99], ((first + np.arange(rows)) % 16384) / 16384)
            w[:, 0] = rng.uniform(200, 600, rows)
            w[np.arange(rows), phase] = rng.uniform(800, 2200, rows)
            w[:, 1] += rng.uniform(0, 500, rows)
            rng.poisson(w @ h).clip(0, 255).astype(np.uint8).tofile(file)

    def run(ranks, threads, iterations, arithmetic, *more):
        launch = ["mpirun", "--oversubscribe", "--bind-to", "none", "-n", str(ranks)] if ranks > 1 else []
        words = [f"data={folder}/x", f"rows={n}", f"columns={m}", "type=uint8", f"k={k}", "poisson=1", f"threads={threads}",
                 f"iterations={iterations}", f"arithmetic={arithmetic}", *more]
        begin = time.perf_counter()
        done = subprocess.run(launch + [sys.argv[1]] + words, check=True, capture_output=True, text=True, env=environment)
        return json.loads(done.stdout), time.perf_counter() - begin

    result = {"matrix": [n, m], "k": k}
    for arithmetic in ("float", "integer"):
        whole, _ = run(1, 2, 300, arithmetic)
        errors = np.array(whole["error"])
        settled = int(np.argmax(np.abs(errors - errors[-1]) < 0.5e-4 * errors[-1]))
        residual = whole["kkt"][settled]
        again, seconds = run(1, 2, 300, arithmetic, f"tolerance={residual}")
        one, two = ([sum(run(ranks, 1, i, arithmetic, "start=random")[0]["seconds"]) for i in (5, 25)] for ranks in (1, 2))
        result[arithmetic] = {"seconds_from_file": seconds, "iterations": len(again["error"]), "kkt": residual, "error": again["error"][-1],
                              "iteration_1_rank": (one[1] - one[0]) / 20, "iteration_2_ranks": (two[1] - two[0]) / 20,
                              "ratio": (one[1] - one[0]) / (two[1] - two[0])}
print(json.dumps(result))
