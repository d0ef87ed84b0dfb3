// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

#include "stages/decompose/integer_kernels.hpp"
#include "stages/decompose/matrix.hpp"
#include "stages/decompose/workers.hpp"

namespace ronchi::decompose {

/// Both products of a pass over uint8 or uint16 counts in integers: factors and weights become multiples of a power of two, one for
/// each component, of at most 24 bits; sums are exact.
class IntegerProducts {
 public:
  /// `largest_column`: the largest sum of a column of X over all ranks.
  IntegerProducts(const Matrix& x, const IntegerKernels& kernels, int panel_rows, double largest_column);

  /// Factors `h` (k x padded_columns): their units fit their largest elements. `exponents`: weights of component c are multiples of
  /// 2^-exponents[c].
  void begin(std::span<const float> h, int k, std::span<const int> exponents);

  /// a[c * ld + r] = sum over j of x(first_row + r, j) h(c, j), for r < rows.
  void forward(int worker, std::int64_t first_row, int rows, float* a, int ld);
  /// Adds W^T X for rows of weights w[r * k + c]. What does not fit is noticed (see overflow()); the sums are worthless then.
  void backward(int worker, std::int64_t first_row, int rows, const float* w);
  /// W^T X over all ranks: k x padded_columns. Collective.
  [[nodiscard]] std::vector<double> finish();

  /// Largest absolute weights of each component that came to backward() or measure() since begin(), on this rank.
  [[nodiscard]] std::vector<float> largest_weights() const;
  void measure(int worker, int rows, const float* w);

  /// The exponents for weights up to `largest`, with room for four times as much.
  [[nodiscard]] std::vector<int> exponents_for(std::span<const double> largest) const;
  /// True if all of them fit into the units of `exponents`.
  [[nodiscard]] bool fits(std::span<const double> largest, std::span<const int> exponents) const;

 private:
  struct Scratch {
    std::vector<int> out;  ///< of a panel: planes x rows x flat
    Kokkos::View<int*, Kokkos::HostSpace> g;
    Kokkos::View<signed char*, Kokkos::HostSpace> weights;
    Kokkos::View<unsigned char*, Kokkos::HostSpace> bytes;
    std::vector<float> largest;
    std::int64_t rows = 0;  ///< in g
  };
  void reserve(int k);
  void add(const Scratch& scratch, int c);
  void spill(Scratch& scratch);
  void pack_factors(std::span<const float> h);

  const Matrix* x_;
  const IntegerKernels* kernels_;
  int panel_rows_ = 0, k_ = 0, flat_ = 0, reserved_ = 0;
  int plane_count_ = 1;
  double limit_ = 0;  ///< of the weights' integers
  std::vector<int> factor_exponents_, weight_exponents_;
  Kokkos::View<signed char*, Kokkos::HostSpace> factors_;
  std::vector<Scratch> scratch_;
  std::vector<std::int64_t> sums_;  ///< k x padded_columns
  std::mutex spilling_;
};

}  // namespace ronchi::decompose
