// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "stages/describe_particles/neighbours.hpp"

namespace ronchi::describe_particles {

/// Bond-orientational order q_l of one atom (Steinhardt, Nelson & Ronchetti, Phys. Rev. B 28, 784 (1983), eq. 1.3), written with
/// the addition theorem: q_l^2 is the mean of P_l(cos) over all pairs of its bonds. l = 4 or 6; 0 for an atom without bonds.
[[nodiscard]] double steinhardt(const physics::Particle& particle, const Neighbours& neighbours, std::size_t atom, int l);

/// How the atoms are packed: means and shares over those with at least `surface` bonds for q, over all atoms for the rest.
struct Packing {
  double q4 = 0, q6 = 0;
  /// Common-neighbour analysis (Honeycutt & Andersen, J. Phys. Chem. 91, 4950 (1987)): twelve bonds, all of type 421; half 421,
  /// half 422; and at least two bonds of type 555, which run along fivefold axes.
  double fcc = 0, hcp = 0, fivefold = 0;
};
[[nodiscard]] Packing packing(const physics::Particle& particle, const Neighbours& neighbours, int surface);

/// Radius of gyration, A, all atoms of one weight, and the asphericity of Rudnick & Gaspari, J. Phys. A 19, L191 (1986): from the
/// principal moments, 0 for a sphere and a cube, 1 for a line.
struct Shape {
  double gyration_radius = 0, asphericity = 0;
};
[[nodiscard]] Shape shape(const physics::Particle& particle);

}  // namespace ronchi::describe_particles
