// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "framework/engine/stage.hpp"
#include "framework/md/gupta.hpp"
#include "stages/simulate_particles/options.hpp"

namespace ronchi::simulate_particles {

/// Atom-steps per second of a core that cost estimates assume: what the benchmark of the molecular dynamics is held to.
inline constexpr double assumed_rate = 5e6;

/// The protocols and what their particles cost, and all particles together, for `ronchi plan`.
[[nodiscard]] std::string cost_text(const Options& options);

/// Names, tables, and the energy of each particle, into the index.
void add_figures(const Options& options, const md::Gupta& potential, const engine::Parts& parts, engine::Output& output);

}  // namespace ronchi::simulate_particles
