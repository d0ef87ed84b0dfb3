# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
"""Data, and the program under test, for the comparisons with numpy and scikit-learn."""
import json
import os
import subprocess
import sys
import tempfile

import numpy as np

program = sys.argv[1]
folder = tempfile.TemporaryDirectory(prefix="ronchi-nmf-")


def path(name):
    return os.path.join(folder.name, name)


def counts(n, m, k, dose, seed, dtype=np.uint8):
    """Poisson counts about a product of sparse factors."""
    rng = np.random.default_rng(seed)
    h = np.where(rng.random((k, m)) < 0.3, rng.random((k, m)), 0.01)
    h /= h.sum(1, keepdims=True)
    w = rng.random((n, k)) ** 3
    w /= w.sum(1, keepdims=True)
    return np.minimum(rng.poisson(dose * w @ h), np.iinfo(dtype).max).astype(dtype)


def run(x, threads=2, ranks=1, **options):
    """Runs the program on the matrix x; options are its arguments, arrays are passed as files."""
    x.tofile(path("x"))
    words = [f"data={path('x')}", f"rows={x.shape[0]}", f"columns={x.shape[1]}", f"type={x.dtype}", f"threads={threads}", f"out={path('out')}"]
    for name, value in options.items():
        if isinstance(value, np.ndarray):
            value.tofile(path(name))
            value = path(name)
        words.append(f"{name}={value}")
    launch = ["mpirun", "--oversubscribe", "--bind-to", "none", "-n", str(ranks)] if ranks > 1 else []
    done = subprocess.run(launch + [program] + words, check=True, capture_output=True, text=True,
                          env={**os.environ, "OMP_PROC_BIND": "false"})
    result = json.loads(done.stdout)
    k = int(options.get("k", 8))
    result["w"] = np.fromfile(path("out.w"), np.float32).reshape(-1, k)
    result["h"] = np.fromfile(path("out.h"), np.float32).reshape(k, -1)
    result["w0"] = np.fromfile(path("out.w0"), np.float32).reshape(-1, k)
    result["h0"] = np.fromfile(path("out.h0"), np.float32).reshape(k, -1)
    result["v"] = np.fromfile(path("out.v"), np.float32).reshape(-1, result["padded"]) if result["passes"] else None
    result["scores"] = np.fromfile(path("out.scores"), np.float32).reshape(-1, len(result["squares"])) if result["passes"] else None
    return result


def scaled(x):
    """Keenan & Kotula's scaling, element by element."""
    x = x.astype(np.float64)
    g, h = x.sum(1, keepdims=True), x.sum(0, keepdims=True)
    return np.divide(x, np.sqrt(g * h), out=np.zeros_like(x), where=g * h > 0)


def check(condition, message):
    print(("ok   " if condition else "FAIL ") + message)
    if not condition:
        sys.exit(1)
