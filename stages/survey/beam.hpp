// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

namespace ronchi::survey {

/// The direct beam in a pattern: raw pixels, pixel centres at whole numbers.
struct BeamDisk {
  double y = 0, x = 0;
  double radius = 0;
};

/// The brightest connected region (above half of its maximum over the median) of a pattern: its centre of mass, and a
/// radius that holds twice its equal-area radius. Single hot pixels are passed over.
[[nodiscard]] BeamDisk find_beam(std::span<const double> pattern, std::int64_t height, std::int64_t width);

/// Mean over rings of one pixel's width around (y, x): element r holds the pixels whose distance rounds to r.
[[nodiscard]] std::vector<double> radial_profile(std::span<const double> pattern, std::int64_t height, std::int64_t width, double y,
                                                 double x);

/// Where the direct beam's profile has fallen to 5 % of its middle over the background, plus a pixel.
[[nodiscard]] double edge_radius(std::span<const double> profile);

/// Where to look: `wide` around (y, x) first, then `radius` around what was found.
struct BeamSearch {
  double y = 0, x = 0;
  double wide = 0, radius = 0;
  std::vector<std::int64_t> ignore;  ///< bad pixels, flat, ascending
};

struct CentreOfMass {
  double y = 0, x = 0;
  double intensity = 0;  ///< counts inside the disk; 0: no beam, y and x are without meaning
};

/// Centre of mass inside a disk that follows it: sum(v r) / sum(v) over the disk around the last centre's pixel, repeated until the
/// centre stays. Exact integer sums for integer patterns.
template <class T>
[[nodiscard]] CentreOfMass centre_of_mass(const T* frame, std::int64_t height, std::int64_t width, const BeamSearch& search) {
  using Sum = std::conditional_t<std::is_floating_point_v<T> || sizeof(T) == 8, double, std::int64_t>;
  const auto in_disk = [&](std::int64_t cy, std::int64_t cx, double radius) {
    Sum sum = 0, sum_y = 0, sum_x = 0;
    const auto reach = static_cast<std::int64_t>(radius);
    for (std::int64_t y = std::max<std::int64_t>(0, cy - reach); y <= std::min(height - 1, cy + reach); ++y) {
      const double dy = static_cast<double>(y - cy);
      const auto half = static_cast<std::int64_t>(std::sqrt(std::max(0.0, radius * radius - dy * dy)));
      Sum row = 0, row_x = 0;
      for (std::int64_t x = std::max<std::int64_t>(0, cx - half); x <= std::min(width - 1, cx + half); ++x) {
        const auto v = static_cast<Sum>(frame[y * width + x]);
        row += v;
        row_x += v * static_cast<Sum>(x - cx);
      }
      sum += row;
      sum_x += row_x;
      sum_y += row * static_cast<Sum>(y - cy);
    }
    for (const std::int64_t p : search.ignore) {
      const std::int64_t y = p / width - cy, x = p % width - cx;
      if (std::abs(y) > reach) continue;
      const auto half = static_cast<std::int64_t>(std::sqrt(std::max(0.0, radius * radius - static_cast<double>(y * y))));
      if (std::abs(x) > half) continue;
      const auto v = static_cast<Sum>(frame[p]);
      sum -= v;
      sum_y -= v * static_cast<Sum>(y);
      sum_x -= v * static_cast<Sum>(x);
    }
    CentreOfMass c;
    if (!(sum > 0)) return c;
    c.intensity = static_cast<double>(sum);
    c.y = static_cast<double>(cy) + static_cast<double>(sum_y) / c.intensity;
    c.x = static_cast<double>(cx) + static_cast<double>(sum_x) / c.intensity;
    return c;
  };
  std::int64_t cy = std::llround(search.y), cx = std::llround(search.x);
  CentreOfMass c = in_disk(cy, cx, search.wide);
  for (int pass = 0; pass < 8 && c.intensity > 0; ++pass) {
    const std::int64_t ny = std::llround(c.y), nx = std::llround(c.x);
    const bool stays = pass > 0 && ny == cy && nx == cx;
    if (stays) break;
    cy = ny;
    cx = nx;
    c = in_disk(cy, cx, search.radius);
  }
  return c;
}

}  // namespace ronchi::survey
