// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/real_fft.hpp"

#include <fftw3.h>

#include <algorithm>

#include "framework/base/error.hpp"
#include "framework/wave/planning.hpp"

namespace ronchi::wave {

struct RealFft::Plans {
  explicit Plans(const Grid& g) {
    RealField image(static_cast<std::size_t>(g.pixels()));
    Field spectrum(static_cast<std::size_t>(g.ny * (g.nx / 2 + 1)));
    auto* raw = reinterpret_cast<fftwf_complex*>(spectrum.data());
    const int ny = static_cast<int>(g.ny), nx = static_cast<int>(g.nx);
    const std::lock_guard lock(fft_planning());
    forward = fftwf_plan_dft_r2c_2d(ny, nx, image.data(), raw, FFTW_ESTIMATE);
    inverse = fftwf_plan_dft_c2r_2d(ny, nx, raw, image.data(), FFTW_ESTIMATE);
    forward_row = fftwf_plan_dft_r2c_1d(nx, image.data(), raw, FFTW_ESTIMATE);
    if (forward == nullptr || inverse == nullptr || forward_row == nullptr)
      fail(Fault::internal, "", "FFTW has no plan for real images of {} x {}", ny, nx);
  }
  ~Plans() {
    const std::lock_guard lock(fft_planning());
    if (forward != nullptr) fftwf_destroy_plan(forward);
    if (inverse != nullptr) fftwf_destroy_plan(inverse);
    if (forward_row != nullptr) fftwf_destroy_plan(forward_row);
  }
  Plans(const Plans&) = delete;
  Plans& operator=(const Plans&) = delete;
  fftwf_plan forward = nullptr, inverse = nullptr, forward_row = nullptr;
};

RealFft::RealFft(const Grid& grid) : grid_(grid) {
  if (grid.ny < 2 || grid.nx < 2 || grid.ny > 65536 || grid.nx > 65536)
    fail(Fault::usage, "Take an image of 2 to 65536 pixels a side.", "an image of {} x {} pixels", grid.ny, grid.nx);
  plans_ = std::make_unique<Plans>(grid);
}
RealFft::~RealFft() = default;
RealFft::RealFft(RealFft&&) noexcept = default;
RealFft& RealFft::operator=(RealFft&&) noexcept = default;

void RealFft::forward(const float* image, Complex* spectrum) const {
  // Out of place r2c keeps its input unless a plan says otherwise (FFTW manual 4.3.2): the cast is safe.
  fftwf_execute_dft_r2c(plans_->forward, const_cast<float*>(image), reinterpret_cast<fftwf_complex*>(spectrum));
}
void RealFft::forward_row(const float* row, Complex* frequencies) const {
  fftwf_execute_dft_r2c(plans_->forward_row, const_cast<float*>(row), reinterpret_cast<fftwf_complex*>(frequencies));
}
void RealFft::inverse(Complex* spectrum, float* image) const {
  fftwf_execute_dft_c2r(plans_->inverse, reinterpret_cast<fftwf_complex*>(spectrum), image);
}

}  // namespace ronchi::wave
