// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <vector>

#include "framework/report/colours.hpp"
#include "framework/report/figures.hpp"

/// Images as HTML: PNG with a colour bar, a scale bar from the axes' calibration and, for maps over the scan, clicks.
namespace ronchi::report {

struct PictureStyle {
  std::int64_t most_pixels = 512 * 512;  ///< of each embedded PNG; larger images are averaged over blocks
  int width = 250;                       ///< on the page, CSS pixels
  bool navigable = false;                ///< a map over the scan: clicks and arrow keys choose a position
  std::int64_t rows = 0, columns = 0;    ///< of the scan, where the image is a reduced one; 0 = as the image
  ColourMap map = ColourMap::grey;       ///< of maps; patterns have their own
};

/// The `<figure>` of an image of two axes (y, x) or three (slice, y, x: one picture per slice, chosen by the page's slider).
[[nodiscard]] std::string html_picture(const Image& image, const PictureStyle& style);

/// How many PNGs html_picture makes of it (patterns: linear and logarithmic).
[[nodiscard]] std::int64_t pictures_in(const Image& image);

/// The range of values that the colours span: from the smallest value (0 if that is near) to the largest, without the
/// outermost thousandth at either end, which single hot pixels would otherwise decide.
struct ValueRange {
  double low = 0, high = 1;
  bool clipped = false;
};
[[nodiscard]] ValueRange value_range(std::span<const float> values);

/// A length in the axis' units that is 1, 2 or 5 times a power of ten and at most `fraction` of the axis; 0 if not calibrated.
[[nodiscard]] double scale_bar(const Axis& axis, double fraction = 0.34);

/// Means over blocks of `step` x `step` pixels (the last ones smaller) of height x width values.
[[nodiscard]] std::vector<float> block_means(std::span<const float> values, std::int64_t height, std::int64_t width,
                                             std::int64_t step);

}  // namespace ronchi::report
