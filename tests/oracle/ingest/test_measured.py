# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
"""Measured spectra and patterns: sums and frames against h5py, the zero-energy peak of a real detector."""
import glob
import os
import sys

import h5py
import numpy as np

from common import Result

data = sys.argv[2]

# Six EDS tilts as one data set.
r = Result(os.path.join(data, "eds", "L2083_*.hspy"), survey="sample: 1536")
total = np.zeros(2048, np.int64)
images = []
for path in sorted(glob.glob(os.path.join(data, "eds", "L2083_*.hspy"))):
    with h5py.File(path, "r") as file:
        group = next(iter(file["Experiments"].values()))
        cube = group["data"][:]
        scale, offset = group["axis-2"].attrs["scale"], group["axis-2"].attrs["offset"]
        total += cube.sum(axis=(0, 1), dtype=np.int64)
        images.append((path, cube[..., 500:600].sum(axis=2, dtype=np.int64)))
        last = cube
assert np.array_equal(total, r.survey["sum_pattern"][:])
mask = r.ingest["mask"][:].astype(bool)
assert np.array_equal(np.where(mask, 0, total), r.ingest["sum_pattern"][:])
energy = offset + scale * np.arange(2048)
peak = np.argmax(np.where(np.abs(energy) < 0.1, total, 0))
assert mask[: peak + 1].all(), "the zero-energy peak is masked"
edge = energy[mask.sum()]
assert 0.05 < edge < 0.2 and mask[: mask.sum()].all(), f"up to below the carbon line (0.277 keV): {edge}"
assert not mask[energy > 0.2].any()
frames = r.ingest["frames"]
assert frames.shape == (1536, 256, 2048) and frames.dtype == np.uint8
# Files are in natural order of their names; each is found by its own counts.
found = 0
for start in range(0, 1536, 256):
    here = frames[start:start + 256, :, 500:600].sum(axis=2, dtype=np.int64)
    found += sum(np.array_equal(here, image) for _, image in images)
assert found == 6, found

# A real precession scan and the fpd file: frames that are binned and nothing else equal numpy's.
plain = "centring: none, inner_radius: 0, bin: 2, find_bad_pixels: false, output_type: uint32"
with h5py.File(os.path.join(data, "fpd", "fpd_file_test.hdf5"), "r") as file:
    raw = next(v for v in (file["fpd_expt/fpd_data/data"],))[:].reshape(2, 2, 256, 256).astype(np.int64)
r = Result(os.path.join(data, "fpd", "fpd_file_test.hdf5"), survey=plain)
binned = raw.reshape(2, 2, 128, 2, 128, 2).sum(axis=(3, 5))
assert np.array_equal(binned, r.ingest["frames"][:].reshape(2, 2, 128, 128))
assert np.array_equal(raw.max(axis=(0, 1)), r.survey["max_pattern"][:])
print("measured spectra and patterns equal h5py and numpy")
