# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
"""synthetic.py PROGRAM: files made here by h5py, numpy, HyperSpy and struct that no collection has: every Merlin depth and
layout, chunks that split patterns, booleans, half floats, big-endian numbers, transposed and non-uniform axes, EMD 1.0."""
import os
import sys
import tempfile

import h5py
import hyperspy.api as hs
import numpy as np

import merlin
from compare import against_hyperspy, check, dump, finish, same_axis

program = sys.argv[1]
folder = tempfile.TemporaryDirectory()
random = np.random.default_rng(1)


def path_of(name):
    return os.path.join(folder.name, name)


def merlin_file(path, frames, kind, depth, width, height, chips, stored):
    header = 768 if chips == 4 else 384
    with open(path, "wb") as f:
        for k in range(frames):
            text = (f"MQ1,{k + 1:06d},{header:05d},{chips:02d},{width:04d},{height:04d},{kind},   {'2x2' if chips == 4 else '1x1'},01,"
                    f"2026-01-01 00:00:00.0,0.001,0,0,3RX,068,511,MQ1A,2026-01-01T00:00:{0.001 * k:012.9f}Z,1000000ns,{depth},")
            f.write(text.encode().ljust(header, b"\0") + random.integers(0, 256, stored, dtype=np.uint8).tobytes())


for depth, kind, size in ((1, "U08", 1), (6, "U08", 1), (12, "U16", 2), (24, "U32", 4)):
    for chips, side in ((1, 256), (4, 512), (4, 514)):
        path = path_of("a.mib")
        merlin_file(path, 3, kind, depth, side, side, chips, side * side * size)
        check(np.array_equal(dump(program, path)[1], merlin.read(path)), f"{kind} {depth} bit, {chips} chips")
for depth, bits in ((1, 1), (6, 8), (12, 16), (24, 32)):
    for chips in (1, 4):
        path = path_of("a.mib")
        if chips == 4 and depth == 24:
            continue
        width = 1024 if chips == 4 else 512 if depth == 24 else 256
        merlin_file(path, 3, "R64", depth, width, 256, chips, (256 if depth == 24 else width) * 256 * bits // 8)
        check(np.array_equal(dump(program, path)[1], merlin.read(path)), f"RAW {depth} bit, {chips} chips")

data = random.integers(0, 60000, (7, 9, 12, 10)).astype(np.uint16)
for dtype in (">u2", "<u2", ">i4", "<f2", "<f4", ">f8", "?"):
    for chunks in (None, (1, 1, 12, 10), (4, 4, 5, 5), (7, 9, 1, 1)):
        with h5py.File(path_of("a.h5"), "w") as f:
            f.create_dataset("a/b", data=(data % 2048).astype(dtype), chunks=chunks, compression="gzip" if chunks else None, shuffle=bool(chunks))
        array = dump(program, path_of("a.h5"))[1]
        check(array is not None and np.array_equal(array, (data % 2048).astype(dtype)), f"{dtype}, chunks {chunks}")

# HyperSpy's own files: signal axes first, navigation inside, three navigation axes, a uniform and a non-uniform DataAxis.
for flags in ((False, True, True, False), (True, False, True, True), (False, False, True, True), (True, True, True, False)):
    s = hs.signals.BaseSignal(data)
    for axis, navigate in zip(s.axes_manager._axes, flags):
        axis.navigate = navigate
        axis.scale, axis.offset, axis.name, axis.units = 0.25, -3, "axis", "nm"
    s.metadata.General.title = "a/title"
    s.save(path_of("a.hspy"), overwrite=True)
    against_hyperspy(program, path_of("a.hspy"), s)
lazy = hs.signals.Signal2D(data).transpose(signal_axes=(2, 3))
lazy.save(path_of("a.hspy"), overwrite=True)
against_hyperspy(program, path_of("a.hspy"))
hs.signals.Signal1D(data[0, 0] > 30000).save(path_of("a.hspy"), overwrite=True)
against_hyperspy(program, path_of("a.hspy"))
axes = [{"size": 12, "navigate": True}, {"axis": np.arange(10) * 0.5 + 2, "navigate": False, "_type": "DataAxis", "name": "E", "units": "eV"}]
hs.signals.Signal1D(data[0, 0], axes=axes).save(path_of("a.hspy"), overwrite=True)
info, array = dump(program, path_of("a.hspy"))
check(np.array_equal(array, data[0, 0]), "DataAxis: values")
same_axis(info["signal"][0], "E", "eV", 0.5, 2, 10, "DataAxis")
axes[1]["axis"] = np.arange(10) ** 2.0
hs.signals.Signal1D(data[0, 0], axes=axes).save(path_of("a.hspy"), overwrite=True)
info, array = dump(program, path_of("a.hspy"))
check(array is None and info["fault"].startswith(dump.unsupported), "a non-uniform axis is refused")
check("convert_to_uniform_axis" in info["advice"] or "interpolate" in info["advice"], "a non-uniform axis: what to do")

# EMD 1.0 as its specification says, by h5py.
with h5py.File(path_of("a.emd"), "w") as f:
    f.attrs.update(emd_group_type="file", version_major=1, version_minor=0, UUID="x", authoring_program="test", authoring_user="")
    root = f.create_group("datacube_root")
    root.attrs.update(emd_group_type="root", python_class="Root")
    cube = root.create_group("datacube")
    cube.attrs.update(emd_group_type="array", python_class="DataCube")
    cube.create_dataset("data", data=data).attrs["units"] = "counts"
    for i, (name, units, step) in enumerate((("Rx", "pixels", 1), ("Ry", "pixels", 1), ("Qx", "A^-1", 0.02), ("Qy", "A^-1", 0.02))):
        dim = cube.create_dataset(f"dim{i}", data=[0, step])
        dim.attrs.update(name=name, units=units)
    calibration = root.create_group("metadatabundle/calibration")
    for key, value in (("R_pixel_size", 2.5), ("R_pixel_units", "nm"), ("Q_pixel_size", 0.02), ("Q_pixel_units", "A^-1")):
        calibration.create_dataset(key, data=value)
info, array = dump(program, path_of("a.emd"))
check(np.array_equal(array, data), "EMD 1.0: values")
for axis, name, units, scale in zip(info["navigation"] + info["signal"], ("Rx", "Ry", "Qx", "Qy"), ("nm", "nm", "1/A", "1/A"), (2.5, 2.5, 0.02, 0.02)):
    same_axis(axis, name, units, scale, 0, axis["size"], "EMD 1.0")

# .npy and raw binary against numpy.
for dtype in ("u1", "<u2", ">u2", "<i4", ">f4", "<f8", ">u8", "?"):
    for version in ((1, 0), (2, 0), (3, 0)):
        with open(path_of("a.npy"), "wb") as f:
            np.lib.format.write_array(f, data.astype(dtype), version=version)
        check(np.array_equal(dump(program, path_of("a.npy"))[1], data.astype(dtype)), f".npy {dtype} {version}")
np.save(path_of("a.npy"), np.asfortranarray(data))
info, array = dump(program, path_of("a.npy"))
check(array is None and "ascontiguousarray" in info["advice"], "Fortran order is refused")
data.astype(">u2").tofile(path_of("a.raw"))
array = dump(program, path_of("a.raw"), "{format: raw, type: uint16, big_endian: true, pattern: [12, 10], scan: [7, 9]}")[1]
check(np.array_equal(array, data), "raw binary")
finish()
