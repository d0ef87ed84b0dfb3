// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "framework/report/colours.hpp"

/// PNG images in memory (libpng). `values` are rows from the top, height x width.
namespace ronchi::report {

[[nodiscard]] std::string png_grey(std::span<const std::uint8_t> values, std::int64_t height, std::int64_t width);
/// Every value is an index into `palette` (at most 256 colours).
[[nodiscard]] std::string png_palette(std::span<const std::uint8_t> values, std::span<const Rgb> palette, std::int64_t height,
                                      std::int64_t width);
[[nodiscard]] std::string png_rgb(std::span<const Rgb> values, std::int64_t height, std::int64_t width);

}  // namespace ronchi::report
