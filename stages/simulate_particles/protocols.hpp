// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "stages/simulate_particles/options.hpp"

namespace ronchi::simulate_particles {

/// The built-in protocols of a schedule: core_shell, janus, heated.
[[nodiscard]] std::vector<Protocol> built_in(Schedule schedule);

/// The protocols of a job: the built-in ones, those of the options in their place or after them, weighted by the mixture. Throws
/// Failure(usage) for what cannot be: legs that are missing, ranges upside down, weights that do not fit.
[[nodiscard]] std::vector<Protocol> protocols_of(const Options& options);

/// Least and most atoms of a particle: the options', or the schedule's.
[[nodiscard]] std::array<std::int64_t, 2> atoms_of(const Options& options);

/// Checks what stands in no single option: [least, most] of sizes and compositions.
void check(const Options& options);

/// Expected atom-steps of a particle of `atoms` atoms.
[[nodiscard]] double atom_steps(const Protocol& protocol, const Options& options, double atoms);
/// The same, mean over sizes and protocols.
[[nodiscard]] double mean_atom_steps(const Options& options);

/// "gas of 8 atoms per nm^3, periodic; 7500 to 300 K in 200 to 300 ps"
[[nodiscard]] std::string text_of(const Protocol& protocol);

}  // namespace ronchi::simulate_particles
