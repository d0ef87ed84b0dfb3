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

/// Where the values of one transform after the other lie.
struct Steps {
  int stride, distance;
};

class Plan {
 public:
  Plan(int rank, const int* n, int howmany, Steps in, Steps out, int direction, bool in_place) {
    const auto size = static_cast<std::size_t>(rank == 2 ? n[0] * n[1] : n[0] * howmany);
    Field from(size), to(in_place ? 0 : size);
    const std::lock_guard lock(fft_planning());
    plan_ =
        fftwf_plan_many_dft(rank, n, howmany, raw(from.data()), nullptr, in.stride, in.distance,
                            raw(in_place ? from.data() : to.data()), nullptr, out.stride, out.distance, direction, FFTW_ESTIMATE);
    if (plan_ == nullptr) fail(Fault::internal, "", "FFTW has no plan for {} transforms of {} dimensions", howmany, rank);
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

struct Fft::Plans {
  static constexpr int g = static_cast<int>(group);
  explicit Plans(const Grid& grid) : n{static_cast<int>(grid.ny), static_cast<int>(grid.nx)} {}
  int n[2];
  Plan forward{2, n, 1, {1, 0}, {1, 0}, FFTW_FORWARD, true}, inverse{2, n, 1, {1, 0}, {1, 0}, FFTW_BACKWARD, true};
  Plan forward_row{1, n + 1, 1, {1, 0}, {1, 0}, FFTW_FORWARD, false},
      inverse_row{1, n + 1, 1, {1, 0}, {1, 0}, FFTW_BACKWARD, false};
  Plan forward_columns{1, n, g, {g, 1}, {1, n[0]}, FFTW_FORWARD, false},
      inverse_columns{1, n, g, {1, n[0]}, {g, 1}, FFTW_BACKWARD, false};
};

Fft::Fft(const Grid& grid) : grid_(grid) {
  if (grid.ny < 8 || grid.nx < 8 || grid.nx % 8 != 0 || grid.ny % 2 != 0 || grid.ny > 65536 || grid.nx > 65536)
    fail(Fault::usage, "Take a field of 8 to 65536 pixels a side, the width a multiple of 8, the height even.",
         "a field of {} x {} pixels", grid.ny, grid.nx);
  plans_ = std::make_unique<Plans>(grid);
}
Fft::~Fft() = default;
Fft::Fft(Fft&&) noexcept = default;
Fft& Fft::operator=(Fft&&) noexcept = default;

void Fft::forward(Complex* field) const { plans_->forward(field, field); }
void Fft::inverse(Complex* field) const { plans_->inverse(field, field); }
void Fft::forward_row(const Complex* row, Complex* frequencies) const { plans_->forward_row(row, frequencies); }
void Fft::inverse_row(const Complex* frequencies, Complex* row) const { plans_->inverse_row(frequencies, row); }
void Fft::forward_columns(const Complex* columns, Complex* frequencies) const { plans_->forward_columns(columns, frequencies); }
void Fft::inverse_columns(const Complex* frequencies, Complex* columns) const { plans_->inverse_columns(frequencies, columns); }

}  // namespace ronchi::wave
