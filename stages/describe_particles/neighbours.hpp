// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "framework/physics/fragments.hpp"
#include "framework/physics/particle.hpp"

namespace ronchi::describe_particles {

using Vector = std::array<double, 3>;

/// For each atom the indices of those it is bonded to, ascending.
using Neighbours = std::vector<std::vector<std::uint32_t>>;

[[nodiscard]] Vector position(const physics::Particle& particle, std::size_t atom);

/// Pairs nearer than their bond.
[[nodiscard]] Neighbours neighbours(const physics::Particle& particle, const physics::Bonds& bonds);

/// The atoms of one fragment alone.
[[nodiscard]] physics::Particle part_of(const physics::Particle& particle, const physics::Fragments& fragments, int which);

}  // namespace ronchi::describe_particles
