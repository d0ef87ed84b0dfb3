// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "framework/physics/particle.hpp"
#include "stages/describe_particles/options.hpp"
#include "stages/describe_particles/packing.hpp"
#include "stages/describe_particles/segregation.hpp"

namespace ronchi::describe_particles {

/// What a particle is. `none`: there is no particle (its simulation failed); `pure`: (nearly) all atoms are of one species.
enum class Class : std::uint8_t { none, core_shell, janus, off_centre, mixed, fragmented, pure };
[[nodiscard]] const std::vector<std::string>& class_names();

/// All that is measured on a particle. From `radii` on, of its largest fragment alone: stray atoms do not blur it.
struct Measures {
  std::array<std::int32_t, 2> counts{};  ///< atoms of each species
  std::int32_t fragments = 0, largest_fragment = 0;
  double minority = 0;              ///< share of the rarer species in the largest fragment
  std::array<double, 2> radii{};    ///< mean distance from the centre, A
  std::array<double, 2> surface{};  ///< share of atoms at the surface
  Segregation segregation;
  Mixing mixing;
  Packing packing;
  Shape shape;
  std::vector<std::uint16_t> profile;  ///< [2, bins] atoms in shells around the centre

  [[nodiscard]] std::int32_t atoms() const { return counts[0] + counts[1]; }
  [[nodiscard]] double composition() const { return atoms() > 0 ? static_cast<double>(counts[1]) / atoms() : 0; }
};
[[nodiscard]] Measures measure(const physics::Particle& particle, const physics::Bonds& bonds, const Options& options);

/// The rules, in this order: no atoms: none; largest fragment below `whole`: fragmented; rarer species below `pure`: pure;
/// asymmetry above `halves`: janus; |enclosure| above `enclosed`: core_shell with an asymmetry below `centred`, off_centre
/// otherwise; asymmetry above `separated`: janus; else mixed.
[[nodiscard]] Class classify(const Measures& measures, const Options& options);

}  // namespace ronchi::describe_particles
