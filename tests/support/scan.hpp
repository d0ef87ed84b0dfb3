// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "framework/base/random.hpp"

namespace ronchi::testing {

/// A small diffraction scan whose truth is known: a direct beam (Gaussian, `sigma` pixels) that drifts linearly over the scan, weak
/// reflections around it that move with it, Poisson counts.
struct Scan {
  std::int64_t ny = 6, nx = 10, h = 48, w = 40;
  double sigma = 1.6, beam_counts = 4000, background = 2;
  double y0 = 25, x0 = 19, y_per_line = 0, x_per_line = 0, y_per_column = 0, x_per_column = 0;
  std::vector<std::int64_t> hot, dead;  ///< flat
  std::uint16_t hot_value = 300;

  [[nodiscard]] double beam_y(std::int64_t line, std::int64_t column) const {
    return y0 + y_per_line * static_cast<double>(line) + y_per_column * static_cast<double>(column);
  }
  [[nodiscard]] double beam_x(std::int64_t line, std::int64_t column) const {
    return x0 + x_per_line * static_cast<double>(line) + x_per_column * static_cast<double>(column);
  }

  [[nodiscard]] std::vector<std::uint16_t> frames() const {
    std::vector<std::uint16_t> all(static_cast<std::size_t>(ny * nx * h * w));
    for (std::int64_t f = 0; f < ny * nx; ++f) {
      Random random(11, 1, static_cast<std::uint64_t>(f), 0);
      const double by = beam_y(f / nx, f % nx), bx = beam_x(f / nx, f % nx);
      const auto spot = [&](double y, double x, double cy, double cx, double counts) {
        return counts * std::exp(-0.5 * (std::pow(y - cy, 2) + std::pow(x - cx, 2)) / (sigma * sigma)) /
               (2 * 3.141592653589793 * sigma * sigma);
      };
      std::uint16_t* frame = all.data() + f * h * w;
      for (std::int64_t p = 0; p < h * w; ++p) {
        const double y = static_cast<double>(p / w), x = static_cast<double>(p % w);
        double mean = background + spot(y, x, by, bx, beam_counts);
        for (const int s : {-1, 1})
          mean +=
              spot(y, x, by + s * 12, bx + s * 2, 0.075 * beam_counts) + spot(y, x, by - s * 2, bx + s * 12, 0.05 * beam_counts);
        frame[p] = static_cast<std::uint16_t>(random.poisson(mean));
      }
      for (const auto p : hot) frame[p] = hot_value;
      for (const auto p : dead) frame[p] = 0;
    }
    return all;
  }
};

}  // namespace ronchi::testing
