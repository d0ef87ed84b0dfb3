// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/formats/h5_frames.hpp"
#include "framework/formats/h5_metadata.hpp"
#include "framework/formats/reader.hpp"

/// HyperSpy's HDF5 (.hspy, older .hdf5; versions 1.0 to 3.x): /Experiments/<title>/{data, axis-0, ..., metadata,
/// original_metadata}.
namespace ronchi::formats {

namespace {

double version_of(const h5::File& file) {
  const auto value = file.has_attribute("file_format_version") ? attribute_value(file, "file_format_version") : std::nullopt;
  if (!value) return 1.0;
  if (const auto* number = std::get_if<double>(&*value)) return *number;
  const auto* text = std::get_if<std::string>(&*value);
  double version = 1.0;
  if (text != nullptr) std::from_chars(text->data(), text->data() + text->size(), version);
  return version;
}

/// A key with its wrapping taken off: "_list_elements" is the list "elements". Nothing for what is not a plain value.
std::optional<std::string> plain_key(const std::string& key) {
  for (const char* prefix : {"_list_empty_", "_tuple_empty_", "_bs_", "_sig_", "_hspy_"})
    if (key.starts_with(prefix)) return std::nullopt;
  for (const char* prefix : {"_list_", "_tuple_"})
    if (key.starts_with(prefix)) return key.substr(std::string_view(prefix).size());
  return key;
}

/// A group's attributes, short lists and subgroups, flat with dotted names.
void flatten(const h5::Group& group, const std::string& prefix, Metadata& into, int depth = 0) {
  if (depth > 16 || into.size() > 20000) return;
  for (const auto& name : group.attributes()) {
    std::string key = name;
    if (name.starts_with("_datetime_")) key = name.substr(10);  // HyperSpy 0.x; the value stays as it is written
    const auto plain = plain_key(key);
    auto value = plain ? attribute_value(group, name) : std::nullopt;
    if (!value) continue;
    if (const auto* text = std::get_if<std::string>(&*value); text != nullptr && *text == "_None_") continue;
    into[prefix + *plain] = std::move(*value);
  }
  for (const auto& name : group.children()) {
    const auto plain = plain_key(name);
    if (!plain || name == "_HyperSpy" || name == "_internal_parameters" || name == "stack_elements") continue;
    if (group.is_dataset(name)) {
      if (auto value = dataset_value(group, name)) into[prefix + *plain] = std::move(*value);
    } else if (group.is_group(name) && !name.starts_with("_list_") && !name.starts_with("_tuple_")) {
      flatten(group.group(name), prefix + name + ".", into, depth + 1);
    }
  }
}

/// Names that older versions had elsewhere.
void modernise(Metadata& m) {
  const auto move = [&](const std::string& from, const std::string& to) {
    if (auto node = m.extract(from); !node.empty()) {
      node.key() = to;
      m.insert(std::move(node));
    }
  };
  for (const char* key : {"title", "date", "time", "original_filename"}) move(key, std::string("General.") + key);
  for (const char* key : {"record_by", "signal_origin", "signal_type"}) move(key, std::string("Signal.") + key);
  std::vector<std::string> keys;
  for (const auto& [key, value] : m)
    if (key.starts_with("TEM.") || key.starts_with("SEM.")) keys.push_back(key);
  for (const auto& key : keys) {
    std::string to = key;
    for (const char* detector : {"EELS.", "EDS."})
      if (const auto at = to.find(detector); at != std::string::npos) to.insert(at, "Detector.");
    move(key, "Acquisition_instrument." + to);
  }
  for (const char* instrument : {"TEM", "SEM"}) {
    const std::string base = std::string("Acquisition_instrument.") + instrument;
    move(base + ".tilt_stage", base + ".Stage.tilt_alpha");
  }
}

/// The groups that describe the axes: axis-0, ... or _list_<n>_axes/0, ...
h5::Group axis_group(const h5::Group& experiment, std::size_t axes, std::size_t i) {
  const std::string list = fmt::format("_list_{}_axes/{}", axes, i), single = fmt::format("axis-{}", i);
  if (experiment.is_group(single)) return experiment.group(single);
  if (experiment.is_group(list)) return experiment.group(list);
  fail(Fault::corrupt, "save it again with HyperSpy", "{} has no description of axis {}", experiment.path(), i);
}

struct HspyAxis {
  Axis axis;
  std::optional<bool> navigate;
};

HspyAxis read_axis(const h5::Group& group, std::int64_t points) {
  const auto text = [&](const char* name) {
    const auto value = group.has_attribute(name) ? attribute_value(group, name) : std::nullopt;
    const auto* t = value ? std::get_if<std::string>(&*value) : nullptr;
    return t == nullptr || *t == "_None_" || *t == "<undefined>" ? std::string() : *t;
  };
  const auto number = [&](const char* name) -> std::optional<double> {
    const auto value = group.has_attribute(name) ? attribute_value(group, name) : std::nullopt;
    return value ? number_in({{"v", *value}}, "v") : std::nullopt;
  };
  HspyAxis out;
  out.axis = {.name = text("name"), .units = plain_units(text("units")), .size = points};
  if (group.has_attribute("navigate")) out.navigate = group.attribute<bool>("navigate");
  const std::string kind = text("_type");
  const auto said = number("size");
  if (group.is_dataset("axis")) {
    const auto set = group.dataset("axis");
    if (const auto shape = set.shape(); shape != h5::Shape{points})  // before anything of that size is read
      fail(Fault::corrupt, "copy the file again", "{} has {} positions for an axis of {} points", group.path(),
           fmt::join(shape, " x "), points);
    if (!fit_axis(out.axis, set.read<double>()))
      fail(Fault::unsupported, "make it uniform in HyperSpy: s.interpolate_on_axis, or s.axes_manager[i].convert_to_uniform_axis()",
           "{} (\"{}\") is not equidistant", group.path(), out.axis.name);
  } else if (kind == "FunctionalDataAxis" || group.has_attribute("expression")) {
    fail(Fault::unsupported, "make it uniform in HyperSpy: s.axes_manager[i].convert_to_uniform_axis()",
         "{} (\"{}\") is given by a formula", group.path(), out.axis.name);
  } else if (said) {
    out.axis.size = static_cast<std::int64_t>(*said);  // H5Frames holds it against the array
    out.axis.scale = number("scale").value_or(1);
    out.axis.offset = number("offset").value_or(0);
  }
  return out;
}

std::string choose(const h5::File& file, const OpenOptions& options) {
  const auto experiments = file.group("Experiments");
  std::vector<std::string> names;
  for (const auto& name : experiments.children())
    if (experiments.is_dataset(name + "/data")) names.push_back(name);
  if (!options.dataset.empty()) {
    std::string wanted = options.dataset;
    for (const std::string prefix : {"/", "Experiments/"})
      if (wanted.starts_with(prefix)) wanted.erase(0, prefix.size());
    if (wanted.ends_with("/data")) wanted.erase(wanted.size() - 5);
    if (std::ranges::find(names, wanted) != names.end()) return wanted;
    fail(Fault::missing, "choose one of " + join(names, ", "), "there is no signal \"{}\" in {}", wanted, file.path());
  }
  if (names.empty())
    fail(Fault::unsupported, "save a signal in it with HyperSpy", "{} holds no signal (a model alone?)", file.path());
  if (names.size() > 1)
    fail(Fault::usage, "choose one with dataset:, of " + join(names, ", "), "{} holds {} signals", file.path(), names.size());
  return names[0];
}

std::unique_ptr<FrameSource> open_hspy(const std::filesystem::path& path, const OpenOptions& options) {
  H5Array array{.file = h5::File::open(path)};
  const double version = version_of(array.file);
  const std::string title = choose(array.file, options);
  array.dataset = "Experiments/" + title + "/data";
  const auto experiment = array.file.group("Experiments/" + title);
  FrameInfo info;
  info.format = "hspy";
  if (version >= 4)
    info.warnings.push_back(fmt::format("{} has version {} of HyperSpy's format; 1.0 to 3.x are known", path.string(), version));
  if (experiment.exists("ragged_shapes") || experiment.exists("_ragged_shapes_data"))
    fail(Fault::unsupported, "save each of its arrays as a signal of its own", "{} holds a ragged signal", experiment.path());
  const std::string metadata = version < 1.2 ? "mapped_parameters" : "metadata",
                    original = version < 1.2 ? "original_parameters" : "original_metadata";
  if (experiment.is_group(metadata)) flatten(experiment.group(metadata), "", info.metadata);
  if (experiment.is_group(original)) flatten(experiment.group(original), "original_metadata.", info.metadata);
  modernise(info.metadata);

  const auto shape = array.file.dataset(array.dataset).shape();
  const std::string record_by = text_in(info.metadata, "Signal.record_by");
  const std::size_t signal_axes = std::min<std::size_t>(shape.size(), record_by == "spectrum" ? 1
                                                                      : record_by == "image"  ? 2
                                                                                              : shape.size());
  for (std::size_t i = 0; i < shape.size(); ++i) {
    auto axis = read_axis(axis_group(experiment, shape.size(), i), shape[i]);
    const bool navigate = axis.navigate.value_or(i + signal_axes < shape.size());
    (navigate ? array.navigation : array.signal).push_back(static_cast<int>(i));
    (navigate ? info.navigation : info.signal).push_back(std::move(axis.axis));
  }
  return std::make_unique<H5Frames>(std::move(array), std::move(info), options);
}

}  // namespace

Format hspy_format() {
  return {"hspy",
          "HyperSpy",
          {".hspy"},
          [](const std::filesystem::path& path, std::span<const std::byte> head) {
            if (!looks_like_hdf5(head)) return false;
            const auto file = h5::File::open(path);
            return (file.has_attribute("file_format") && file.attribute<std::string>("file_format") == "HyperSpy") ||
                   file.is_group("Experiments");
          },
          open_hspy};
}

}  // namespace ronchi::formats
