# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
"""Runs dump_frames on files and holds values, axes and units against HyperSpy, h5py and numpy decoders."""
import json
import os
import subprocess
import sys
import tempfile
import warnings

import numpy as np

warnings.filterwarnings("ignore")
failures, checks = [], 0


def check(condition, what):
    global checks
    checks += 1
    if not condition:
        failures.append(what)
        print("FAILED:", what)


def dump(program, path, options="{}", extra=()):
    """(description, array) as Ronchi reads it; array is None when it refuses."""
    with tempfile.NamedTemporaryFile() as out:
        paths = [path] if isinstance(path, str) else list(path)
        done = subprocess.run([program, options, *paths, "-o", out.name, *extra], capture_output=True, text=True)
        if not done.stdout.strip():
            raise SystemExit(f"{path}: exit {done.returncode}, no output; {done.stderr}")
        info = json.loads(done.stdout)
        if "fault" in info:
            return info, None
        shape = [a["size"] for a in info["navigation"] + info["signal"]]
        return info, np.fromfile(out.name, info["type"]).reshape(shape)


dump.unsupported = "this kind of data is not supported"


def same_axis(mine, name, units, scale, offset, size, where):
    check(mine["size"] == size, f"{where}: size {mine['size']} is not {size}")
    check(np.isclose(mine["scale"], scale, rtol=1e-6), f"{where}: scale {mine['scale']} is not {scale}")
    check(np.isclose(mine["offset"], offset, rtol=1e-6, atol=1e-9), f"{where}: offset {mine['offset']} is not {offset}")
    if name is not None:
        check(mine["name"] == name, f"{where}: name {mine['name']!r} is not {name!r}")
    if units is not None:
        check(mine["units"] == units, f"{where}: units {mine['units']!r} are not {units!r}")


def text(value):
    value = "" if value is None or str(value) in ("<undefined>", "None") else value
    return value.decode() if isinstance(value, bytes) else str(value)


def against_hyperspy(program, path, hs_signal=None, options="{}"):
    import hyperspy.api as hs
    s = hs_signal if hs_signal is not None else hs.load(path)
    info, array = dump(program, path, options)
    if array is None:
        check(False, f"{path}: refused: {info}")
        return
    manager = s.axes_manager
    axes = [a for a in manager._axes if a.navigate] + [a for a in manager._axes if not a.navigate]
    order = [a.index_in_array for a in axes]
    truth = np.asarray(s.data).transpose(order)
    mine = info["navigation"] + info["signal"]
    check(len(info["navigation"]) == manager.navigation_dimension, f"{path}: navigation axes")
    check(array.shape == truth.shape, f"{path}: shape {array.shape} is not {truth.shape}")
    check(array.shape == truth.shape and np.array_equal(array, truth, equal_nan=truth.dtype.kind == "f"), f"{path}: values")
    check(np.dtype(info["type"]).itemsize == truth.dtype.itemsize, f"{path}: type {info['type']} is not {truth.dtype}")
    for a, m in zip(axes, mine):
        same_axis(m, text(a.name), text(a.units), a.scale, a.offset, a.size, f"{path} axis {text(a.name)!r}")
    check(info["metadata"].get("General.title", "") == s.metadata.General.title or info["format"] == "blo", f"{path}: title")
    for key in ("Sample.elements", "Sample.xray_lines", "Acquisition_instrument.TEM.beam_energy", "Signal.signal_type"):
        if s.metadata.has_item(key) and info["format"] == "hspy" and s.metadata.get_item(key) != []:
            check(info["metadata"].get(key) == s.metadata.get_item(key), f"{path}: {key}")


def finish():
    print(f"{checks} checks, {len(failures)} failed")
    sys.exit(1 if failures or checks == 0 else 0)
