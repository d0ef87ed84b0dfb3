// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/describe_particles/measures.hpp"

#include <algorithm>
#include <cmath>

namespace ronchi::describe_particles {

const std::vector<std::string>& class_names() {
  static const std::vector<std::string> names{"none", "core_shell", "janus", "off_centre", "mixed", "fragmented", "pure"};
  return names;
}

Measures measure(const physics::Particle& particle, const physics::Bonds& bonds, const Options& options) {
  Measures m;
  m.profile.assign(2 * static_cast<std::size_t>(options.profile_bins), 0);
  if (particle.size() == 0) return m;
  for (const auto s : particle.species) ++m.counts[s];
  const physics::Fragments fragments = physics::find_fragments(particle, bonds);
  m.fragments = static_cast<std::int32_t>(fragments.sizes.size());
  m.largest_fragment = static_cast<std::int32_t>(fragments.sizes[0]);

  const physics::Particle largest = part_of(particle, fragments, 0);
  const Neighbours near = neighbours(largest, bonds);
  const double second = static_cast<double>(std::count(largest.species.begin(), largest.species.end(), 1));
  m.minority = std::min(second, static_cast<double>(largest.size()) - second) / static_cast<double>(largest.size());
  m.radii = mean_radii(largest);
  m.surface = surface_fractions(largest, near, options.surface);
  m.segregation = segregation(largest, options.reach);
  m.mixing = mixing(largest, near);
  m.packing = packing(largest, near, options.surface);
  m.shape = shape(largest);
  m.profile = radial_profile(largest, options.profile_step, options.profile_bins);
  return m;
}

Class classify(const Measures& m, const Options& options) {
  if (m.atoms() == 0) return Class::none;
  if (m.largest_fragment < options.whole * m.atoms()) return Class::fragmented;
  if (m.minority == 0 || m.minority < options.pure) return Class::pure;
  const Segregation& s = m.segregation;
  if (s.asymmetry > options.halves) return Class::janus;
  if (std::abs(s.enclosure) > options.enclosed) return s.asymmetry < options.centred ? Class::core_shell : Class::off_centre;
  return s.asymmetry > options.separated ? Class::janus : Class::mixed;
}

}  // namespace ronchi::describe_particles
