// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <span>

#include "framework/md/trajectory.hpp"

namespace ronchi::md {

/// Whether `advance_on_device` can do this one: legs without thermostat or with Bussi's.
[[nodiscard]] bool runs_on_device(const Trajectory& trajectory);

/// As `advance` of framework/md/trajectory.hpp on the default execution space: a team of threads for every cluster, which stays
/// with its team for many steps; what its threads tell each other (positions, roots) lies in the team's own memory. Forces are
/// those of the host in every bit where the compiler does not fuse products and sums; kinetic energies are summed in another
/// order, so trajectories agree to rounding. For precision `mixed` and `double_precision`.
[[nodiscard]] bool advance_on_device(std::span<Trajectory> batch, const Gupta& potential, const Settings& settings,
                                     const std::function<bool()>& stop = {});

}  // namespace ronchi::md
