// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <numbers>
#include <vector>

#include "framework/wave/imaging.hpp"

namespace ronchi::wave::testing {

inline Grid square(std::int64_t n, double length) { return {n, n, length / static_cast<double>(n)}; }

/// exp(i strength sum_j exp(-(r - r_j)^2 / width^2)) for atoms at r_j (A), without frequencies beyond `band`; its spectrum.
inline Field atoms(const Grid& grid, const std::vector<std::array<double, 2>>& at, double strength, double width, double band) {
  Field wave(static_cast<std::size_t>(grid.pixels()));
  for (std::int64_t y = 0; y < grid.ny; ++y)
    for (std::int64_t x = 0; x < grid.nx; ++x) {
      double phase = 0;
      for (const auto& [ax, ay] : at) {
        const double dx = std::remainder(static_cast<double>(x) * grid.sampling - ax, grid.width());
        const double dy = std::remainder(static_cast<double>(y) * grid.sampling - ay, grid.height());
        phase += strength * std::exp(-(dx * dx + dy * dy) / (width * width));
      }
      wave[static_cast<std::size_t>(y * grid.nx + x)] = {static_cast<float>(std::cos(phase)), static_cast<float>(std::sin(phase))};
    }
  Fft(grid).forward(wave.data());
  for (std::int64_t y = 0; y < grid.ny; ++y)
    for (std::int64_t x = 0; x < grid.nx; ++x)
      if (std::hypot(grid.frequency(y, grid.ny), grid.frequency(x, grid.nx)) > band)
        wave[static_cast<std::size_t>(y * grid.nx + x)] = 0;
  return wave;
}

inline RealField image_of(const Grid& grid, double band, const Grid& image, const Lens& lens, const Field& spectrum) {
  RealField out(static_cast<std::size_t>(image.pixels()));
  Imaging(grid, band, image)(lens, spectrum.data(), out.data());
  return out;
}

/// An ideal lens: nothing but what a test sets.
inline LensOptions ideal() {
  LensOptions o;
  o.focal_spread = 0;
  return o;
}

inline double mean(const RealField& image) {
  double sum = 0;
  for (const float v : image) sum += v;
  return sum / static_cast<double>(image.size());
}

/// Root mean square of a - b.
inline double distance(const RealField& a, const RealField& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += std::pow(static_cast<double>(a[i]) - b[i], 2);
  return std::sqrt(sum / static_cast<double>(a.size()));
}
inline double contrast(const RealField& a) {
  const double m = mean(a);
  double sum = 0;
  for (const float v : a) sum += (v - m) * (v - m);
  return std::sqrt(sum / static_cast<double>(a.size()));
}

}  // namespace ronchi::wave::testing
