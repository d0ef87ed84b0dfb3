// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "framework/engine/part.hpp"
#include "stages/decompose/friedel.hpp"
#include "stages/decompose/pca.hpp"
#include "stages/decompose/solve.hpp"

namespace ronchi::decompose {

/// What is left on every rank when the big arrays are in the file: enough for figures.
struct Outcome {
  std::vector<float> factors;            ///< k x pixels, each with the sum 1 (all zero if the component is empty), 0 where masked
  std::vector<double> counts;            ///< sum of each component's loadings
  std::vector<std::vector<float>> maps;  ///< on the leader: loadings of the first components, per frame
  std::vector<double> error, kkt, explained_variance;
  bool converged = false;
  std::optional<double> divergence;  ///< of the Kullback-Leibler loss; `error` is then the deviance per degree of freedom
  std::string warning;               ///< "" if there is nothing to say
};

/// Rows of this rank (`width` floats each) as frames of this rank, zero where masked, into dataset `name` of shape [frames, width].
/// Collective.
void write_rows(const std::string& name, const std::vector<float>& rows, int width, const Matrix& x, engine::Part& part);

/// Writes the principal components; with `pairs` patterns are spread over both pixels of each. Loadings and factors are scaled back
/// (loadings times sqrt(g), factors times sqrt(h), as HyperSpy does); explained variance is s^2 / (number of frames), of the scaled
/// data. Collective.
void write_pca(const Pca& pca, const Matrix& x, const Scaling& scaling, engine::Part& part, const FriedelSums* pairs = nullptr);

/// Scales the factorisation back to counts, sorts the components by their counts and writes it. Each factor has the sum 1
/// over the pixels, so that a loading is the number of counts that the component has in that frame. Collective.
[[nodiscard]] Outcome write_nmf(Solution solution, const Matrix& x, const Scaling& scaling, engine::Part& part,
                                const FriedelSums* pairs = nullptr);

}  // namespace ronchi::decompose
