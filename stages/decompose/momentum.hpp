// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <limits>
#include <vector>

namespace ronchi::decompose {

/// What extrapolated updates keep from iteration to iteration.
struct Momentum {
  std::vector<float> h;  ///< as the last update left it, before it was extrapolated; empty: there was none
  double t = 1;          ///< Nesterov's: the weight is (t - 1) / t of the next one
  double divergence = std::numeric_limits<double>::max();  ///< before the last iteration
  double moved = std::numeric_limits<double>::max();       ///< by it, see DivergenceRow
};

}  // namespace ronchi::decompose
