// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/describe_particles/neighbours.hpp"

namespace ronchi::describe_particles {

Vector position(const physics::Particle& particle, std::size_t atom) {
  const double* r = &particle.positions[3 * atom];
  return {r[0], r[1], r[2]};
}

Neighbours neighbours(const physics::Particle& particle, const physics::Bonds& bonds) {
  const std::size_t atoms = particle.size();
  Neighbours result(atoms);
  for (std::size_t i = 0; i < atoms; ++i)
    for (std::size_t j = i + 1; j < atoms; ++j) {
      const int a = particle.species[i], b = particle.species[j];
      const double bond = bonds[static_cast<std::size_t>(a == b ? a : 2)];
      const double *r = &particle.positions[3 * i], *s = &particle.positions[3 * j];
      const double x = r[0] - s[0], y = r[1] - s[1], z = r[2] - s[2];
      if (x * x + y * y + z * z >= bond * bond) continue;
      result[i].push_back(static_cast<std::uint32_t>(j));
      result[j].push_back(static_cast<std::uint32_t>(i));
    }
  return result;
}

physics::Particle part_of(const physics::Particle& particle, const physics::Fragments& fragments, int which) {
  physics::Particle part;
  part.symbols = particle.symbols;
  for (std::size_t i = 0; i < particle.size(); ++i) {
    if (fragments.of_atom[i] != which) continue;
    part.species.push_back(particle.species[i]);
    const double* r = &particle.positions[3 * i];
    part.positions.insert(part.positions.end(), r, r + 3);
  }
  return part;
}

}  // namespace ronchi::describe_particles
