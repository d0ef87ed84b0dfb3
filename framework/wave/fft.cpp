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

/// `width` columns beside each other, from row to row `stride` values apart, and each by itself, from column to column `apart(n)`.
/// Where columns are to come out beside each other, transforms of one each and this copy take a third to all of the time of FFTW's
/// strided plan by rule, which is slow where n has a factor of 3 or 5.
std::int64_t apart(std::int64_t n) { return n + 8; }  // by n, a power of 2, all would fall into the same set of the cache
template <std::int64_t width>
void part(const Complex* together, std::int64_t stride, std::int64_t n, Complex* columns) {
  for (std::int64_t y = 0; y < n; ++y)
    for (std::int64_t c = 0; c < width; ++c) columns[c * apart(n) + y] = together[y * stride + c];
}
template <std::int64_t width>
void join(const Complex* columns, std::int64_t n, Complex* together, std::int64_t stride) {
  for (std::int64_t y = 0; y < n; ++y)
    for (std::int64_t c = 0; c < width; ++c) together[y * stride + c] = columns[c * apart(n) + y];
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
    constexpr std::int64_t width = 2 * group;  // a cache line of each row
    const std::int64_t ny = grid.ny, nx = grid.nx;
    Complex *in = scratch(std::max(2 * width * apart(ny), nx)), *out = in + width * apart(ny);
    for (std::int64_t y = 0; y < ny; ++y) {
      plans.row(field + y * nx, in);
      std::copy_n(in, nx, field + y * nx);
    }
    for (std::int64_t x = 0; x < nx; x += width) {
      part<width>(field + x, nx, ny, in);
      for (std::int64_t c = 0; c < width; ++c) plans.column(in + c * apart(ny), out + c * apart(ny));
      join<width>(out, ny, field + x, nx);
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
  const std::int64_t ny = grid_.ny;
  Complex* single = scratch(group * apart(ny));
  for (std::int64_t c = 0; c < group; ++c) plans_->inverse.column(frequencies + c * ny, single + c * apart(ny));
  join<group>(single, ny, columns, group);
}

}  // namespace ronchi::wave
