// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/simulate_images/structures.hpp"

#include <algorithm>

#include "framework/base/error.hpp"

namespace ronchi::simulate_images {

Structures::Structures(const engine::Inputs& inputs, Range items) : items(items) {
  const engine::Input &simulated = inputs.of_type("simulate_particles"), &described = inputs.of_type("describe_particles");
  symbols = simulated.index().read_texts("symbols");
  const engine::Parts particles = simulated.parts(), measures = described.parts();
  most = particles.row_shape("species").at(0);
  atoms = particles.rows<std::int32_t>("atoms", items);
  species = particles.rows<std::uint8_t>("species", items);
  positions = particles.rows<float>("positions", items);
  failed = particles.rows<std::uint8_t>("status", items);
  const auto unmeasured = measures.rows<std::uint8_t>("status", items);
  for (std::size_t i = 0; i < failed.size(); ++i) failed[i] |= unmeasured[i];
  kind = measures.rows<std::uint8_t>("class", items);
  composition = measures.rows<float>("composition", items);
}

physics::Particle Structures::particle(std::int64_t item) const {
  const std::size_t i = index(item), n = static_cast<std::size_t>(atoms[i]), room = static_cast<std::size_t>(most);
  if (n > room) fail(Fault::bad_item, "", "{} atoms where there is room for {}", n, room);
  physics::Particle p;
  p.symbols = symbols;
  p.species.assign(species.data() + i * room, species.data() + i * room + n);
  p.positions.assign(positions.data() + 3 * i * room, positions.data() + 3 * (i * room + n));
  if (std::any_of(p.species.begin(), p.species.end(), [&](std::uint8_t s) { return s >= symbols.size(); }))
    fail(Fault::bad_item, "", "an atom is of a species beyond the {} that there are", symbols.size());
  return p;
}

}  // namespace ronchi::simulate_images
