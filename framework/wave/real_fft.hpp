// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "framework/wave/fft.hpp"

namespace ronchi::wave {

/// Fourier transforms of real images, unscaled in both directions like `Fft`. Only kx >= 0 is kept: a spectrum is [ny, nx / 2 + 1].
/// Plans are made by rule; any number of threads may transform different images with one RealFft. Arrays must be aligned as
/// `Field` is.
class RealFft {
 public:
  explicit RealFft(const Grid& grid);
  ~RealFft();
  RealFft(RealFft&&) noexcept;
  RealFft& operator=(RealFft&&) noexcept;

  [[nodiscard]] const Grid& grid() const { return grid_; }
  [[nodiscard]] std::int64_t columns() const { return grid_.nx / 2 + 1; }
  [[nodiscard]] std::int64_t frequencies() const { return grid_.ny * columns(); }
  void forward(const float* image, Complex* spectrum) const;
  void inverse(Complex* spectrum, float* image) const;  ///< destroys the spectrum
  /// One row alone, [nx] to [nx / 2 + 1].
  void forward_row(const float* row, Complex* frequencies) const;

 private:
  struct Plans;
  Grid grid_;
  std::unique_ptr<Plans> plans_;
};

}  // namespace ronchi::wave
