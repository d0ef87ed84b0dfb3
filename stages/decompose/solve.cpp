// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/decompose/solve.hpp"

#include <fmt/format.h>

#include <utility>

#include "stages/decompose/interruptions.hpp"

namespace ronchi::decompose {

namespace {

void tell(const engine::Team& team, const Progress& p, const SolveOptions& options, int of) {
  const std::string trial =
      options.starts > 1 && !p.trials_done ? fmt::format("start {} of {}, ", p.start + 1, options.starts) : "";
  team.progress(static_cast<double>(p.error.size()) / of, fmt::format("{}iteration {}, error {:.5f}, KKT residual {:.1e}", trial,
                                                                      p.error.size(), p.error.back(), p.kkt.back()));
}

}  // namespace

Solution solve(DataPass& pass, int components, const std::function<Model(int)>& start, const SolveOptions& options,
               const engine::Team* team) {
  const Matrix& x = pass.matrix();
  Interruptions interruptions(team, x, options.checkpoint_every);
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
      if (const auto* teller = interruptions.teller()) tell(*teller, p, options, iterations);
      interruptions.after_iteration(p);
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
