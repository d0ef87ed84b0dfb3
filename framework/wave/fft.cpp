// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/fft.hpp"

#include <fftw3.h>

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

class Plan {
 public:
  Plan() = default;
  Plan(const Grid& grid, int rank, const int* n, int howmany, int stride, int distance, int direction) {
    Field scratch(static_cast<std::size_t>(grid.pixels() + grid.ny * Fft::block));
    const std::lock_guard lock(fft_planning());
    plan_ = fftwf_plan_many_dft(rank, n, howmany, raw(scratch.data()), nullptr, stride, distance, raw(scratch.data()), nullptr,
                                stride, distance, direction, FFTW_ESTIMATE);
    if (plan_ == nullptr) fail(Fault::internal, "", "FFTW has no plan for {} x {}", grid.ny, grid.nx);
  }
  ~Plan() {
    const std::lock_guard lock(fft_planning());
    if (plan_ != nullptr) fftwf_destroy_plan(plan_);
  }
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;
  void operator()(Complex* field) const { fftwf_execute_dft(plan_, raw(field), raw(field)); }

 private:
  fftwf_plan plan_ = nullptr;
};

}  // namespace

/// [0]: forward, [1]: inverse.
struct Fft::Plans {
  explicit Plans(const Grid& g)
      : n{static_cast<int>(g.ny), static_cast<int>(g.nx)},
        whole{{g, 2, n, 1, 1, 0, FFTW_FORWARD}, {g, 2, n, 1, 1, 0, FFTW_BACKWARD}},
        row{{g, 1, n + 1, 1, 1, 0, FFTW_FORWARD}, {g, 1, n + 1, 1, 1, 0, FFTW_BACKWARD}},
        columns{{g, 1, n, block, block, 1, FFTW_FORWARD}, {g, 1, n, block, block, 1, FFTW_BACKWARD}} {}
  int n[2];
  Plan whole[2], row[2], columns[2];
};

Fft::Fft(const Grid& grid) : grid_(grid) {
  if (grid.ny < 8 || grid.nx < 8 || grid.nx % 8 != 0 || grid.ny > 65536 || grid.nx > 65536)
    fail(Fault::usage, "Take a field of 8 to 65536 pixels a side, the width a multiple of 8.", "a field of {} x {} pixels", grid.ny,
         grid.nx);
  plans_ = std::make_unique<Plans>(grid);
}
Fft::~Fft() = default;
Fft::Fft(Fft&&) noexcept = default;
Fft& Fft::operator=(Fft&&) noexcept = default;

void Fft::forward(Complex* field) const { plans_->whole[0](field); }
void Fft::inverse(Complex* field) const { plans_->whole[1](field); }
void Fft::forward_row(Complex* field, std::int64_t row) const { plans_->row[0](field + row * grid_.nx); }
void Fft::inverse_row(Complex* field, std::int64_t row) const { plans_->row[1](field + row * grid_.nx); }
void Fft::forward_columns(Complex* columns) const { plans_->columns[0](columns); }
void Fft::inverse_columns(Complex* columns) const { plans_->columns[1](columns); }

}  // namespace ronchi::wave
