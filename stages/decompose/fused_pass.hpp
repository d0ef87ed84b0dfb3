// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "framework/comm/exact_sum.hpp"
#include "stages/decompose/data_pass.hpp"
#include "stages/decompose/integer_products.hpp"
#include "stages/decompose/workers.hpp"

namespace ronchi::decompose {

/// The pass that reads X once: A = X~ H^T, then a panel of W is made from A, then W^T X~ and W^T W are added to while the
/// panel of X is still in the cache. Rows are summed in float within blocks of 1024 frames in order, blocks as integers:
/// the same bytes for any number of ranks and threads, and for every instruction set. With integer kernels both products with X
/// are exact sums of factors and weights that are rounded to 24 bits (see integer_products.hpp). Where the matrix streams, a pass
/// is a reading of the source.
class FusedPass : public DataPass {
 public:
  FusedPass(const Matrix& x, const Scaling& scaling, const Kernels& kernels = best_kernels(),
            const IntegerKernels* integers = nullptr);

  [[nodiscard]] Products run(std::span<const float> h, int k, const Between& between, bool outer = true,
                             WeightUnits* units = nullptr, const Between& again = {}) override;

  /// Units for the pass that makes rows of W like `w` (this rank's, k each), so that it need not be done twice. Empty without
  /// integers. Collective.
  [[nodiscard]] WeightUnits units_for(std::span<const float> w, int k) const;

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

  std::unique_ptr<IntegerProducts> integers_;
  int panel_rows_ = 0, reserved_k_ = 0;
  std::vector<Scratch> scratch_;
  Buffer scaled_h_;
};

}  // namespace ronchi::decompose
