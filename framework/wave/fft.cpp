// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/fft.hpp"

#include <fftw3.h>

#include <algorithm>
#include <cstring>
#include <mutex>

#include "framework/base/error.hpp"
#include "framework/wave/planning.hpp"

namespace ronchi::wave {

std::mutex& fft_planning() {
  static std::mutex planning;
  return planning;
}

namespace {

fftwf_complex* raw(Complex* p) { return reinterpret_cast<fftwf_complex*>(p); }

/// Where the values of one transform after the other lie.
struct Steps {
  int stride, distance;
};

class Plan {
 public:
  Plan(int n, int howmany, Steps in, Steps out, int direction) {
    const auto size = static_cast<std::size_t>(n * howmany);
    Field from(size), to(size);
    const std::lock_guard lock(fft_planning());
    plan_ = fftwf_plan_many_dft(1, &n, howmany, raw(from.data()), nullptr, in.stride, in.distance, raw(to.data()), nullptr,
                                out.stride, out.distance, direction, FFTW_ESTIMATE);
    if (plan_ == nullptr) fail(Fault::internal, "", "FFTW has no plan for {} transforms of {} values", howmany, n);
  }
  ~Plan() {
    const std::lock_guard lock(fft_planning());
    if (plan_ != nullptr) fftwf_destroy_plan(plan_);
  }
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;
  void operator()(const Complex* in, Complex* out) const { fftwf_execute_dft(plan_, raw(const_cast<Complex*>(in)), raw(out)); }

 private:
  fftwf_plan plan_ = nullptr;
};

}  // namespace

/// A two-dimensional transform is done row by row and then in groups of columns, each in the first-level cache: the plans that FFTW
/// makes by rule for a whole field take up to nine times as long where a side is a power of 2.
struct Fft::Plans {
  static constexpr int g = static_cast<int>(group);
  struct Direction {
    Plan row, columns, columns_as_they_are;
  };
  Plans(int ny, int nx)
      : forward{{nx, 1, {1, 0}, {1, 0}, FFTW_FORWARD},
                {ny, g, {g, 1}, {1, ny}, FFTW_FORWARD},
                {ny, g, {g, 1}, {g, 1}, FFTW_FORWARD}},
        inverse{{nx, 1, {1, 0}, {1, 0}, FFTW_BACKWARD},
                {ny, g, {1, ny}, {g, 1}, FFTW_BACKWARD},
                {ny, g, {g, 1}, {g, 1}, FFTW_BACKWARD}} {}
  Direction forward, inverse;

  static void whole(const Grid& grid, const Direction& plans, Complex* field) {
    constexpr std::int64_t pair = 2 * group;  // a cache line
    const std::int64_t half = grid.ny * group;
    thread_local Field scratch;
    scratch.resize(static_cast<std::size_t>(std::max(4 * half, grid.nx)));
    Complex *in = scratch.data(), *out = in + 2 * half;
    for (std::int64_t y = 0; y < grid.ny; ++y) {
      plans.row(field + y * grid.nx, in);
      std::copy_n(in, grid.nx, field + y * grid.nx);
    }
    for (std::int64_t x = 0; x < grid.nx; x += pair) {
      for (std::int64_t y = 0; y < grid.ny; ++y) {
        std::memcpy(in + y * group, field + y * grid.nx + x, group * sizeof(Complex));
        std::memcpy(in + half + y * group, field + y * grid.nx + x + group, group * sizeof(Complex));
      }
      plans.columns_as_they_are(in, out);
      plans.columns_as_they_are(in + half, out + half);
      for (std::int64_t y = 0; y < grid.ny; ++y) {
        std::memcpy(field + y * grid.nx + x, out + y * group, group * sizeof(Complex));
        std::memcpy(field + y * grid.nx + x + group, out + half + y * group, group * sizeof(Complex));
      }
    }
  }
};

Fft::Fft(const Grid& grid) : grid_(grid) {
  if (grid.ny < 8 || grid.nx < 8 || grid.nx % 8 != 0 || grid.ny % 2 != 0 || grid.ny > 65536 || grid.nx > 65536)
    fail(Fault::usage, "Take a field of 8 to 65536 pixels a side, the width a multiple of 8, the height even.",
         "a field of {} x {} pixels", grid.ny, grid.nx);
  plans_ = std::make_unique<Plans>(static_cast<int>(grid.ny), static_cast<int>(grid.nx));
}
Fft::~Fft() = default;
Fft::Fft(Fft&&) noexcept = default;
Fft& Fft::operator=(Fft&&) noexcept = default;

void Fft::forward(Complex* field) const { Plans::whole(grid_, plans_->forward, field); }
void Fft::inverse(Complex* field) const { Plans::whole(grid_, plans_->inverse, field); }
void Fft::forward_row(const Complex* row, Complex* frequencies) const { plans_->forward.row(row, frequencies); }
void Fft::inverse_row(const Complex* frequencies, Complex* row) const { plans_->inverse.row(frequencies, row); }
void Fft::forward_columns(const Complex* columns, Complex* frequencies) const { plans_->forward.columns(columns, frequencies); }
void Fft::inverse_columns(const Complex* frequencies, Complex* columns) const { plans_->inverse.columns(frequencies, columns); }

}  // namespace ronchi::wave
