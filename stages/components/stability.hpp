// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

namespace ronchi::components {

/// How well components of perturbed runs agree.
struct Stability {
  double least = 0, mean = 0;  ///< of the clusters' mean silhouettes
};

/// NMFk (L. B. Alexandrov et al., Cell Rep. 3 (2013) 246): the components of all runs are put into k clusters, one of each run in
/// each cluster, and the silhouettes (P. J. Rousseeuw, J. Comput. Appl. Math. 20 (1987) 53) of the clusters are taken with the
/// cosine distance. `runs`: each has k patterns of `size` numbers, one after the other. One run or one component is stable by
/// definition.
[[nodiscard]] Stability stability_of(const std::vector<std::vector<float>>& runs, int k, int size);

}  // namespace ronchi::components
