// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>
#include <vector>

#include "framework/base/random.hpp"
#include "framework/physics/particle.hpp"
#include "stages/describe_particles/neighbours.hpp"

/// Particles whose class is known by construction: sites of an fcc crystal, 2.8 A between neighbours, inside some shape around the
/// origin; which of them are of the second species is said by a number per site: the highest get it.
namespace ronchi::describe_particles::test {

using Field = std::function<double(const Vector&)>;

/// Sites for which `inside` is positive, the `atoms` ones where it is largest.
inline physics::Particle sites(std::size_t atoms, const Field& inside, double spacing = 2.8) {
  std::vector<std::pair<double, Vector>> found;
  const double half = spacing / std::sqrt(2);
  const int reach = 17;
  for (int a = -reach; a <= reach; ++a)
    for (int b = -reach; b <= reach; ++b)
      for (int c = -reach; c <= reach; ++c) {
        if ((a + b + c) % 2 != 0) continue;
        const Vector r{a * half + 0.31, b * half - 0.22, c * half + 0.13};  // no site at the centre, no ties
        found.emplace_back(-inside(r), r);
      }
  std::sort(found.begin(), found.end());
  physics::Particle particle;
  particle.symbols = {"Ag", "Co"};
  for (std::size_t i = 0; i < atoms; ++i) {
    particle.species.push_back(0);
    particle.positions.insert(particle.positions.end(), found[i].second.begin(), found[i].second.end());
  }
  return particle;
}

inline double radius(const Vector& r) { return std::sqrt(r[0] * r[0] + r[1] * r[1] + r[2] * r[2]); }

inline physics::Particle ball(std::size_t atoms) {
  return sites(atoms, [](const Vector& r) { return -radius(r); });
}

/// The `count` atoms with the largest value become the second species.
inline physics::Particle decorated(physics::Particle particle, std::size_t count, const Field& value) {
  std::vector<std::pair<double, std::size_t>> order;
  for (std::size_t i = 0; i < particle.size(); ++i) order.emplace_back(-value(position(particle, i)), i);
  std::sort(order.begin(), order.end());
  std::fill(particle.species.begin(), particle.species.end(), std::uint8_t{0});
  for (std::size_t k = 0; k < count; ++k) particle.species[order[k].second] = 1;
  return particle;
}

inline physics::Particle core_shell(std::size_t atoms, std::size_t core) {
  return decorated(ball(atoms), core, [](const Vector& r) { return -radius(r); });
}

inline physics::Particle two_halves(std::size_t atoms, std::size_t second) {
  return decorated(ball(atoms), second, [](const Vector& r) { return r[0] + 0.2 * r[1]; });
}

/// A core that touches the surface (`shift` 1), stands in the middle (0) or between.
inline physics::Particle off_centre(std::size_t atoms, std::size_t core, double shift) {
  const physics::Particle all = ball(atoms);
  double large = 0;
  for (std::size_t i = 0; i < atoms; ++i) large = std::max(large, radius(position(all, i)));
  const double small = large * std::cbrt(static_cast<double>(core) / static_cast<double>(atoms));
  return decorated(all, core, [=](const Vector& r) {
    const double s = shift * (large - small);
    return -radius({r[0] - 0.8 * s, r[1] - 0.6 * s, r[2]});
  });
}

inline physics::Particle alloy(std::size_t atoms, std::size_t second, std::uint64_t seed) {
  Random random(seed, 1, 0, 0);
  return decorated(ball(atoms), second, [&](const Vector&) { return random.uniform(); });
}

/// Two balls in contact, one of each species.
inline physics::Particle dumbbell(std::size_t first, std::size_t second) {
  const double a = std::cbrt(static_cast<double>(first)), b = std::cbrt(static_cast<double>(second));
  const double scale = 1.55;  // radius of a ball of n sites over the cube root of n, A
  const Vector left{-a * scale, 0, 0}, right{b * scale, 0, 0};
  const auto from = [](const Vector& r, const Vector& c) { return radius({r[0] - c[0], r[1] - c[1], r[2] - c[2]}); };
  const auto both = [=](const Vector& r) { return std::max(a * scale - from(r, left), b * scale - from(r, right)); };
  return decorated(sites(first + second, both), second,
                   [=](const Vector& r) { return (b * scale - from(r, right)) - (a * scale - from(r, left)); });
}

}  // namespace ronchi::describe_particles::test
