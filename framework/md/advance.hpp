// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/md/kernels.hpp"
#include "framework/md/trajectory.hpp"

namespace ronchi::md {

/// As `advance` of framework/md/trajectory.hpp for one trajectory, by this thread, with these kernels. `stop` is asked about every
/// 10^6 atom-steps; after a true it returns false.
[[nodiscard]] bool advance_one(Trajectory& trajectory, const Gupta& potential, const Settings& settings, const KernelSet& kernels,
                               const std::function<bool()>& stop = {});

/// Why a trajectory cannot be advanced; empty: it can.
[[nodiscard]] std::string problem_of(const Trajectory& trajectory, const Gupta& potential, const Settings& settings);

/// What is said of a trajectory that came to an end in this step.
[[nodiscard]] std::string explosion(const Trajectory& trajectory, const Settings& settings);
[[nodiscard]] std::string nonsense(const Trajectory& trajectory);

/// The velocities meet Bussi's thermostat in a step of so many.
[[nodiscard]] std::int64_t bussi_interval(const Leg& leg, double timestep);

/// Steps of a leg: its duration over the time step, rounded.
[[nodiscard]] std::int64_t steps_of(const Leg& leg, double timestep);

}  // namespace ronchi::md
