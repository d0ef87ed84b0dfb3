# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
"""written.py PROGRAM: what Ronchi writes, opened by HyperSpy and by h5py as the EMD specification says."""
import os
import sys
import tempfile

import h5py
import hyperspy.api as hs
import matplotlib
import numpy as np

from compare import check, dump, finish

matplotlib.use("agg")
program = sys.argv[1]
folder = tempfile.TemporaryDirectory()
random = np.random.default_rng(2)


def path_of(name):
    return os.path.join(folder.name, name)


def made(shape, navigation, units):
    data = random.integers(0, 250, shape).astype(np.uint8)
    s = hs.signals.BaseSignal(data)
    for i, axis in enumerate(s.axes_manager._axes):
        axis.navigate = i < navigation
        axis.scale, axis.offset, axis.units, axis.name = 0.5 + i, -1.0 * i, units, f"axis {i}"
    s.metadata.General.title = "a title"
    s.metadata.set_item("Sample.elements", ["Al", "Cu"])
    s.metadata.set_item("Acquisition_instrument.TEM.beam_energy", 200.0)
    s.save(path_of("in.hspy"), overwrite=True)
    return s


for shape, navigation in (((4, 5, 6, 7), 2), ((3, 4, 5, 8), 3), ((5, 8), 1), ((8,), 0), ((6, 7), 0), ((4, 5, 9), 2)):
    truth = made(shape, navigation, "1/A")
    info, array = dump(program, path_of("in.hspy"), "{}", ["--hspy", path_of("out.hspy"), "--emd", path_of("out.emd")])
    check(array is not None, f"{shape}: {info}")
    for lazy in (False, True):
        s = hs.load(path_of("out.hspy"), lazy=lazy)
        if lazy:
            s.compute()
        check(np.array_equal(s.data, truth.data) and s.data.dtype == truth.data.dtype, f"{shape}: values in HyperSpy")
        check(s.axes_manager.navigation_dimension == navigation, f"{shape}: navigation axes")
        for a, b in zip(s.axes_manager._axes, truth.axes_manager._axes):
            check((a.name, a.units, a.scale, a.offset, a.size, a.navigate) == (b.name, b.units, b.scale, b.offset, b.size, b.navigate), f"{shape}: {a} is not {b}")
        check(s.metadata.General.title == "a title" and s.metadata.Sample.elements == ["Al", "Cu"], f"{shape}: metadata")
        check(s.metadata.Acquisition_instrument.TEM.beam_energy == 200.0, f"{shape}: beam energy")
    with h5py.File(path_of("out.hspy")) as f:
        check(f.attrs["file_format"] == "HyperSpy" and f.attrs["file_format_version"] == "3.3", "format")
        group = f["Experiments/a title"]
        check({"data", "metadata", "original_metadata", "learning_results", "attributes", "axis-0"} <= set(group), "groups")
        check(all(group[f"axis-{i}"].attrs["_type"] == "UniformDataAxis" for i in range(len(shape))), "axes")
    with h5py.File(path_of("out.emd")) as f:
        check(f.attrs["emd_group_type"] == "file" and (f.attrs["version_major"], f.attrs["version_minor"]) == (1, 0), "EMD version")
        check({"UUID", "authoring_program", "authoring_user"} <= set(f.attrs), "EMD attributes")
        name = "datacube" if (len(shape), navigation) == (4, 2) else "array"
        root = f[name + "_root"]
        check(root.attrs["emd_group_type"] == "root" and root.attrs["python_class"] == "Root", "EMD root")
        node = root[name]
        check(node.attrs["emd_group_type"] == "array" and node.attrs["python_class"] == ("DataCube" if name == "datacube" else "Array"), "EMD array")
        check(np.array_equal(node["data"][()], truth.data) and "units" in node["data"].attrs, f"{shape}: values in EMD")
        for i, a in enumerate(truth.axes_manager._axes):
            dim = node[f"dim{i}"]
            check(np.allclose(dim[()], [a.offset, a.offset + a.scale]) and dim.attrs["units"] == "A^-1" and dim.attrs["name"] == a.name, f"{shape}: dim{i}")
        if name == "datacube":
            calibration = root["metadatabundle/calibration"]
            check(calibration["Q_pixel_size"][()] == truth.axes_manager._axes[3].scale and calibration["Q_pixel_units"][()] == b"A^-1", "calibration")
            check(all("type" in item.attrs for item in calibration.values()), "calibration types")
finish()
