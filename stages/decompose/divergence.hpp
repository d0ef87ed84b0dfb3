// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "stages/decompose/divergence_pass.hpp"
#include "stages/decompose/hals.hpp"
#include "stages/decompose/momentum.hpp"

/// Non-negative factorisation X ~ W H of counts by the Kullback-Leibler divergence, the likelihood of Poisson counts:
///   D = sum over frames and pixels of x log(x / (W H)) - x + (W H).
namespace ronchi::decompose {

/// What an iteration did.
struct DivergenceReport {
  double divergence = 0;  ///< D of the factors that it began from, in nats
  double kkt = 0;         ///< how far from a stationary point these were, see docs/nmf.md; 0 at one
};

/// A model of the scaled data as one of the counts themselves.
void unscale(Model& model, const Scaling& scaling, const Matrix& x);

/// Brings a start into the form that `iterate` needs: rows of H with a sum in [1, 2) by powers of two, padding cleared, and every
/// row of W with the counts of its frame, which never makes D larger; a row of zeros becomes equal shares.
void normalise(Model& model, const DivergencePass& pass);

/// One iteration: the rows of W in up to `updates.most` multiplicative updates while X is read, then one of H. D never grows, but
/// for a pixel or weight that leaves zero. Collective; the same bytes for any number of ranks and threads.
/// With `momentum` H goes on in the direction of its last change (Y. Nesterov's weights, as L. T. K. Hien, V. Leplat, N. Gillis,
/// arXiv 2401.06646, do for multiplicative updates), a good deal faster along flat valleys; D may then grow, upon which it begins
/// anew.
DivergenceReport iterate(Model& model, DivergencePass& pass, const RowUpdates& updates, Momentum* momentum = nullptr);

/// D(X | W H), by one reading of X. Collective.
[[nodiscard]] double divergence_of(const Model& model, DivergencePass& pass);

/// W given H: the most likely loadings of every row, whose fit has the counts of the row. `h` as `normalise` leaves it, rows with a
/// sum in [1, 2) or zero. Collective.
[[nodiscard]] std::vector<float> likely_loadings(const std::vector<float>& h, int k, DivergencePass& pass, int updates = 500);

/// 2 D per degree of freedom: pixels of all frames less the free numbers of the model.
[[nodiscard]] double deviance_per_degree_of_freedom(double divergence, const Matrix& x, int components);

}  // namespace ronchi::decompose
