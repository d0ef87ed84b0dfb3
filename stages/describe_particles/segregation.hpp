// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "stages/describe_particles/neighbours.hpp"

namespace ronchi::describe_particles {

/// Where the two species are. Of a particle of one species all are 0.
struct Segregation {
  double separation = 0;  ///< of the centres (means of positions) of the two species, A
  /// The separation, as a share of the largest that the same sites allow when the species are dealt out anew on either side of a
  /// plane across the line of the centres: 0 for concentric species, 1 for two halves.
  double asymmetry = 0;
  /// How far outside the first species stands against the second, as a share of what the same sites allow: 1 when the second
  /// species is all inside, -1 when the first is, 0 for half and half and for no order at all. How far outside an atom stands:
  /// the length of the mean vector to the atoms within `reach`, which vanishes deep inside whatever the shape.
  double enclosure = 0;
};
[[nodiscard]] Segregation segregation(const physics::Particle& particle, double reach);

/// Mean distance of each species' atoms from the centre of all, A.
[[nodiscard]] std::array<double, 2> mean_radii(const physics::Particle& particle);

/// Share of each species' atoms with fewer than `surface` bonds.
[[nodiscard]] std::array<double, 2> surface_fractions(const physics::Particle& particle, const Neighbours& neighbours, int surface);

/// Number of atoms of each species in shells around the centre, [2, bins]; those beyond stand in the last.
[[nodiscard]] std::vector<std::uint16_t> radial_profile(const physics::Particle& particle, double step, int bins);

struct Mixing {
  std::int32_t bonds = 0, unlike = 0;
  /// 1 - (share of unlike bonds) / (2 x0 x1), x: share of a species' atoms (Cowley, Phys. Rev. 77, 669 (1950), first shell): 1 for
  /// separate species, 0 for no order, negative where unlike atoms seek each other. In small particles the atoms inside have
  /// more bonds, which moves it.
  double short_range_order = 0;
};
[[nodiscard]] Mixing mixing(const physics::Particle& particle, const Neighbours& neighbours);

}  // namespace ronchi::describe_particles
