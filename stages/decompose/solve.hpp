// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "framework/engine/team.hpp"
#include "stages/decompose/checkpoint.hpp"
#include "stages/decompose/hals.hpp"
#include "stages/decompose/starts.hpp"

namespace ronchi::decompose {

struct SolveOptions {
  int iterations = 500;     ///< at most, for the start that is kept
  double tolerance = 1e-4;  ///< of the KKT residual
  int starts = 1;
  int trial_iterations = 30;     ///< of each start when there are several
  double checkpoint_every = 60;  ///< s
  HalsOptions hals;
};

struct Solution {
  Model model;
  std::vector<double> error, kkt;
  int exact = 0;  ///< of the last iterations, how many were done on the data after others on a sketch
  bool converged = false;
  int start = 0;                     ///< number of the start that was kept
  std::optional<double> divergence;  ///< of the Kullback-Leibler loss, in nats
};

/// Every start is run for `trial_iterations` (when there are several), the one with the smallest error goes on until the KKT
/// residual is at most `tolerance`. Collective. With a team: checkpoints now and then and before engine::Stopped is thrown, and
/// a checkpoint that is there is where it begins; the result has the same bytes as that of an undisturbed run.
[[nodiscard]] Solution solve(DataPass& pass, int components, const std::function<Model(int number)>& start,
                             const SolveOptions& options, const engine::Team* team = nullptr);

}  // namespace ronchi::decompose
