// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/data/threshold.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace ronchi {

double li_threshold(std::span<const double> values) {
  if (values.empty()) return 0;
  double sum = 0, most = 0;
  for (const double v : values) {
    sum += v;
    most = std::max(most, v);
  }
  double t = sum / static_cast<double>(values.size()), low = 0, high = 0;
  if (!(most > 0)) return 0;
  const double floor = 1e-6 * most;  // the logarithm of an empty background
  for (int iteration = 0; iteration < 1000; ++iteration) {
    double below = 0, above = 0;
    std::int64_t n_below = 0, n_above = 0;
    for (const double v : values) {
      if (v > t) {
        above += v;
        ++n_above;
      } else {
        below += v;
        ++n_below;
      }
    }
    if (n_below == 0 || n_above == 0) return 0;
    low = std::max(floor, below / static_cast<double>(n_below));
    high = above / static_cast<double>(n_above);
    const double next = (high - low) / (std::log(high) - std::log(low));
    const bool settled = std::abs(next - t) <= 1e-9 * most;
    t = next;
    if (settled) break;
  }
  return high < 4 * low ? 0 : t;
}

}  // namespace ronchi
