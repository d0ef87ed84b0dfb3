# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
"""vendor.py PROGRAM: the files that HyperSpy ships for its own tests, as far as their format is read here."""
import glob
import os
import sys

import h5py
import hyperspy
import hyperspy.api as hs
import numpy as np

from compare import against_hyperspy, check, dump, finish, same_axis, text

program = sys.argv[1]
tests = os.path.join(os.path.dirname(hyperspy.__file__), "tests")

for path in sorted(glob.glob(tests + "/io/blockfile_data/*.blo")):
    against_hyperspy(program, path)

# HyperSpy's own format, all versions. What holds no uniform array of numbers must be refused, and say so.
for path in sorted(glob.glob(tests + "/**/*.hspy", recursive=True) + glob.glob(tests + "/io/hdf5_files/*.hdf5") + glob.glob(tests + "/signals/data/*.hdf5")):
    try:
        s = hs.load(path)
    except Exception:
        s = None
    with h5py.File(path) as f:
        plain = all(g["data"].dtype.kind in "iufb" for g in f["Experiments"].values())
    if plain and s is not None:
        against_hyperspy(program, path, s)
    else:
        info, array = dump(program, path)
        check(array is None and info["fault"].startswith(dump.unsupported), f"{path}: {info} is not refused as unsupported")

UNITS = {"[n_m]": "nm", "[n_m^-1]": "1/nm", "[]": "", "[mrad]": "mrad"}


def emd_group(program, path, group, name, options):
    """EMD 0.x as the specification says it: data in array order, dim1 along axis 0."""
    truth = group[name][()]
    info, array = dump(program, path, options)
    check(array is not None and np.array_equal(array, truth), f"{path} {group.name}: values")
    if array is None:
        return
    for i, axis in enumerate(info["navigation"] + info["signal"]):
        dim = group[f"dim{i + 1}"]
        values = dim[()]
        numeric = getattr(values, "ndim", 0) == 1 and values.dtype.kind in "iuf"
        units = text(dim.attrs.get("units", ""))
        same_axis(axis, None, UNITS.get(units, units), float(values[-1] - values[0]) / max(1, len(values) - 1) if numeric else 1, values[0] if numeric else 0,
                  truth.shape[i], f"{path} {dim.name}") if len(np.atleast_1d(values)) > 1 else None


for path in sorted(glob.glob(tests + "/io/emd_files/*.emd")):
    with h5py.File(path) as f:
        found = []
        f.visititems(lambda n, g: found.append(g) if isinstance(g, h5py.Group) and g.attrs.get("emd_group_type", 0) == 1 else None)
        if not found:  # Velox
            info, array = dump(program, path)
            check(array is None and info["fault"].startswith(dump.unsupported), f"{path}: {info} is not refused as unsupported")
        for group in found:
            name = [n for n in ("data", "datacube", "realslice") if n in group][0]
            options = f"{{dataset: '{group.name}'}}"
            if group[name].dtype.kind not in "iuf":
                info, array = dump(program, path, options)
                check(array is None and info["fault"].startswith(dump.unsupported), f"{path}: {info} is not refused as unsupported")
            else:
                emd_group(program, path, group, name, options)
        if len(found) > 1:
            info, array = dump(program, path)
            check(array is None and all(g.name.strip("/") in info["advice"] for g in found[:3]), f"{path}: the arrays to choose from are not listed")

# Any other HDF5 by the path of an array in it.
for path in sorted(glob.glob(tests + "/io/nexus_files/*.nxs")):
    with h5py.File(path) as f:
        sets = []
        f.visititems(lambda n, d: sets.append(n) if isinstance(d, h5py.Dataset) and d.dtype.kind in "iuf" and d.ndim > 0 else None)
        for name in sets:
            info, array = dump(program, path, f"{{dataset: '{name}'}}")
            check(array is not None and np.array_equal(array, f[name][()], equal_nan=True), f"{path} {name}: {info}")

for path in sorted(glob.glob(tests + "/io/**/*.npy", recursive=True)):
    truth = np.load(path)
    info, array = dump(program, path)
    if truth.flags.c_contiguous:
        check(array is not None and np.array_equal(array, truth), f"{path}: {info}")
    else:
        check(array is None and info["fault"].startswith(dump.unsupported), f"{path}: {info}")
finish()
