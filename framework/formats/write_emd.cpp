// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/base/sha256.hpp"
#include "framework/base/version.hpp"
#include "framework/formats/formats.hpp"
#include "framework/formats/h5_metadata.hpp"
#include "framework/formats/writer.hpp"

/// EMD 1.0 as emdfile writes and reads it (py4DSTEM, quantem). Scans of patterns become py4DSTEM data cubes.
namespace ronchi::formats {

namespace {

/// "1/A" is "A^-1" there.
std::string emd_units(const std::string& units) {
  if (units.empty()) return "pixels";
  return units.starts_with("1/") ? units.substr(2) + "^-1" : units;
}

/// A result is the same file each time it is made: the identifier follows from what the file is about.
std::string identifier(std::span<const EmdArray> arrays) {
  Sha256 hash;
  for (const auto& a : arrays)
    hash.update(a.name).update(a.frames->info().text()).update(text_in(a.frames->info().metadata, "General.title"));
  const std::string hex = hash.hex();
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-5" + hex.substr(13, 3) + "-8" + hex.substr(17, 3) + "-" + hex.substr(20, 12);
}

/// Items of an EMD metadata group are data sets that say their type.
void write_items(h5::Group& group, const Metadata& metadata) {
  for (const auto& [name, value] : metadata) {
    std::string key = name;
    for (auto& c : key)
      if (c == '/') c = '-';
    if (const auto* text = std::get_if<std::string>(&value)) {
      group.write_text(key, *text);
      auto item = group.dataset(key);
      item.set_attribute("type", "string");
    } else if (const auto* texts = std::get_if<std::vector<std::string>>(&value)) {
      if (texts->empty()) continue;
      auto list = group.make_group(key);
      list.set_attribute("type", "list_of_strings");
      list.set_attribute("length", static_cast<std::int64_t>(texts->size()));
      for (std::size_t i = 0; i < texts->size(); ++i) list.write_text(std::to_string(i), (*texts)[i]);
    } else if (const auto* numbers = std::get_if<std::vector<double>>(&value)) {
      group.write(key, *numbers);
      auto item = group.dataset(key);
      item.set_attribute("type", "array");
    } else if (const auto* wholes = std::get_if<std::vector<std::int64_t>>(&value)) {
      group.write(key, *wholes);
      auto item = group.dataset(key);
      item.set_attribute("type", "array");
    } else if (const auto* flag = std::get_if<bool>(&value)) {
      const std::uint8_t v = *flag ? 1 : 0;
      write_bools(group, key, {&v, 1}, {});
      auto item = group.dataset(key);
      item.set_attribute("type", "bool");
    } else if (const auto* whole = std::get_if<std::int64_t>(&value)) {
      group.write<std::int64_t>(key, std::span(whole, 1), {});
      auto item = group.dataset(key);
      item.set_attribute("type", "number");
    } else {
      group.write<double>(key, std::span(&std::get<double>(value), 1), {});
      auto item = group.dataset(key);
      item.set_attribute("type", "number");
    }
  }
}

h5::Group metadata_group(h5::Group& node, const std::string& name, const char* python_class) {
  auto bundle = node.make_group("metadatabundle");
  bundle.set_attribute("emd_group_type", "metadatabundle");
  auto group = bundle.make_group(name);
  group.set_attribute("emd_group_type", "metadata");
  group.set_attribute("python_class", python_class);
  return group;
}

bool is_cube(const FrameInfo& info) { return info.navigation.size() == 2 && info.signal.size() == 2; }

/// py4DSTEM's pixel sizes; it wants square pixels.
void write_calibration(h5::Group& root, const FrameInfo& info) {
  Metadata c;
  c["R_pixel_size"] = info.navigation[1].scale;
  c["R_pixel_units"] = emd_units(info.navigation[1].units);
  c["Q_pixel_size"] = info.signal[1].scale;
  c["Q_pixel_units"] = emd_units(info.signal[1].units);
  auto group = metadata_group(root, "calibration", "Calibration");
  write_items(group, c);
}

void write_array(h5::Group& root, const EmdArray& array, int deflate) {
  const auto& info = array.frames->info();
  auto node = root.make_group(array.name);
  node.set_attribute("emd_group_type", "array");
  node.set_attribute("python_class", is_cube(info) ? "DataCube" : "Array");
  write_frames(node, "data", *array.frames, deflate);
  auto data = node.dataset("data");
  data.set_attribute("units", text_in(info.metadata, "Signal.quantity", "counts"));
  int number = 0;
  for (const auto* axes : {&info.navigation, &info.signal})
    for (const auto& axis : *axes) {
      const std::string name = "dim" + std::to_string(number++);
      node.write<double>(name, {axis.offset, axis.offset + axis.scale});
      auto dim = node.dataset(name);
      dim.set_attribute("name", axis.name.empty() ? name : axis.name);
      dim.set_attribute("units", emd_units(axis.units));
    }
  auto metadata = metadata_group(node, "metadata", "Metadata");
  write_items(metadata, info.metadata);
}

}  // namespace

void write_emd(const std::filesystem::path& path, std::span<const EmdArray> arrays, int deflate) {
  NewFile file(path);
  {
    auto& top = file.h5();
    top.set_attribute("emd_group_type", "file");
    top.set_attribute("version_major", 1);
    top.set_attribute("version_minor", 0);
    top.set_attribute("UUID", identifier(arrays));
    top.set_attribute("authoring_program", std::string("Ronchi ") + version());
    top.set_attribute("authoring_user", "");
    for (const auto& array : arrays) {
      auto root = top.make_group(array.name + "_root");
      root.set_attribute("emd_group_type", "root");
      root.set_attribute("python_class", "Root");
      if (is_cube(array.frames->info())) write_calibration(root, array.frames->info());
      write_array(root, array, deflate);
    }
  }
  file.commit();
}

void write_emd(const std::filesystem::path& path, const FrameSource& source, int deflate) {
  const EmdArray one{is_cube(source.info()) ? "datacube" : "array", &source};
  write_emd(path, {&one, 1}, deflate);
}

}  // namespace ronchi::formats
