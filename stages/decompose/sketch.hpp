// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "framework/comm/exact_sum.hpp"
#include "stages/decompose/fused_pass.hpp"

namespace ronchi::decompose {

/// First directions for a sketch: G = Omega X~^T X~ for random Omega (k x columns), made in the pass that measures the scaling
/// (Halko, Martinsson & Tropp, SIAM Rev. 53 (2011) 217, algorithm 4.3 with q = 1/2). The scaling of the columns is not known by
/// then: `columns` (any positive numbers near 1 / sqrt(column sums), one per column) stands for it.
class RangeFinder {
 public:
  RangeFinder(const Matrix& x, int k, const std::vector<float>& columns, std::uint64_t seed);
  void add(Range rows, int worker, const Scaling& scaling);  ///< an OnBlock
  /// Orthonormal rows that span G: k x columns. Collective.
  [[nodiscard]] std::vector<double> directions(const Scaling& scaling);

 private:
  struct Scratch {
    Buffer a, weighted, partial, g;
  };
  const Matrix* x_;
  int k_, panel_rows_;
  Buffer omega_;
  std::once_flag bounded_;
  std::optional<ExactSum> g_;
  std::vector<std::mutex> adding_;
  std::vector<Scratch> scratch_;
};

/// X~ ~ Y V: Y has a row for each frame, V orthonormal rows, sorted by the singular values that they stand for.
struct Sketch {
  int size = 0;                 ///< rows of V: at most as many as were asked for
  std::vector<float> v;         ///< size x padded_columns
  std::vector<float> y;         ///< this rank's rows x size
  std::vector<double> squares;  ///< squared singular values, descending: of ||X~||^2 their sum is in the sketch
};

/// The projection of X~ on the span of X~ Q for orthonormal rows Q (k x columns): one pass, which gives X~ Q^T and its products
/// with X~ at once. Collective.
[[nodiscard]] Sketch sketch_of(DataPass& pass, const std::vector<double>& directions, int k);

struct SketchSettings {
  int size = 64;
  bool poisson = true;
  std::uint64_t seed = 1;
  std::vector<double> pixel_sums;  ///< about the sums over all frames, per pixel; empty: not known
};
/// Two readings of the data: their scaling and first directions, then the sketch. `between` is told before each what comes.
/// Collective.
[[nodiscard]] Sketch sketch_matrix(const Matrix& x, const SketchSettings& settings, Scaling& scaling,
                                   const std::function<void(const char* what)>& between);

/// The data pass over a sketch in place of the data: costs rows x size x k instead of rows x columns x k, and reads nothing. Errors
/// are those of W H against X~ itself, as far as H lies in the span of V.
class SketchPass : public DataPass {
 public:
  /// `of`: the pass over the data that were sketched. Y is copied.
  SketchPass(const DataPass& of, const Sketch& sketch);
  SketchPass(const SketchPass&) = delete;
  SketchPass& operator=(const SketchPass&) = delete;
  [[nodiscard]] Products run(std::span<const float> h, int k, const Between& between, bool outer = true,
                             WeightUnits* units = nullptr, const Between& again = {}) override;

 private:
  std::vector<float> v_;
  Matrix y_;
  Scaling plain_;
  FusedPass pass_;
};

}  // namespace ronchi::decompose
