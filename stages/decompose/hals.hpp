// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "stages/decompose/data_pass.hpp"

namespace ronchi::decompose {

/// A non-negative factorisation X~ ~ W H.
struct Model {
  int k = 0;
  std::vector<float> w;  ///< this rank's rows x k
  std::vector<float> h;  ///< k x padded_columns, zeros in the padding; each row has a norm in [1, 2), or is zero
  WeightUnits units;     ///< of integer arithmetic
};

/// Penalties as scikit-learn has them (alpha_W, alpha_H, l1_ratio = 1). What is made small is then
///   1/2 ||X~ - W H||_F^2 + loadings * columns * sum of W + factors * rows * sum of H
/// with the best scale of every component: what W is multiplied by and H divided by does not change W H, but the sums. At the best
/// scale both sums of a component cost the same, so the product of `loadings` and `factors` alone counts, and one of them being 0
/// leaves no penalty.
struct Sparsity {
  double loadings = 0, factors = 0;
  [[nodiscard]] bool any() const { return loadings > 0 && factors > 0; }
};

/// Accelerated HALS (Gillis & Glineur, Neural Computation 24 (2012) 1085): the costly products are used for several sweeps.
struct HalsOptions {
  int sweeps = 8;     ///< at most this many sweeps over W, then over H, per reading of X
  float step = 0.1f;  ///< sweeps end when a step is smaller than this times the first one
  Sparsity sparsity;
};

/// What an iteration did.
struct IterationReport {
  double error = 0;  ///< ||X~ - W H||_F / ||X~||_F after it (with a penalty p: the root of ||X~ - W H||^2 + 2 p); 0 when X is zero
  double kkt = 0;    ///< how far from a stationary point the factors were that it began from, see docs/nmf.md; 0 at one
};

/// Brings a start into the form that `iterate` needs: scales by powers of two (no bit of W H changes), clears components
/// without a factor, clears padding. Collective.
void normalise(Model& model, const DataPass& pass);

/// One iteration: W given H while X is read, then H given W. Collective; the same bytes for any number of ranks and threads.
IterationReport iterate(Model& model, DataPass& pass, const HalsOptions& options);

/// W given H: the non-negative least squares solution of every row, by at most `sweeps` sweeps of each. `h` as in Model, with rows
/// of a norm in [1, 2) (or zero). Collective; the same bytes for any number of ranks and threads.
[[nodiscard]] std::vector<float> loadings_of(const std::vector<float>& h, int k, DataPass& pass, int sweeps = 200);

}  // namespace ronchi::decompose
