// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

#include "stages/decompose/divergence.hpp"
#include "stages/decompose/solve.hpp"

namespace ronchi::decompose {

/// The factorisation of the counts by the Kullback-Leibler divergence. `start` is the solution by least squares of the scaled data;
/// it is asked for unless a checkpoint shows that this is past. Iterations go on until the KKT residual is at most `tolerance`.
/// Solution::error is the deviance per degree of freedom, its model that of the counts; Solution::divergence is set. Collective.
/// Checkpoints and stops as in `solve`.
[[nodiscard]] Solution solve_divergence(DivergencePass& pass, int components, const std::function<Solution()>& start,
                                        const SolveOptions& options, const engine::Team* team = nullptr);

}  // namespace ronchi::decompose
