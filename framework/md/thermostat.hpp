// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "framework/md/bussi.hpp"
#include "framework/md/cluster.hpp"
#include "framework/md/rest.hpp"

namespace ronchi::md {

/// What Random's `stage` is for the numbers of a trajectory.
enum class Draws : std::uint32_t { velocities = 0x6d640001, bussi = 0x6d640002, langevin = 0x6d640003 };

/// Degrees of freedom that move: 3 N less what is kept at rest, which is the centre of mass unless there are reflecting walls, and
/// rotation with an open boundary.
[[nodiscard]] int degrees_of_freedom(int atoms, Boundary boundary, bool at_rest);

/// [atoms, 3] A/fs from the Maxwell-Boltzmann distribution; atom i has the numbers of (seed, item, i).
[[nodiscard]] std::vector<double> thermal_velocities(const std::vector<std::uint8_t>& species, const Gupta& potential,
                                                     double temperature, std::uint64_t seed, std::uint64_t item);

/// The numbers of one step: `interval` in time constants, `step` of the trajectory.
[[nodiscard]] BussiDraw bussi_draw(double temperature, int degrees, double interval, std::uint64_t seed, std::uint64_t item,
                                   std::uint32_t step);

/// In which steps of a leg Bussi's thermostat acts: a twentieth of its time constant is often enough, and the numbers cost
/// something in a cluster of ten atoms.
[[nodiscard]] std::int64_t steps_between_draws(const Leg& leg, double timestep);

/// Takes away the velocity of the centre of mass and, if asked, the rotation about it, by the least change of velocities
/// (weighted with the masses).
template <class T>
void bring_to_rest(const Cluster<T>& cluster, bool rotation);

}  // namespace ronchi::md
