// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/decompose/solve.hpp"

#include <chrono>
#include <utility>

#include "framework/engine/stage.hpp"

namespace ronchi::decompose {

namespace {

using Clock = std::chrono::steady_clock;

/// What happens between iterations: progress, checkpoints, stop requests.
class Interruptions {
 public:
  Interruptions(const engine::Team* team, const Matrix& x, const SolveOptions& options) : team_(team), x_(&x), options_(&options) {}

  void after_iteration(const Progress& p, int of) {
    if (team_ == nullptr) return;
    if (team_->leads()) {
      const std::string trial =
          options_->starts > 1 && !p.trials_done ? fmt::format("start {} of {}, ", p.start + 1, options_->starts) : "";
      team_->progress(static_cast<double>(p.error.size()) / of, fmt::format("{}iteration {}, error {:.5f}, KKT residual {:.1e}",
                                                                            trial, p.error.size(), p.error.back(), p.kkt.back()));
    }
    const bool stop = team_->should_stop();
    const bool due = std::chrono::duration<double>(Clock::now() - last_).count() >= options_->checkpoint_every;
    if (!stop && !team_->comm().broadcast_value(due)) return;
    save_checkpoint(p, *x_, team_->checkpoints());
    last_ = Clock::now();
    if (stop) throw engine::Stopped{};
  }

 private:
  const engine::Team* team_;
  const Matrix* x_;
  const SolveOptions* options_;
  Clock::time_point last_ = Clock::now();
};

}  // namespace

Solution solve(DataPass& pass, int components, const std::function<Model(int)>& start, const SolveOptions& options,
               const engine::Team* team) {
  const Matrix& x = pass.matrix();
  Interruptions interruptions(team, x, options);
  Progress p;
  if (auto loaded = team != nullptr ? load_checkpoint(x, components, team->checkpoints()) : std::nullopt) {
    p = std::move(*loaded);
  } else {
    p.trials_done = options.starts <= 1;
    p.model = start(0);
  }

  const auto settled = [&] { return !p.kkt.empty() && p.kkt.back() <= options.tolerance; };
  const auto run_until = [&](int iterations) {
    while (static_cast<int>(p.error.size()) < iterations && !settled()) {
      const IterationReport report = iterate(p.model, pass, options.hals);
      p.error.push_back(report.error);
      p.kkt.push_back(report.kkt);
      interruptions.after_iteration(p, iterations);
    }
  };
  while (!p.trials_done) {
    run_until(options.trial_iterations);
    if (p.best_start < 0 || p.error.back() < p.best_error.back()) {
      p.best_start = p.start;
      p.best = std::move(p.model);
      p.best_error = std::move(p.error);
      p.best_kkt = std::move(p.kkt);
    }
    p.error.clear();
    p.kkt.clear();
    if (p.start + 1 < options.starts) {
      p.model = start(++p.start);
      continue;
    }
    p.trials_done = true;
    p.start = p.best_start;
    p.model = std::move(p.best);
    p.error = std::move(p.best_error);
    p.kkt = std::move(p.best_kkt);
    p.best = {};
  }
  run_until(options.iterations);
  const bool converged = settled();
  return {std::move(p.model), std::move(p.error), std::move(p.kkt), 0, converged, p.start};
}

}  // namespace ronchi::decompose
