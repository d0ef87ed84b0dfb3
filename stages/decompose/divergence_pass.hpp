// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "stages/decompose/divergence_kernels.hpp"
#include "stages/decompose/scaling.hpp"
#include "stages/decompose/workers.hpp"

namespace ronchi::decompose {

/// How the rows of W are updated while they are in the cache, see DivergenceRow.
struct RowUpdates {
  int most = 2;  ///< from a start by least squares, more of them hardly help: H is what is slow
  float step = 0.1f, least = 1e-5f;
};

/// What a pass gives, the same on all ranks.
struct DivergenceProducts {
  double divergence = 0;        ///< D(X | W H) of the W and H that the pass began with
  double moved = 0;             ///< in counts: how far the first update of W went (see DivergenceRow)
  std::vector<double> columns;  ///< sums of the columns of the new W, k
  std::vector<double> again;    ///< k x padded_columns: h'_cj sum over i of w_ic x_ij / (W H)_ij at the new W; see `lifted`
};

/// A reading of X for the Kullback-Leibler loss in counts,
///   D(X | W H) = sum over i, j of x log(x / (W H)) - x + (W H),
/// in which only the pixels that are not zero are visited: the sum of W H is that of the column sums of W times the row sums of H.
/// Each row of W is updated, and then what H needs is added to, while the row of X is in the first-level cache. Rows are summed in
/// float within blocks of 1024 frames, blocks as integers: the same bytes for any number of ranks and threads.
class DivergencePass {
 public:
  DivergencePass(const Matrix& x, const Scaling& scaling, const DivergenceKernels& kernels = best_divergence_kernels());

  /// `h`: k x padded_columns with rows of a sum in [1, 2), or zero; `w`: this rank's rows x k, with at most the counts of X in all.
  /// Without `outer` `again` stays empty. Collective.
  [[nodiscard]] DivergenceProducts run(std::span<const float> h, int k, std::vector<float>& w, const RowUpdates& updates,
                                       bool outer = true);

  /// What a pixel of H that is zero counts as in `again`, and becomes when it leaves zero: a thousandth of the mean frame, whose
  /// sum is 1.
  [[nodiscard]] float lifted(std::int64_t column) const { return lift_[static_cast<std::size_t>(column)]; }
  [[nodiscard]] const Matrix& matrix() const { return *x_; }
  [[nodiscard]] const Scaling& scaling() const { return *scaling_; }

 private:
  struct Scratch {
    Buffer x, ratio, h, next, w, g, spilled;
    std::vector<int> column;
  };
  struct Sums;
  void reserve(int k);
  void block(std::int64_t number, int k, std::vector<float>& w, const RowUpdates& updates, bool outer, Scratch& mine, Sums& sums);

  const Matrix* x_;
  const Scaling* scaling_;
  const DivergenceKernels* kernels_;
  std::vector<float> lift_, bound_;  ///< of a column: see lifted(); what a block can give at most
  std::vector<float> sums_, inverse_sums_;
  int reserved_ = 0;
  std::vector<Scratch> scratch_;
  Buffer pixels_, weights_;  ///< [column][pixel_width(k)]: H; H with zeros lifted
};

/// Sums of the rows of `h` (k x padded), in double, columns in order.
[[nodiscard]] std::vector<double> row_sums(std::span<const float> h, int k, std::int64_t padded);

}  // namespace ronchi::decompose
