// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "framework/md/cluster.hpp"

namespace ronchi::md {

/// What Random's `stage` is for the numbers of a trajectory.
enum class Draws : std::uint32_t { velocities = 0x6d640001, bussi = 0x6d640002, langevin = 0x6d640003 };

/// Degrees of freedom that move: 3 N less what is kept at rest, which is the centre of mass unless there are reflecting walls, and
/// rotation with an open boundary.
[[nodiscard]] int degrees_of_freedom(int atoms, Boundary boundary, bool at_rest);

/// [atoms, 3] A/fs from the Maxwell-Boltzmann distribution; atom i has the numbers of (seed, item, i).
[[nodiscard]] std::vector<double> thermal_velocities(const std::vector<std::uint8_t>& species, const Gupta& potential,
                                                     double temperature, std::uint64_t seed, std::uint64_t item);

/// The numbers of Bussi's thermostat in a step of a cluster with that many degrees of freedom, at least 1.
[[nodiscard]] BussiDraws bussi_draws(int degrees, std::uint64_t seed, std::uint64_t item, std::uint32_t step);

/// The factor for all velocities after `interval` time constants, see `bussi_scale`. Energies in eV.
[[nodiscard]] double bussi_factor(double kinetic, double temperature, int degrees, double interval, std::uint64_t seed,
                                  std::uint64_t item, std::uint32_t step);

/// Takes away the velocity of the centre of mass and, if asked, the rotation about it, by the least change of velocities
/// (weighted with the masses).
template <class T>
void bring_to_rest(const Cluster<T>& cluster, bool rotation);

}  // namespace ronchi::md
