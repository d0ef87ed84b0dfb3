// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/simulate_particles/structures.hpp"

#include <cmath>

#include "framework/base/error.hpp"

namespace ronchi::simulate_particles {

Structures::Structures(const engine::Input& simulation, Range items)
    : first_(items.first), symbols_(simulation.index().read_texts("symbols")) {
  const engine::Parts parts = simulation.parts();
  atoms_ = parts.rows<std::int32_t>("atoms", items);
  species_ = parts.rows<std::uint8_t>("species", items);
  positions_ = parts.rows<float>("positions", items);
}

physics::Particle Structures::particle(std::int64_t item) const {
  const std::size_t i = index(item), most = species_.size() / atoms_.size();
  if (atoms_[i] < 0 || static_cast<std::size_t>(atoms_[i]) > most)
    fail(Fault::bad_item, "", "{} atoms where there is room for {}", atoms_[i], most);
  const auto n = static_cast<std::size_t>(atoms_[i]);
  physics::Particle p{symbols_, {}, {}};
  p.species.assign(species_.data() + i * most, species_.data() + i * most + n);
  p.positions.assign(positions_.data() + 3 * i * most, positions_.data() + 3 * (i * most + n));
  for (const auto s : p.species)
    if (s >= symbols_.size()) fail(Fault::bad_item, "", "an atom is of species {}; there are {}", s, symbols_.size());
  for (const double x : p.positions)
    if (!std::isfinite(x)) fail(Fault::bad_item, "", "a position is not a number");
  return p;
}

}  // namespace ronchi::simulate_particles
