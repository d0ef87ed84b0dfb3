// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/wave/fft.hpp"

namespace ronchi::wave {

/// Fourier transforms of real images, unscaled in both directions like `Fft`, two rows at a time as one complex row. Only kx >= 0
/// is kept, column by column: a spectrum is [columns(), ny], kx = 0 ... nx / 2, and behind them columns of zeros up to a whole
/// group. Any number of threads may transform different images with one RealFft.
class RealFft {
 public:
  explicit RealFft(const Grid& grid) : fft_(grid) {}

  [[nodiscard]] const Grid& grid() const { return fft_.grid(); }
  [[nodiscard]] std::int64_t columns() const { return columns_up_to(grid().nx / 2); }
  [[nodiscard]] std::int64_t frequencies() const { return columns() * grid().ny; }
  /// Columns of whole groups with kx = 0 ... highest.
  [[nodiscard]] static std::int64_t columns_up_to(std::int64_t highest) { return (highest / Fft::group + 1) * Fft::group; }

  void forward(const float* image, Complex* spectrum) const { forward(image, columns(), spectrum); }
  /// The first `columns` columns alone, a multiple of the group: [columns, ny].
  void forward(const float* image, std::int64_t columns, Complex* spectrum) const;
  void inverse(const Complex* spectrum, float* image) const;

 private:
  [[nodiscard]] std::int64_t stride() const;

  Fft fft_;
};

}  // namespace ronchi::wave
