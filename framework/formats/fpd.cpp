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
  const auto axis = [&](int a) {
    return axis_of(group, "dim" + std::to_string(a + 1), shape[static_cast<std::size_t>(a)], DimPositions::all, info);
  };
  for (const int a : array.navigation) info.navigation.push_back(axis(a));
  for (const int a : array.signal) info.signal.push_back(axis(a));
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
