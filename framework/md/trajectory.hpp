// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "framework/md/gupta.hpp"
#include "framework/physics/particle.hpp"

/// Molecular dynamics of many small clusters that know nothing of each other.
namespace ronchi::md {

inline constexpr double boltzmann = 8.617333262e-5;    ///< eV/K (CODATA 2018)
inline constexpr double dalton = 103.642696562;        ///< u in eV fs^2 / A^2 (CODATA 2018)
inline constexpr std::size_t largest_cluster = 60000;  ///< atoms: neighbours are 16-bit numbers

enum class Boundary { open, periodic, reflecting };
enum class Thermostat { none, bussi, langevin };
enum class Precision { mixed, double_precision };

/// One leg of a protocol: the temperature of the thermostat goes linearly from `start` to `end`.
struct Leg {
  double duration = 0;            ///< ps
  double start = 300, end = 300;  ///< K
  Thermostat thermostat = Thermostat::bussi;
  double time_constant = 0.1;  ///< of the thermostat, ps
};

/// How a simulation is done; the same for a whole batch.
struct Settings {
  double timestep = 1;  ///< fs
  Precision precision = Precision::mixed;
  double skin = 1;  ///< of the neighbour lists, A; cannot change a bit of the result
  /// Momentum (unless there are reflecting walls) and rotation (open boundary only) are removed at the start and after so many ps
  /// (with Langevin in every step); 0: never.
  double drift_every = 1;
};

/// A cluster, what is to be done with it, and what has become of it.
struct Trajectory {
  physics::Particle particle;      ///< positions in A; before and after
  std::vector<double> velocities;  ///< [atoms, 3] A/fs; empty: drawn for the first leg's `start`
  Boundary boundary = Boundary::open;
  double box = 0;  ///< edge of the cubic box from -box/2 to box/2, A
  std::vector<Leg> legs;
  std::uint64_t seed = 0, item = 0;  ///< address of its random numbers

  // Results.
  std::int64_t steps = 0;       ///< done so far; a part of the address of random numbers when it is advanced further
  std::int64_t rebuilds = 0;    ///< of its neighbour list
  double potential_energy = 0;  ///< eV
  double kinetic_energy = 0;    ///< eV
  std::string fault;            ///< why it was given up; empty: it was not
};

/// Advances every trajectory through its legs, on all threads of the execution space, the longest first. The result of one does not
/// depend on which others are in the batch or on the number of threads; nor on the processor, with the same C library (its
/// logarithms and cosines are in the first velocities and in the thermostats' numbers). What is not one trajectory's own fault
/// (memory) is thrown.
void advance(std::span<Trajectory> batch, const Gupta& potential, const Settings& settings);

/// Energy in eV and, if `forces` has room ([atoms, 3]), forces in eV/A, in double precision. Open boundary unless `box` > 0
/// (periodic).
[[nodiscard]] double energy(const physics::Particle& particle, const Gupta& potential, std::span<double> forces = {},
                            double box = 0);

/// Moves the atoms to the nearest minimum of the energy by FIRE (Bitzek et al., Phys. Rev. Lett. 97, 170201 (2006)) until no force
/// is above `force` eV/A; returns the energy, eV. Double precision, open boundary.
double relax(physics::Particle& particle, const Gupta& potential, double force = 1e-6, int most_steps = 20000);

}  // namespace ronchi::md
