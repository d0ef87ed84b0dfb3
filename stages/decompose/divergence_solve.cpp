// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/decompose/divergence_solve.hpp"

#include <fmt/format.h>

#include <utility>

#include "stages/decompose/interruptions.hpp"

namespace ronchi::decompose {

Solution solve_divergence(DivergencePass& pass, int components, const std::function<Solution()>& start, const SolveOptions& options,
                          const engine::Team* team) {
  const Matrix& x = pass.matrix();
  Interruptions interruptions(team, x, options.checkpoint_every);
  Progress p;
  if (auto loaded = team != nullptr ? load_checkpoint(x, components, team->checkpoints(), Loss::kullback_leibler) : std::nullopt) {
    p = std::move(*loaded);
  } else {
    Solution before = start();
    p.loss = Loss::kullback_leibler;
    p.trials_done = true;
    p.start = before.start;
    p.model = std::move(before.model);
    unscale(p.model, pass.scaling(), x);
    normalise(p.model, pass);
  }
  const RowUpdates updates;
  // A reading of X gives the divergence before it: that after the last iteration takes one more.
  const auto deviance = [&](double divergence) { return deviance_per_degree_of_freedom(divergence, x, components); };
  const auto settled = [&] { return !p.kkt.empty() && p.kkt.back() <= options.tolerance; };
  while (static_cast<int>(p.kkt.size()) < options.iterations && !settled()) {
    const DivergenceReport report = iterate(p.model, pass, updates, &p.momentum);
    if (!p.kkt.empty()) p.error.push_back(deviance(report.divergence));
    p.kkt.push_back(report.kkt);
    if (const auto* teller = interruptions.teller())
      teller->progress(static_cast<double>(p.kkt.size()) / options.iterations,
                       fmt::format("Kullback-Leibler, iteration {}, deviance {:.5f}, KKT residual {:.1e}", p.kkt.size(),
                                   deviance(report.divergence), report.kkt));
    interruptions.after_iteration(p);
  }
  const double divergence = divergence_of(p.model, pass);
  p.error.push_back(deviance(divergence));
  const bool converged = settled();
  return {std::move(p.model), std::move(p.error), std::move(p.kkt), 0, converged, p.start, divergence};
}

}  // namespace ronchi::decompose
