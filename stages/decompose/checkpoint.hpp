// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "framework/engine/team.hpp"
#include "stages/decompose/hals.hpp"
#include "stages/decompose/momentum.hpp"

namespace ronchi::decompose {

/// What a factorisation makes small: ||X~ - W H||_F, or the Kullback-Leibler divergence of counts.
enum class Loss { frobenius, kullback_leibler };

/// Everything that a run needs to go on exactly where it was.
struct Progress {
  Loss loss = Loss::frobenius;
  int start = 0;  ///< the start being tried, or the one kept when `trials_done`
  bool trials_done = false;
  std::vector<double> error, kkt;  ///< per iteration of the current model
  Model model;
  int best_start = -1;  ///< of the trials so far
  std::vector<double> best_error, best_kkt;
  Model best;
  Momentum momentum;  ///< of the Kullback-Leibler loss
};

/// Collective: the leader writes, rows of W in the order of the frames, so that any number of ranks can go on from it.
void save_checkpoint(const Progress& progress, const Matrix& x, const engine::Checkpoints& checkpoints);

/// Collective: the newest checkpoint that all ranks can read and that fits the matrix and the loss; nothing if there is none.
[[nodiscard]] std::optional<Progress> load_checkpoint(const Matrix& x, int components, const engine::Checkpoints& checkpoints,
                                                      Loss loss = Loss::frobenius);

/// Collective: calls write(first row, values) on rank 0, in order, with all rows of a matrix of which each rank has its own
/// (rows x width floats), in pieces of bounded size.
void gather_rows(const Matrix& x, const std::vector<float>& mine, int width,
                 const std::function<void(std::int64_t first, std::span<const float> values)>& write);

/// Rows of the matrix that the ranks before this one have. Collective.
[[nodiscard]] std::int64_t first_row_of(const Matrix& x);

}  // namespace ronchi::decompose
