// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/survey/width.hpp"

#include <algorithm>
#include <limits>

#include "stages/survey/masks.hpp"

namespace ronchi::survey {

double largest_output(const Findings& found, const Transform& t) {
  const bool image = found.raw.signal.size() == 2;
  const std::int64_t h = image ? found.raw.signal[0].size : 1, w = found.raw.signal.back().size;
  const std::int64_t by = image ? t.bin : 1, bx = t.bin;
  const std::int64_t first_row = image ? t.crop_first[0] : 0;
  const std::int64_t rows = !image ? 1 : t.crop_size[0] != 0 ? t.crop_size[0] : h / by - first_row;
  const std::int64_t columns = t.crop_size[1] != 0 ? t.crop_size[1] : w / bx - t.crop_first[1];

  // How many unmasked output pixels begin in the rectangle [0, y) x [0, x) of the shifted raw pattern.
  std::vector<std::int64_t> before(static_cast<std::size_t>((h + 1) * (w + 1)), 0);
  const auto at = [&](std::int64_t y, std::int64_t x) -> std::int64_t& {
    return before[static_cast<std::size_t>(y * (w + 1) + x)];
  };
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t c = 0; c < columns; ++c)
      if (t.mask.empty() || t.mask[static_cast<std::size_t>(r * columns + c)] == 0)
        at((r + first_row) * by + 1, (c + t.crop_first[1]) * bx + 1) = 1;
  for (std::int64_t y = 1; y <= h; ++y)
    for (std::int64_t x = 1; x <= w; ++x) at(y, x) += at(y - 1, x) + at(y, x - 1) - at(y - 1, x - 1);
  const auto any = [&](std::int64_t y0, std::int64_t y1, std::int64_t x0, std::int64_t x1) {  // inclusive
    y0 = std::clamp<std::int64_t>(y0, 0, h);
    y1 = std::clamp<std::int64_t>(y1 + 1, y0, h);
    x0 = std::clamp<std::int64_t>(x0, 0, w);
    x1 = std::clamp<std::int64_t>(x1 + 1, x0, w);
    return at(y1, x1) - at(y0, x1) - at(y1, x0) + at(y0, x0) > 0;
  };

  std::vector<std::int64_t> highest = found.maximum;
  std::vector<std::uint8_t> bad(highest.size(), 0);
  const BadPixels repair(t.bad_pixels, h, w);
  for (std::size_t k = 0; k < t.bad_pixels.size(); ++k) {
    std::int64_t value = 0;
    for (const auto n : repair.neighbours(k)) value = std::max(value, found.maximum[static_cast<std::size_t>(n)]);
    highest[static_cast<std::size_t>(t.bad_pixels[k])] = value;
    bad[static_cast<std::size_t>(t.bad_pixels[k])] = 1;
  }

  const ShiftRange s = shift_range(t);
  double peak = 0;
  for (std::int64_t y = 0; y + by <= h; ++y)
    for (std::int64_t x = 0; x + bx <= w; ++x) {
      // An output pixel that hangs over the detector's edge holds a part of the window at that edge.
      const std::int64_t over_y = y == 0 ? by - 1 : 0, over_x = x == 0 ? bx - 1 : 0, under_y = y + by == h ? by - 1 : 0,
                         under_x = x + bx == w ? bx - 1 : 0;
      if (!any(y + s.low[0] - over_y, y + s.high[0] + under_y, x + s.low[1] - over_x, x + s.high[1] + under_x)) continue;
      bool repaired = false;
      std::int64_t sum = 0;
      for (std::int64_t j = 0; j < by; ++j)
        for (std::int64_t i = 0; i < bx; ++i) {
          const auto p = static_cast<std::size_t>((y + j) * w + x + i);
          repaired = repaired || bad[p] != 0;
          sum += highest[p];
        }
      const bool alone = t.bin == 1 || found.window.empty();
      const std::int64_t value = repaired || alone ? sum : found.window[static_cast<std::size_t>(y * w + x)];
      peak = std::max(peak, static_cast<double>(value) / found.scale);
    }
  return peak;
}

Scalar fitting_type(const FrameInfo& raw, std::int64_t bin, double peak, bool negative, bool complete) {
  if (!is_integer(raw.type) || negative) return Scalar::f32;
  double needed = complete ? peak : 4 * peak;
  const double pixels = static_cast<double>(raw.signal.size() == 2 ? bin * bin : bin);
  visit_scalar(raw.type,
               [&](auto v) { needed = std::min(needed, pixels * static_cast<double>(std::numeric_limits<decltype(v)>::max())); });
  if (needed <= 255) return Scalar::u8;
  if (needed <= 65535) return Scalar::u16;
  return needed <= 4294967295.0 ? Scalar::u32 : Scalar::f32;
}

}  // namespace ronchi::survey
