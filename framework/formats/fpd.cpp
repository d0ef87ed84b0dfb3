// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/base/error.hpp"
#include "framework/formats/h5_frames.hpp"
#include "framework/formats/h5_metadata.hpp"
#include "framework/formats/reader.hpp"

/// HDF5 of the fpd package (Merlin data): fpd_expt/fpd_data/data with axes (y, x, colour, ky, kx), dim1 to dim5 beside it.
/// With one colour (counter) its axis is left out, with more it becomes the slowest.
namespace ronchi::formats {

namespace {

const std::string group_name = "fpd_expt/fpd_data";

/// dimN holds positions, or a word when the axis is not calibrated.
Axis axis_of(const h5::Group& group, int number, std::int64_t size, FrameInfo& info) {
  Axis axis{.size = size};
  const std::string name = "dim" + std::to_string(number);
  if (!group.is_dataset(name)) return axis;
  const auto dim = group.dataset(name);
  axis.name = dim.attribute_or<std::string>("name", "");
  axis.units = plain_units(dim.attribute_or<std::string>("units", ""));
  const auto shape = dim.shape();
  if (!dim.is_number() || shape.size() != 1) return axis;
  if (shape[0] != size)
    fail(Fault::corrupt, "copy the file again", "{} has {} positions for an axis of {} points", dim.path(), shape[0], size);
  if (!fit_axis(axis, dim.read<double>()))
    info.warnings.push_back(dim.path() + " is not equidistant: positions are counted from 0");
  return axis;
}

std::unique_ptr<FrameSource> open_fpd(const std::filesystem::path& path, const OpenOptions& options) {
  H5Array array{.file = h5::File::open(path)};
  const auto group = array.file.group(group_name);
  if (!group.is_dataset("data")) fail(Fault::corrupt, "copy the file again", "{} has no array {}/data", path.string(), group_name);
  const auto set = group.dataset("data");
  array.dataset = group_name + "/data";
  const auto shape = set.shape();
  if (shape.size() != 4 && shape.size() != 5)
    fail(Fault::unsupported, "read it with format: hdf5 and dataset: " + array.dataset,
         "{} has {} axes; (y, x, colour, ky, kx) were expected", set.path(), shape.size());
  FrameInfo info;
  info.format = "fpd";
  array.navigation = {0, 1};
  if (shape.size() == 5 && shape[2] > 1) array.navigation = {2, 0, 1};
  const int signal = static_cast<int>(shape.size()) - 2;
  array.signal = {signal, signal + 1};
  for (const int a : array.navigation) info.navigation.push_back(axis_of(group, a + 1, shape[static_cast<std::size_t>(a)], info));
  for (const int a : array.signal) info.signal.push_back(axis_of(group, a + 1, shape[static_cast<std::size_t>(a)], info));
  info.metadata = {{"General.title", path.stem().string()},
                   {"General.original_filename", path.filename().string()},
                   {"Signal.signal_type", std::string("electron_diffraction")}};
  if (auto version = attribute_value(array.file, "fpd_version")) info.metadata["original_metadata.fpd_version"] = *version;
  return std::make_unique<H5Frames>(std::move(array), std::move(info), options);
}

}  // namespace

Format fpd_format() {
  return {"fpd",
          "fpd HDF5",
          {},
          [](const std::filesystem::path& path, std::span<const std::byte> head) {
            return looks_like_hdf5(head) && h5::File::open(path).is_dataset(group_name + "/data");
          },
          open_fpd};
}

}  // namespace ronchi::formats
