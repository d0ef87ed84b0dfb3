// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "framework/comm/exact_sum.hpp"
#include "stages/decompose/integer_products.hpp"
#include "stages/decompose/kernels.hpp"
#include "stages/decompose/matrix.hpp"
#include "stages/decompose/scaling.hpp"
#include "stages/decompose/workers.hpp"

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

/// The pass that reads X once: A = X~ H^T, then a panel of W is made from A, then W^T X~ and W^T W are added to while the
/// panel of X is still in the cache. Rows are summed in float within blocks of 1024 frames in order, blocks as integers:
/// the same bytes for any number of ranks and threads, and for every instruction set. With integer kernels both products with X
/// are exact sums of factors and weights that are rounded to 24 bits (see integer_products.hpp).
class FusedPass {
 public:
  FusedPass(const Matrix& x, const Scaling& scaling, const Kernels& kernels = best_kernels(),
            const IntegerKernels* integers = nullptr);

  /// Makes out from a; returns the squared residual to be summed (0 if there is none). Rows of W must not exceed the norm
  /// of their row of X~ in any component (true for HALS with ||h|| >= 1 and for projections on unit vectors).
  using Between = std::function<double(Panel&)>;
  /// Collective. `h` is k x padded_columns, with zeros in the padding. Without `outer` wtx stays empty.
  /// Integers: `units` are taken, and replaced by those for the next pass. If they are not known, or a weight has outgrown them, X
  /// is read once more, `again` giving the rows of W that were made (without it: `between` does it again).
  [[nodiscard]] Products run(std::span<const float> h, int k, const Between& between, bool outer = true,
                             WeightUnits* units = nullptr, const Between& again = {});

  [[nodiscard]] const Matrix& matrix() const { return *x_; }
  [[nodiscard]] const Scaling& scaling() const { return *scaling_; }
  [[nodiscard]] const Kernels& kernels() const { return *kernels_; }

 private:
  struct Scratch {
    Buffer a, w, out, weighted, partial, g;
    std::vector<double> gram;
  };
  struct Sums;
  enum class Reading { whole, inner, outer };  ///< both products; X~ H^T alone; W^T X~ alone, for rows that were made before
  void reserve(int k);
  void read(int k, const Between& between, Reading reading, bool forward, Sums& sums);
  void read_integers(int k, const Between& between, bool outer, WeightUnits* units, const Between& again, Sums& sums);

  const Matrix* x_;
  const Scaling* scaling_;
  const Kernels* kernels_;
  std::unique_ptr<IntegerProducts> integers_;
  int panel_rows_ = 0, reserved_k_ = 0;
  std::vector<Scratch> scratch_;
  Buffer scaled_h_;
};

}  // namespace ronchi::decompose
