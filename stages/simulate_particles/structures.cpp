// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/simulate_particles/structures.hpp"

#include <cmath>

#include "framework/base/error.hpp"

namespace ronchi::simulate_particles {

Structures::Structures(const engine::Input& simulation, Range items)
    : first_(items.first), symbols_(simulation.index().read_texts("symbols")) {
  const engine::Parts parts = simulation.parts();
  most_ = parts.row_shape("species").at(0);
  atoms_ = parts.rows<std::int32_t>("atoms", items);
  failed_ = parts.rows<std::uint8_t>("status", items);
  species_ = parts.rows<std::uint8_t>("species", items);
  positions_ = parts.rows<float>("positions", items);
}

physics::Particle Structures::particle(std::int64_t item) const {
  const std::int32_t atoms = atoms_[index(item)];
  if (atoms < 0 || atoms > most_) fail(Fault::bad_item, "", "{} atoms where there is room for {}", atoms, most_);
  const auto n = static_cast<std::size_t>(atoms);
  physics::Particle p{symbols_, {}, {}};
  const auto numbers = species(item).first(n);
  const auto coordinates = positions(item).first(3 * n);
  p.species.assign(numbers.begin(), numbers.end());
  p.positions.assign(coordinates.begin(), coordinates.end());
  for (const auto s : p.species)
    if (s >= symbols_.size()) fail(Fault::bad_item, "", "an atom is of species {}; there are {}", s, symbols_.size());
  for (const double x : p.positions)
    if (!std::isfinite(x)) fail(Fault::bad_item, "", "a position is not a number");
  return p;
}

}  // namespace ronchi::simulate_particles
