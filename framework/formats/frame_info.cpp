// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <cstring>

#include "framework/base/error.hpp"
#include "framework/formats/h5_metadata.hpp"
#include "framework/formats/reader.hpp"

/// FrameInfo in HDF5, and frames that need no file.
namespace ronchi::formats {

namespace {

constexpr std::size_t longest_attribute = 1024;  // elements; larger lists go to data sets

void save_axes(h5::Group& group, const std::string& prefix, const std::vector<Axis>& axes) {
  std::vector<std::string> names, units;
  std::vector<double> scales, offsets;
  std::vector<std::int64_t> sizes;
  for (const auto& a : axes) {
    names.push_back(a.name);
    units.push_back(a.units);
    scales.push_back(a.scale);
    offsets.push_back(a.offset);
    sizes.push_back(a.size);
  }
  group.set_attribute(prefix + "_names", names);
  group.set_attribute(prefix + "_units", units);
  group.set_attribute(prefix + "_scales", scales);
  group.set_attribute(prefix + "_offsets", offsets);
  group.set_attribute(prefix + "_sizes", sizes);
}

std::vector<Axis> load_axes(const h5::Group& group, const std::string& prefix) {
  const auto names = group.attribute<std::vector<std::string>>(prefix + "_names"),
             units = group.attribute<std::vector<std::string>>(prefix + "_units");
  const auto scales = group.attribute<std::vector<double>>(prefix + "_scales"),
             offsets = group.attribute<std::vector<double>>(prefix + "_offsets");
  const auto sizes = group.attribute<std::vector<std::int64_t>>(prefix + "_sizes");
  const std::size_t n = names.size();
  if (units.size() != n || scales.size() != n || offsets.size() != n || sizes.size() != n)
    fail(Fault::corrupt, "delete this result and run again", "{} has axes that do not fit together", group.path());
  std::vector<Axis> axes;
  for (std::size_t i = 0; i < n; ++i) axes.push_back({names[i], units[i], scales[i], offsets[i], sizes[i]});
  return axes;
}

}  // namespace

void save_info(h5::Group frames, const FrameInfo& info) {
  frames.set_attribute("type", std::string(name_of(info.type)));
  frames.set_attribute("format", info.format);
  frames.set_attribute("warnings", info.warnings);
  save_axes(frames, "navigation", info.navigation);
  save_axes(frames, "signal", info.signal);
  auto metadata = frames.make_group("metadata");
  for (const auto& [name, value] : info.metadata) {
    const bool small = std::visit(
        [](const auto& v) {
          if constexpr (requires { v.size(); })
            return v.size() <= longest_attribute;
          else
            return true;
        },
        value);
    if (small)
      put_attribute(metadata, name, value);
    else if (const auto* text = std::get_if<std::string>(&value))
      metadata.write_text(name, *text);
    else if (const auto* texts = std::get_if<std::vector<std::string>>(&value))
      metadata.write_texts(name, *texts);
    else if (const auto* whole = std::get_if<std::vector<std::int64_t>>(&value))
      metadata.write<std::int64_t>(name, *whole);
    else
      metadata.write<double>(name, std::get<std::vector<double>>(value));
  }
}

FrameInfo load_info(const h5::Group& frames) {
  FrameInfo info;
  info.type = scalar_named(frames.attribute<std::string>("type"));
  info.format = frames.attribute<std::string>("format");
  info.warnings = frames.attribute<std::vector<std::string>>("warnings");
  info.navigation = load_axes(frames, "navigation");
  info.signal = load_axes(frames, "signal");
  const auto metadata = frames.group("metadata");
  for (const auto& name : metadata.attributes())
    if (auto value = attribute_value(metadata, name)) info.metadata[name] = std::move(*value);
  for (const auto& name : metadata.children())
    if (auto value = dataset_value(metadata, name)) info.metadata[name] = std::move(*value);
  return info;
}

MemoryFrames::MemoryFrames(FrameInfo info, std::vector<std::byte> values) : values_(std::move(values)) {
  info_ = std::move(info);
  if (static_cast<std::int64_t>(values_.size()) != info_.frames() * info_.frame_bytes())
    fail(Fault::internal, "report this", "{} bytes given for {}", values_.size(), info_.text());
}

void MemoryFrames::read(Range frames, std::span<std::byte> out) const {
  require_range(info_, frames, out, "frames in memory");
  if (!out.empty()) std::memcpy(out.data(), values_.data() + frames.first * info_.frame_bytes(), out.size());
}

}  // namespace ronchi::formats
