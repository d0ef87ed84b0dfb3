// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "framework/data/frames.hpp"

namespace ronchi::formats {

/// What `ronchi info FILE` prints: format, shape, type, size, axes with units, metadata, warnings. Ends with a new line.
[[nodiscard]] std::string describe_text(const FrameSource& source);

}  // namespace ronchi::formats
