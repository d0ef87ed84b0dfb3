# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
"""Peak memory of a decomposition (PCA start and NMF), summed over its ranks, against the native bytes of the data.
The data set has the size of six 256 x 256 spectrum images of 2048 channels in uint8: 805 MB. JSON on standard output.

Usage: /usr/bin/python3 tests/benchmarks/nmf_memory.py build/ci/bin/ronchi_nmf [frames [channels]]
"""
import json
import os
import subprocess
import sys
import tempfile

import numpy as np

n = int(sys.argv[2]) if len(sys.argv) > 2 else 393216
m = int(sys.argv[3]) if len(sys.argv) > 3 else 2048
rng = np.random.default_rng(1)
results = []
with tempfile.TemporaryDirectory() as folder:
    h = rng.random((8, m)) ** 8
    with open(f"{folder}/x", "wb") as file:
        for _ in range(0, n, 4096):
            rows = min(4096, n - file.tell() // m)
            rng.poisson(rng.random((rows, 8)) @ h * 0.1).astype(np.uint8).tofile(file)
    for ranks in (1, 2):
        launch = ["mpirun", "--oversubscribe", "--bind-to", "none", "-n", str(ranks)] if ranks > 1 else []
        done = subprocess.run(launch + [sys.argv[1], f"data={folder}/x", f"rows={n}", f"columns={m}", "type=uint8", "k=8", "pca=20", "poisson=1",
                                        "iterations=3", "threads=1"], check=True, capture_output=True, text=True,
                              env={**os.environ, "OMP_PROC_BIND": "false", "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"})
        peak = json.loads(done.stdout)["peak_bytes"]
        results.append({"ranks": ranks, "native_bytes": n * m, "peak_bytes": peak, "limit_bytes": 1.2 * n * m + 200e6, "within": peak <= 1.2 * n * m + 200e6})
print(json.dumps(results))
