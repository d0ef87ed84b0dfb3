// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <string>

#include "framework/engine/stage.hpp"
#include "stages/decompose/checkpoint.hpp"

namespace ronchi::decompose {

/// What happens between iterations: checkpoints, stop requests.
class Interruptions {
 public:
  /// Without a team nothing happens. `every`: seconds from checkpoint to checkpoint.
  Interruptions(const engine::Team* team, const Matrix& x, double every) : team_(team), x_(&x), every_(every) {}

  /// Collective. Throws engine::Stopped, after a checkpoint, when the run is to end.
  void after_iteration(const Progress& p) {
    if (team_ == nullptr) return;
    const bool stop = team_->should_stop();
    const bool due = std::chrono::duration<double>(Clock::now() - last_).count() >= every_;
    if (!stop && !team_->comm().broadcast_value(due)) return;
    save_checkpoint(p, *x_, team_->checkpoints());
    last_ = Clock::now();
    if (stop) throw engine::Stopped{};
  }
  [[nodiscard]] const engine::Team* teller() const { return team_ != nullptr && team_->leads() ? team_ : nullptr; }

 private:
  using Clock = std::chrono::steady_clock;
  const engine::Team* team_;
  const Matrix* x_;
  double every_;
  Clock::time_point last_ = Clock::now();
};

}  // namespace ronchi::decompose
