# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
"""measured.py PROGRAM DATA: every measured file, all values, axes and units."""
import glob
import os
import sys

import h5py
import numpy as np

import merlin
from compare import against_hyperspy, check, dump, finish, same_axis

program, data = sys.argv[1:3]
names = {os.path.relpath(p, data) for p in glob.glob(data + "/*/*") if not p.endswith((".hdr", ".md"))}
done = set()


def path_of(name):
    done.add(name)
    return os.path.join(data, name)


for name in sorted(names):
    if name.startswith("eds/") or name.endswith(".blo"):
        against_hyperspy(program, path_of(name))

# The stack of six tilts: each file is one step of the slowest axis, in natural order.
tilts = sorted(glob.glob(data + "/eds/L2083_*.hspy"))
info, array = dump(program, data + "/eds/L2083_*.hspy")
check([a["size"] for a in info["navigation"]] == [6, 256, 256], "tilts: navigation axes")
for k, path in enumerate(tilts):
    with h5py.File(path) as f:
        check(np.array_equal(array[k], f["Experiments/EDX/data"][()]), f"tilts: {path}")
del array

for name in sorted(n for n in names if n.endswith(".mib")):
    path = path_of(name)
    truth = merlin.read(path)
    info, array = dump(program, path)
    check(array is not None and np.array_equal(array.reshape(truth.shape), truth), f"{name}: values")
    check(array is not None and array.dtype == truth.dtype, f"{name}: type")
    sizes = [a["size"] for a in info["navigation"]]
    expected = [2, 4] if "4x2" in name else [9] if "_9_" in name else []
    check(sizes == expected, f"{name}: scan {sizes} is not {expected}")
    for a in info["navigation"] + info["signal"]:
        same_axis(a, None, "", 1, 0, a["size"], name)
    for extra, scan in (({"scan": [4, 2]}, [4, 2]), ({"scan": [8]}, [8])):
        if "4x2" in name:
            info, array = dump(program, path, str(extra).replace("'", ""))
            check(list(array.shape[:-2]) == scan and np.array_equal(array.reshape(truth.shape), truth), f"{name}: {extra}")
# A quad shows the digits 1 2 / 3 4 upright whether it was recorded raw or processed.
processed = dump(program, data + "/merlin/Quad_1_Frame_CounterDepth_1_Rows_256.mib")[1]
raw = dump(program, data + "/merlin/Quad_1_Frame_CounterDepth_1_Rows_256RAW.mib")[1]
for row in (0, 1):
    for column in (0, 1):
        quarter = np.s_[row * 256:(row + 1) * 256, column * 256:(column + 1) * 256]
        check(np.mean(processed[quarter] == raw[quarter]) > 0.9, f"quad: chip at {row}, {column} lies the same way raw and processed")

name = "fpd/fpd_file_test.hdf5"
info, array = dump(program, path_of(name))
with h5py.File(data + "/" + name) as f:
    group = f["fpd_expt/fpd_data"]
    check(np.array_equal(array, group["data"][:, :, 0]), "fpd: values")
    check(info["type"] == "uint16", "fpd: type")
    for axis, dim in zip(info["navigation"] + info["signal"], (1, 2, 4, 5)):
        values = group[f"dim{dim}"][()]
        numeric = isinstance(values, np.ndarray) and values.ndim == 1
        same_axis(axis, group[f"dim{dim}"].attrs["name"], "", values[1] - values[0] if numeric else 1, values[0] if numeric else 0,
                  group["data"].shape[dim - 1], f"fpd dim{dim}")
check(done == names, f"files without an oracle: {sorted(names - done)}")
finish()
