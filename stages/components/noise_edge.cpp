// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/components/noise_edge.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace ronchi::components {

double noise_edge(std::int64_t rows, std::int64_t columns, double neighbours, int dimensions) {
  constexpr int angles = 64;
  std::vector<double> t;
  const auto wave = [](int i) { return std::cos(2 * std::numbers::pi * (i + 0.5) / angles); };
  for (int i = 0; i < angles; ++i)
    for (int j = 0; j < (dimensions == 2 ? angles : 1); ++j)
      t.push_back(std::max(1e-3, 1 + 2 * neighbours * (wave(i) + (dimensions == 2 ? wave(j) : 0))));
  const double largest = *std::max_element(t.begin(), t.end()), ratio = static_cast<double>(columns) / static_cast<double>(rows);
  const auto z = [&](double b) {
    double mean = 0;
    for (const double v : t) mean += v / (1 - v * b);
    return 1 / b + ratio * mean / static_cast<double>(t.size());
  };
  // z is convex between its poles: golden section.
  double low = 1e-9 / largest, high = (1 - 1e-9) / largest;
  const double golden = (std::sqrt(5.0) - 1) / 2;
  for (int i = 0; i < 100; ++i) {
    const double a = high - golden * (high - low), b = low + golden * (high - low);
    if (z(a) < z(b))
      high = b;
    else
      low = a;
  }
  return static_cast<double>(rows) * z((low + high) / 2);
}

}  // namespace ronchi::components
