// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/formats/h5_metadata.hpp"

#include <cmath>

namespace ronchi::formats {

namespace {

constexpr hssize_t longest_list = 65536;

bool is_bool(hid_t type) { return H5Tget_class(type) == H5T_ENUM && H5Tget_size(type) == 1; }

}  // namespace

std::optional<MetadataValue> attribute_value(const h5::Object& object, const std::string& name) {
  const h5::Handle attribute{H5Aopen(object.id(), name.c_str(), H5P_DEFAULT), H5Aclose};
  if (!attribute) return std::nullopt;
  const h5::Handle type{H5Aget_type(attribute.id()), H5Tclose}, space{H5Aget_space(attribute.id()), H5Sclose};
  const auto kind = H5Tget_class(type.id());
  const auto points = H5Sget_simple_extent_npoints(space.id());
  const bool scalar = H5Sget_simple_extent_type(space.id()) == H5S_SCALAR;
  if (points < 0 || points > longest_list || H5Sget_simple_extent_type(space.id()) == H5S_NULL) return std::nullopt;
  if (kind == H5T_STRING) {
    auto texts = object.attribute<std::vector<std::string>>(name);
    return scalar && !texts.empty() ? MetadataValue(texts[0]) : MetadataValue(texts);
  }
  if (is_bool(type.id()))
    return scalar ? std::optional<MetadataValue>(object.attribute<bool>(name)) : object.attribute<std::vector<std::int64_t>>(name);
  if (kind == H5T_INTEGER) {
    auto values = object.attribute<std::vector<std::int64_t>>(name);
    return scalar ? MetadataValue(values.at(0)) : MetadataValue(values);
  }
  if (kind == H5T_FLOAT && H5Tget_size(type.id()) <= 8) {
    auto values = object.attribute<std::vector<double>>(name);
    return scalar ? MetadataValue(values.at(0)) : MetadataValue(values);
  }
  return std::nullopt;
}

std::optional<MetadataValue> dataset_value(const h5::Group& group, const std::string& name) {
  const auto set = group.dataset(name);
  const auto shape = set.shape();
  if (shape.size() > 1 || h5::count_of(shape) > longest_list || h5::count_of(shape) < 0) return std::nullopt;
  if (set.is_text()) {
    auto texts = group.read_texts(name);
    return shape.empty() && !texts.empty() ? MetadataValue(texts[0]) : MetadataValue(texts);
  }
  if (!set.is_number()) return std::nullopt;
  const auto type = set.type();
  if (is_integer(type)) {
    auto values = set.read<std::int64_t>();
    return shape.empty() ? MetadataValue(values.at(0)) : MetadataValue(values);
  }
  auto values = set.read<double>();
  return shape.empty() ? MetadataValue(values.at(0)) : MetadataValue(values);
}

void put_attribute(h5::Object& object, const std::string& name, const MetadataValue& value) {
  std::visit([&](const auto& v) { object.set_attribute(name, v); }, value);
}

}  // namespace ronchi::formats
