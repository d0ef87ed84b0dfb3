// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/md/kernels.hpp"
#include "framework/md/trajectory.hpp"

namespace ronchi::md {

/// As `advance` of framework/md/trajectory.hpp for one trajectory, by this thread, with these kernels.
void advance_one(Trajectory& trajectory, const Gupta& potential, const Settings& settings, const KernelSet& kernels);

/// Why this cannot be advanced; empty: it can.
[[nodiscard]] std::string problem_of(const Trajectory& trajectory, const Gupta& potential, const Settings& settings);

/// An atom whose velocity takes it farther than this in one step, A, has left what the time step can follow.
inline constexpr double longest_step = 0.5;

/// Sentences for a fault.
[[nodiscard]] std::string exploded_in(std::int64_t step, double timestep);
[[nodiscard]] std::string no_energy_after(std::int64_t steps);

/// Steps of a leg: its duration over the time step, rounded.
[[nodiscard]] std::int64_t steps_of(const Leg& leg, double timestep);

}  // namespace ronchi::md
