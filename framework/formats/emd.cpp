// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <numeric>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/formats/h5_frames.hpp"
#include "framework/formats/h5_metadata.hpp"
#include "framework/formats/reader.hpp"

/// EMD: version 1.0 (emdfile, py4DSTEM 0.14 on: groups with emd_group_type "array", dim0, dim1, ...) and 0.x (NCEM, Prismatic,
/// older py4DSTEM: emd_group_type 1, dim1, dim2, ...). Velox files share only the ending.
namespace ronchi::formats {

namespace {

constexpr const char* array_names[] = {"data", "datacube", "realslice", "diffractionslice"};

bool is_array_group(const h5::Group& group) {
  if (!group.has_attribute("emd_group_type")) return false;
  const auto value = attribute_value(group, "emd_group_type");
  if (!value) return false;
  if (const auto* number = std::get_if<std::int64_t>(&*value)) return *number == 1;
  const auto* text = std::get_if<std::string>(&*value);
  return text != nullptr && *text == "array";
}

std::vector<H5Candidate> arrays_in(const h5::File& file) {
  std::vector<H5Candidate> found;
  each_group(file, [&](const h5::Group& group, const std::string& path) {
    if (!is_array_group(group)) return;
    for (const char* name : array_names)
      if (group.is_dataset(name)) return found.push_back({path + "/" + name, group.dataset(name).shape()});
  });
  return found;
}

bool is_velox(const h5::File& file) { return file.is_group("Data") && file.is_dataset("Version") && file.exists("Features"); }

H5Candidate choose(const h5::File& file, const OpenOptions& options) {
  if (is_velox(file))
    fail(Fault::unsupported,
         "save it as .hspy with HyperSpy, or choose an array of it with format: hdf5 and dataset:", "{} was written by Velox",
         file.path());
  auto all = arrays_in(file);
  if (all.empty())
    fail(Fault::unsupported, "choose an array with format: hdf5 and dataset:", "{} holds no array that EMD knows", file.path());
  if (!options.dataset.empty()) {
    const auto begin = options.dataset.find_first_not_of('/');
    const std::string wanted = begin == std::string::npos ? "" : options.dataset.substr(begin);
    for (const auto& c : all)
      if (c.path == wanted || c.path.substr(0, c.path.rfind('/')) == wanted) return c;
    fail(Fault::missing, "choose one of " + list_candidates(all), "there is no array {} in {}", options.dataset, file.path());
  }
  if (all.size() > 1) {  // a single data cube is what is meant, whatever images lie beside it
    std::vector<H5Candidate> cubes;
    std::ranges::copy_if(all, std::back_inserter(cubes), [](const auto& c) { return c.shape.size() >= 4; });
    if (cubes.size() == 1) return cubes[0];
    fail(Fault::usage, "choose one with dataset:, of " + list_candidates(all), "{} holds {} arrays", file.path(), all.size());
  }
  return all[0];
}

/// py4DSTEM keeps pixel sizes in the root's calibration too; they count where the axes say nothing.
void calibrate(const h5::File& file, const std::string& root, FrameInfo& info) {
  const std::string place = root + "/metadatabundle/calibration";
  if (!file.is_group(place) || info.navigation.size() != 2 || info.signal.size() != 2) return;
  const auto group = file.group(place);
  const auto value = [&](const std::string& name) { return group.is_dataset(name) ? dataset_value(group, name) : std::nullopt; };
  for (const auto& [letter, axes] : {std::pair{"R", &info.navigation}, std::pair{"Q", &info.signal}}) {
    const auto size = value(std::string(letter) + "_pixel_size"), units = value(std::string(letter) + "_pixel_units");
    const double scale = size ? number_in({{"v", *size}}, "v").value_or(0) : 0;
    const auto* text = units ? std::get_if<std::string>(&*units) : nullptr;
    if (text == nullptr || !(scale > 0)) continue;
    for (auto& a : *axes)
      if (a.units.empty() && !plain_units(*text).empty()) {
        a.scale = scale;
        a.offset = 0;
        a.units = plain_units(*text);
      }
  }
}

std::unique_ptr<FrameSource> open_emd(const std::filesystem::path& path, const OpenOptions& options) {
  H5Array array{.file = h5::File::open(path)};
  const auto chosen = choose(array.file, options);
  array.dataset = chosen.path;
  const std::string group_path = chosen.path.substr(0, chosen.path.rfind('/'));
  const auto group = array.file.group(group_path);
  if (!number_type(array.file.dataset(chosen.path)))
    fail(Fault::unsupported, "convert it to integers or 32/64-bit floats", "{}:/{} does not hold plain numbers", path.string(),
         chosen.path);
  FrameInfo info;
  info.format = "emd";
  OpenOptions split = options;
  if (group.has_attribute("record_by"))
    if (const auto by = attribute_value(group, "record_by"); by && *by == MetadataValue(std::string("spectrum")))
      split.signal_axes = 1;
  split_axes(info, chosen.shape, split);
  const std::size_t navigation = info.navigation.size();
  const int first = group.exists("dim0") ? 0 : 1;
  for (std::size_t i = 0; i < chosen.shape.size(); ++i) {
    auto& axis = i < navigation ? info.navigation[i] : info.signal[i - navigation];
    auto read =
        axis_of(group, "dim" + std::to_string(static_cast<int>(i) + first), chosen.shape[i], DimPositions::all_or_first_two, info);
    if (read.name.empty()) read.name = axis.name;
    axis = std::move(read);
    (i < navigation ? array.navigation : array.signal).push_back(static_cast<int>(i));
  }
  calibrate(array.file, group_path.substr(0, group_path.find('/')), info);
  info.metadata["General.title"] = group_path.substr(group_path.rfind('/') + 1);
  info.metadata["General.original_filename"] = path.filename().string();
  for (const auto& name : group.attributes())
    if (name != "emd_group_type")
      if (auto value = attribute_value(group, name)) info.metadata["original_metadata." + name] = std::move(*value);
  for (const char* place : {"microscope", "sample", "user", "comments"})
    if (array.file.is_group(place)) {
      const auto g = array.file.group(place);
      for (const auto& name : g.attributes())
        if (auto value = attribute_value(g, name))
          info.metadata[std::string("original_metadata.") + place + "." + name] = std::move(*value);
    }
  return std::make_unique<H5Frames>(std::move(array), std::move(info), options);
}

}  // namespace

Format emd_format() {
  return {"emd",
          "EMD (emdfile, py4DSTEM, NCEM)",
          {".emd"},
          [](const std::filesystem::path& path, std::span<const std::byte> head) {
            if (!looks_like_hdf5(head)) return false;
            const auto file = h5::File::open(path);
            if (is_velox(file)) return true;  // to say what it is
            const auto type = file.has_attribute("emd_group_type") ? attribute_value(file, "emd_group_type") : std::nullopt;
            return (type && *type == MetadataValue(std::string("file"))) || !arrays_in(file).empty();
          },
          open_emd};
}

}  // namespace ronchi::formats
