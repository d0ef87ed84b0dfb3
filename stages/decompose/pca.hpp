// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "stages/decompose/data_pass.hpp"

namespace ronchi::decompose {

struct PcaOptions {
  int components = 20;
  int oversampling = 10;    ///< further directions that are iterated and then dropped
  bool centre = false;      ///< subtract the mean frame (of X~) first
  int passes = 24;          ///< at most this many readings of X
  double tolerance = 2e-3;  ///< until no singular value changes by more than this fraction from pass to pass
};

/// The leading part of the singular value decomposition X~ ~ U S V^T.
struct Pca {
  int components = 0;           ///< those asked for, or the number of columns if that is less
  std::vector<double> squares;  ///< s^2, descending
  std::vector<float> v;         ///< right singular vectors, components x padded_columns
  std::vector<float> scores;    ///< U S: this rank's rows x components
  double total = 0;             ///< sum of all s^2 (the squared norm of X~, centred if asked for)
  int passes = 0;
  double rows = 0;  ///< of the matrix that it was made of
};

/// Randomised subspace iteration (Halko, Martinsson & Tropp, SIAM Rev. 53 (2011) 217, algorithm 4.4) on X~^T X~: one fused
/// pass each. Exact in two passes when components + oversampling reach the number of columns. Collective; same bytes for any
/// number of ranks and threads. `seed`: of the random first directions. `between` is called after every pass (for stop requests).
[[nodiscard]] Pca principal_components(DataPass& pass, const PcaOptions& options, std::uint64_t seed,
                                       const std::function<void(int pass)>& between = {});

/// Scores X~ V^T of this rank's rows on the directions of `pca`; centred: less those of the mean frame. Collective.
[[nodiscard]] std::vector<float> project(DataPass& pass, const Pca& pca, bool centre);

}  // namespace ronchi::decompose
