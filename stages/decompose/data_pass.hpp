// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "stages/decompose/kernels.hpp"
#include "stages/decompose/matrix.hpp"
#include "stages/decompose/scaling.hpp"

namespace ronchi::decompose {

/// What one pass over the data gives, the same on all ranks. X~ is the scaled matrix, W the rows that the pass made.
struct Products {
  std::vector<double> wtx;   ///< W^T X~, k x padded_columns
  std::vector<double> wtw;   ///< W^T W, k x k
  std::vector<double> sums;  ///< column sums of W, k
  double residual = 0;       ///< of the HALS sweeps: squared projected gradient (see Kernels::hals)
};

/// Integer arithmetic keeps weights as multiples of 2^-exponent, which must be known before the pass.
struct WeightUnits {
  std::vector<int> exponents;  ///< of each component, from the pass before; empty: not known yet
};

/// A panel of rows on its way through the cache.
struct Panel {
  std::int64_t first_row = 0;  ///< local row number
  int rows = 0;
  int ld = 0;  ///< rows, rounded up to a multiple of `lanes`
  int k = 0;
  float* a = nullptr;    ///< X~ H^T: a[c * ld + r], zero for r >= rows
  float* w = nullptr;    ///< scratch of the same layout
  float* out = nullptr;  ///< the panel of W to make: out[r * k + c]
};

/// What a factorisation asks of the scaled data: both products with it in one pass. FusedPass takes them from the data themselves,
/// SketchPass from an approximation of low rank. Results are the same bytes for any number of ranks and threads.
class DataPass {
 public:
  /// Makes out from a; returns the squared residual to be summed (0 if there is none). Rows of W must not exceed the norm
  /// of their row of X~ in any component (true for HALS with ||h|| >= 1 and for projections on unit vectors).
  using Between = std::function<double(Panel&)>;

  virtual ~DataPass() = default;
  /// Collective. `h` is k x padded_columns, with zeros in the padding. Without `outer` wtx stays empty.
  /// Integers: `units` are taken, and replaced by those for the next pass. If they are not known, or a weight has outgrown them,
  /// the data are gone through once more, `again` giving the rows of W that were made (without it: `between` does it again).
  [[nodiscard]] virtual Products run(std::span<const float> h, int k, const Between& between, bool outer = true,
                                     WeightUnits* units = nullptr, const Between& again = {}) = 0;

  [[nodiscard]] const Matrix& matrix() const { return *x_; }          ///< of the data: which frames and pixels they are
  [[nodiscard]] const Scaling& scaling() const { return *scaling_; }  ///< of the data
  [[nodiscard]] const Kernels& kernels() const { return *kernels_; }

 protected:
  DataPass(const Matrix& x, const Scaling& scaling, const Kernels& kernels) : x_(&x), scaling_(&scaling), kernels_(&kernels) {}
  const Matrix* x_;
  const Scaling* scaling_;
  const Kernels* kernels_;
};

}  // namespace ronchi::decompose
