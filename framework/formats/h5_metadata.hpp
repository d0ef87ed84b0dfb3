// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "framework/data/frames.hpp"
#include "framework/store/h5.hpp"

namespace ronchi::formats {

/// An attribute as a metadata value: bool, number, text or a list of them. Nothing for anything else (opaque, compound) and
/// for lists of more than 65,536 elements.
[[nodiscard]] std::optional<MetadataValue> attribute_value(const h5::Object& object, const std::string& name);
/// The same for a data set of at most one axis.
[[nodiscard]] std::optional<MetadataValue> dataset_value(const h5::Group& group, const std::string& name);
void put_attribute(h5::Object& object, const std::string& name, const MetadataValue& value);

}  // namespace ronchi::formats
