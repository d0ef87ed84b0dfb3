// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/survey/detector_faults.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace ronchi::survey {

std::vector<std::int64_t> DetectorFaults::all() const {
  std::vector<std::int64_t> merged(hot.size() + dead.size());
  std::merge(hot.begin(), hot.end(), dead.begin(), dead.end(), merged.begin());
  return merged;
}

DetectorFaults find_faults(std::span<const double> sum, std::span<const std::int64_t> nonzero, std::int64_t h, std::int64_t w,
                           double ratio) {
  DetectorFaults faults;
  const auto at = [&](std::int64_t p) { return static_cast<std::size_t>(p); };
  for (std::int64_t y = 0; y < h; ++y)
    for (std::int64_t x = 0; x < w; ++x) {
      const std::int64_t p = y * w + x;
      double near[8];
      std::int64_t around[24];
      std::size_t n = 0, m = 0;
      for (std::int64_t v = std::max<std::int64_t>(0, y - 2); v <= std::min(h - 1, y + 2); ++v)
        for (std::int64_t u = std::max<std::int64_t>(0, x - 2); u <= std::min(w - 1, x + 2); ++u) {
          if (v == y && u == x) continue;
          if (std::abs(v - y) <= 1 && std::abs(u - x) <= 1) near[n++] = sum[at(v * w + u)];
          around[m++] = nonzero[at(v * w + u)];
        }
      if (n < 3) continue;
      if (sum[at(p)] == 0 && nonzero[at(p)] == 0) {
        std::nth_element(around, around + m / 2, around + m);
        if (around[m / 2] >= 20) faults.dead.push_back(p);
        continue;
      }
      std::nth_element(near, near + 2, near + n, std::greater<>());
      const double expected = ratio * std::max(0.0, near[2]);
      if (nonzero[at(p)] > 8 && sum[at(p)] > expected + 6 * std::sqrt(expected) + 10) faults.hot.push_back(p);
    }
  return faults;
}

}  // namespace ronchi::survey
