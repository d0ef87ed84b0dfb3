// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/fft.hpp"

#include <fftw3.h>

#include <algorithm>
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

/// Columns in a group [n, group] and each by itself, [group, n]. Where a group is to come out, transforms of one column each and
/// this copy take a third to all of the time of FFTW's strided plan by rule, which is slow where n has a factor of 3 or 5.
void part(const Complex* together, std::int64_t stride, std::int64_t n, Complex* apart) {
  for (std::int64_t y = 0; y < n; ++y)
    for (std::int64_t c = 0; c < Fft::group; ++c) apart[c * n + y] = together[y * stride + c];
}
void join(const Complex* apart, std::int64_t n, Complex* together, std::int64_t stride) {
  for (std::int64_t y = 0; y < n; ++y)
    for (std::int64_t c = 0; c < Fft::group; ++c) together[y * stride + c] = apart[c * n + y];
}

/// A thread's own memory for `n` values.
Complex* scratch(std::int64_t n) {
  thread_local Field values;
  if (std::ssize(values) < n) values.resize(static_cast<std::size_t>(n));
  return values.data();
}

}  // namespace

/// A two-dimensional transform is done row by row and then in groups of columns, each in the first-level cache: the plans that FFTW
/// makes by rule for a whole field take up to nine times as long where a side is a power of 2.
struct Fft::Plans {
  static constexpr int g = static_cast<int>(group);
  struct Direction {
    Plan row, column;
  };
  Plans(int ny, int nx)
      : forward{{nx, 1, {1, 0}, {1, 0}, FFTW_FORWARD}, {ny, 1, {1, 0}, {1, 0}, FFTW_FORWARD}},
        inverse{{nx, 1, {1, 0}, {1, 0}, FFTW_BACKWARD}, {ny, 1, {1, 0}, {1, 0}, FFTW_BACKWARD}},
        forward_columns(ny, g, {g, 1}, {1, ny}, FFTW_FORWARD) {}
  Direction forward, inverse;
  Plan forward_columns;

  static void whole(const Grid& grid, const Direction& plans, Complex* field) {
    constexpr std::int64_t together = 2 * group;  // columns: a cache line of each row
    Complex *in = scratch(std::max(2 * together * grid.ny, grid.nx)), *out = in + together * grid.ny;
    for (std::int64_t y = 0; y < grid.ny; ++y) {
      plans.row(field + y * grid.nx, in);
      std::copy_n(in, grid.nx, field + y * grid.nx);
    }
    for (std::int64_t x = 0; x < grid.nx; x += together) {
      for (const std::int64_t half : {std::int64_t{0}, group}) part(field + x + half, grid.nx, grid.ny, in + half * grid.ny);
      for (std::int64_t c = 0; c < together; ++c) plans.column(in + c * grid.ny, out + c * grid.ny);
      for (const std::int64_t half : {std::int64_t{0}, group}) join(out + half * grid.ny, grid.ny, field + x + half, grid.nx);
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
void Fft::forward_columns(const Complex* columns, Complex* frequencies) const { plans_->forward_columns(columns, frequencies); }
void Fft::inverse_columns(const Complex* frequencies, Complex* columns) const {
  Complex* apart = scratch(group * grid_.ny);
  for (std::int64_t c = 0; c < group; ++c) plans_->inverse.column(frequencies + c * grid_.ny, apart + c * grid_.ny);
  join(apart, grid_.ny, columns, group);
}

}  // namespace ronchi::wave
