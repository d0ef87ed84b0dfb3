// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "framework/physics/particle.hpp"

namespace ronchi::physics {

/// Longest bonds between atoms of species 0-0, 1-1, 0-1, A.
using Bonds = std::array<double, 3>;

/// Which atoms hang together by bonds.
struct Fragments {
  std::vector<std::int32_t> of_atom;  ///< [atoms]; 0: the largest fragment, then by falling size
  std::vector<std::int64_t> sizes;    ///< atoms of each
  bool endless = false;               ///< some fragment is bonded to its own image across a periodic boundary
};

/// Fragments of a particle; with `period` > 0 in a periodic cube of that edge. Each fragment is then made whole, and comes to lie
/// in that image that is nearest to the largest one (mean positions), which stays where its first atom is.
Fragments find_fragments(Particle& particle, const Bonds& bonds, double period);
[[nodiscard]] Fragments find_fragments(const Particle& particle, const Bonds& bonds);

/// Moves the centre of mass to the origin. `masses`: one per species, u.
void centre(Particle& particle, std::span<const double> masses);

}  // namespace ronchi::physics
