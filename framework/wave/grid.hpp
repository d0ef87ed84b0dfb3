// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <complex>
#include <cstdint>

namespace ronchi::wave {

using Complex = std::complex<float>;

/// A periodic field of square pixels, row after row: value (y, x) at y * nx + x; x to the right, y downwards, pixel (0, 0) at the
/// origin. In Fourier space the same layout with frequencies 0, 1, ..., -1 times 1 / (n * sampling).
struct Grid {
  std::int64_t ny = 0, nx = 0;
  double sampling = 0;  ///< A per pixel

  [[nodiscard]] std::int64_t pixels() const { return ny * nx; }
  [[nodiscard]] double height() const { return static_cast<double>(ny) * sampling; }  ///< A
  [[nodiscard]] double width() const { return static_cast<double>(nx) * sampling; }   ///< A
  /// Spatial frequency of index i of n, 1/A.
  [[nodiscard]] double frequency(std::int64_t i, std::int64_t n) const {
    return static_cast<double>(i < (n + 1) / 2 ? i : i - n) / (static_cast<double>(n) * sampling);
  }
  [[nodiscard]] double nyquist() const { return 0.5 / sampling; }  ///< 1/A

  friend bool operator==(const Grid&, const Grid&) = default;
};

}  // namespace ronchi::wave
