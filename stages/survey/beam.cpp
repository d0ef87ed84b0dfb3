// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/survey/beam.hpp"

#include <algorithm>
#include <numbers>

#include "framework/data/median.hpp"

namespace ronchi::survey {

namespace {

/// Each pixel cut down to its third-brightest neighbour, then averaged over 3 x 3.
std::vector<double> without_single_pixels(std::span<const double> pattern, std::int64_t h, std::int64_t w) {
  std::vector<double> cut(pattern.begin(), pattern.end()), smooth(pattern.size());
  const auto around = [&](std::int64_t y, std::int64_t x, auto&& visit) {
    for (std::int64_t v = std::max<std::int64_t>(0, y - 1); v <= std::min(h - 1, y + 1); ++v)
      for (std::int64_t u = std::max<std::int64_t>(0, x - 1); u <= std::min(w - 1, x + 1); ++u) visit(v * w + u);
  };
  for (std::int64_t y = 0; y < h; ++y)
    for (std::int64_t x = 0; x < w; ++x) {
      double near[8];
      std::size_t n = 0;
      around(y, x, [&](std::int64_t p) {
        if (p != y * w + x) near[n++] = pattern[static_cast<std::size_t>(p)];
      });
      if (n < 3) continue;
      std::nth_element(near, near + 2, near + n, std::greater<>());
      auto& value = cut[static_cast<std::size_t>(y * w + x)];
      value = std::min(value, near[2]);
    }
  for (std::int64_t y = 0; y < h; ++y)
    for (std::int64_t x = 0; x < w; ++x) {
      double sum = 0, n = 0;
      around(y, x, [&](std::int64_t p) {
        sum += cut[static_cast<std::size_t>(p)];
        n += 1;
      });
      smooth[static_cast<std::size_t>(y * w + x)] = sum / n;
    }
  return smooth;
}

}  // namespace

BeamDisk find_beam(std::span<const double> pattern, std::int64_t h, std::int64_t w) {
  const auto smooth = without_single_pixels(pattern, h, w);
  const auto brightest = std::max_element(smooth.begin(), smooth.end()) - smooth.begin();
  const double background = median(smooth), level = (smooth[static_cast<std::size_t>(brightest)] + background) / 2;
  if (!(smooth[static_cast<std::size_t>(brightest)] > background))
    return {static_cast<double>(h / 2), static_cast<double>(w / 2), std::max(3.0, 0.1 * static_cast<double>(std::min(h, w)))};
  std::vector<std::uint8_t> seen(smooth.size(), 0);
  std::vector<std::int64_t> region{brightest};
  seen[static_cast<std::size_t>(brightest)] = 1;
  double sum = 0, sum_y = 0, sum_x = 0;
  for (std::size_t i = 0; i < region.size(); ++i) {
    const std::int64_t y = region[i] / w, x = region[i] % w;
    const double v = smooth[static_cast<std::size_t>(region[i])] - background;
    sum += v;
    sum_y += v * static_cast<double>(y);
    sum_x += v * static_cast<double>(x);
    for (const auto& [v2, u2] : {std::pair{y - 1, x}, {y + 1, x}, {y, x - 1}, {y, x + 1}}) {
      if (v2 < 0 || v2 >= h || u2 < 0 || u2 >= w) continue;
      const auto p = static_cast<std::size_t>(v2 * w + u2);
      if (seen[p] != 0 || smooth[p] < level) continue;
      seen[p] = 1;
      region.push_back(static_cast<std::int64_t>(p));
    }
  }
  BeamDisk beam{sum_y / sum, sum_x / sum, 0};
  double farthest = 0;
  for (const auto p : region)
    farthest = std::max(farthest, std::hypot(static_cast<double>(p / w) - beam.y, static_cast<double>(p % w) - beam.x));
  beam.radius = std::max(2 * std::sqrt(static_cast<double>(region.size()) / std::numbers::pi), 1.2 * farthest) + 2;
  return beam;
}

std::vector<double> radial_profile(std::span<const double> pattern, std::int64_t h, std::int64_t w, double cy, double cx) {
  std::vector<double> sum, count;
  for (std::int64_t y = 0; y < h; ++y)
    for (std::int64_t x = 0; x < w; ++x) {
      const auto r = static_cast<std::size_t>(std::llround(std::hypot(static_cast<double>(y) - cy, static_cast<double>(x) - cx)));
      if (r >= sum.size()) {
        sum.resize(r + 1, 0);
        count.resize(r + 1, 0);
      }
      sum[r] += pattern[static_cast<std::size_t>(y * w + x)];
      count[r] += 1;
    }
  for (std::size_t r = 0; r < sum.size(); ++r) sum[r] = count[r] > 0 ? sum[r] / count[r] : 0;
  return sum;
}

double edge_radius(std::span<const double> profile) {
  if (profile.empty()) return 0;
  const double background = median({profile.begin(), profile.end()});
  const double middle =
      *std::max_element(profile.begin(), profile.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(3, profile.size())));
  std::size_t r = 0;
  while (r + 1 < profile.size() / 3 && profile[r] - background > 0.05 * (middle - background)) ++r;
  return static_cast<double>(r) + 1;
}

}  // namespace ronchi::survey
