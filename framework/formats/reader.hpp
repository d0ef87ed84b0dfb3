// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "framework/formats/formats.hpp"

/// What the readers share. A format is one file: it defines one of the functions at the bottom, and its row stands in
/// open.cpp.
namespace ronchi::formats {

/// Failure unless `path` is a file that may be read and is not empty.
void require_readable(const std::filesystem::path& path);
/// Failure(internal) unless `frames` lie in the data set and `out` has just the room for them.
void require_range(const FrameInfo& info, Range frames, std::span<std::byte> out, const std::filesystem::path& path);

/// The product of sizes that come from a file. Failure(corrupt) when one of them is below 1, or the bytes of the whole do
/// not fit 63 bits.
[[nodiscard]] std::int64_t checked_product(const std::vector<std::int64_t>& sizes, std::size_t width,
                                           const std::filesystem::path& path);

/// Uncalibrated axes. Names: "y", "x" (and "axis0", ... before them) for navigation, "ky", "kx" or "channel" for signals.
[[nodiscard]] std::vector<Axis> navigation_axes(const std::vector<std::int64_t>& sizes);
[[nodiscard]] std::vector<Axis> signal_axes(const std::vector<std::int64_t>& sizes);

/// Splits the shape of an array into navigation and signal axes as options.signal_axes says.
void split_axes(FrameInfo& info, const std::vector<std::int64_t>& shape, const OpenOptions& options);

/// Gives the data set the navigation shape options.scan, if there is one. `frames` are there; fewer may be used, with a
/// warning; Failure(usage) when more are asked for. Axes that keep their size keep their calibration.
void apply_scan(FrameInfo& info, const OpenOptions& options, std::int64_t frames, const std::filesystem::path& path);

/// The number type called `name` by numpy ("uint16"); Failure(usage) if there is none.
[[nodiscard]] Scalar scalar_named(const std::string& name);

/// How units are written here: "1/A", "nm", "" instead of "A^-1" or "1 / angstrom", "[n_m]", "pixels".
[[nodiscard]] std::string plain_units(std::string units);

/// The axis that positions along it describe: offset and scale where they are equidistant within 1 % of a step (sums of float32
/// steps drift). False when they are not.
[[nodiscard]] bool fit_axis(Axis& axis, const std::vector<double>& positions);

[[nodiscard]] Format hspy_format();
[[nodiscard]] Format emd_format();
[[nodiscard]] Format fpd_format();
[[nodiscard]] Format hdf5_format();
[[nodiscard]] Format mib_format();
[[nodiscard]] Format blo_format();
[[nodiscard]] Format npy_format();
[[nodiscard]] Format raw_format();

}  // namespace ronchi::formats
