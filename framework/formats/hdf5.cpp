// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <numeric>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/formats/h5_frames.hpp"
#include "framework/formats/reader.hpp"

/// Any HDF5 file, by the path of an array of numbers in it. Axes are not calibrated.
namespace ronchi::formats {

namespace {

std::string choose(const h5::File& file, const OpenOptions& options) {
  const auto all = number_sets(file);
  if (all.empty()) fail(Fault::unsupported, "check that it is the file you mean", "{} holds no array of numbers", file.path());
  if (!options.dataset.empty()) {
    std::string path = options.dataset.substr(
        options.dataset.find_first_not_of('/') == std::string::npos ? 0 : options.dataset.find_first_not_of('/'));
    if (file.is_group(path) && file.is_dataset(path + "/data")) path += "/data";
    if (file.is_dataset(path)) return path;
    std::vector<std::string> names;
    for (const auto& c : all) names.push_back(c.path);
    const auto meant = nearest(path, names);
    fail(Fault::missing, (meant ? "did you mean " + *meant + "? " : std::string()) + "The file has " + list_candidates(all),
         "there is no array {} in {}", options.dataset, file.path());
  }
  for (const std::size_t axes : {3UL, 2UL, 1UL}) {  // an image beside a stack is not what is meant
    std::vector<H5Candidate> fitting;
    for (const auto& c : all)
      if (c.shape.size() >= axes) fitting.push_back(c);
    if (fitting.size() == 1) return fitting[0].path;
    if (!fitting.empty())
      fail(Fault::usage, "choose one with dataset:, of " + list_candidates(fitting), "{} holds {} arrays", file.path(),
           fitting.size());
  }
  fail(Fault::unsupported, "check that it is the file you mean", "{} holds no array", file.path());
}

std::unique_ptr<FrameSource> open_hdf5(const std::filesystem::path& path, const OpenOptions& options) {
  H5Array array{.file = h5::File::open(path)};
  array.dataset = choose(array.file, options);
  FrameInfo info;
  info.format = "hdf5";
  const auto shape = array.file.dataset(array.dataset).shape();
  if (shape.empty()) fail(Fault::unsupported, "choose an array", "{}:/{} is a single number", path.string(), array.dataset);
  split_axes(info, shape, options);
  array.navigation.resize(info.navigation.size());
  array.signal.resize(info.signal.size());
  std::iota(array.navigation.begin(), array.navigation.end(), 0);
  std::iota(array.signal.begin(), array.signal.end(), static_cast<int>(array.navigation.size()));
  info.metadata["General.title"] = path.stem().string();
  return std::make_unique<H5Frames>(std::move(array), std::move(info), options);
}

}  // namespace

Format hdf5_format() {
  return {"hdf5",
          "HDF5 (an array by its path)",
          {".h5", ".hdf5", ".hdf", ".nxs"},
          [](const auto&, std::span<const std::byte> head) { return looks_like_hdf5(head); },
          open_hdf5};
}

}  // namespace ronchi::formats
