// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/physics/fragments.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ronchi::physics {

namespace {

using Vector = std::array<double, 3>;

Vector difference(const Particle& p, std::size_t to, std::size_t from) {
  return {p.positions[3 * to] - p.positions[3 * from], p.positions[3 * to + 1] - p.positions[3 * from + 1],
          p.positions[3 * to + 2] - p.positions[3 * from + 2]};
}

/// The image shift that brings `d` to its shortest.
Vector image(const Vector& d, double period) {
  if (!(period > 0)) return {};
  return {-period * std::round(d[0] / period), -period * std::round(d[1] / period), -period * std::round(d[2] / period)};
}

bool bonded(const Particle& p, std::size_t i, std::size_t j, const Bonds& bonds, const Vector& d) {
  const int a = p.species[i], b = p.species[j];
  const double bond = bonds[static_cast<std::size_t>(a == b ? a : 2)];
  return d[0] * d[0] + d[1] * d[1] + d[2] * d[2] < bond * bond;
}

Vector mean_of(const Particle& p, const std::vector<std::size_t>& atoms) {
  Vector mean{};
  for (const std::size_t i : atoms)
    for (std::size_t c = 0; c < 3; ++c) mean[c] += p.positions[3 * i + c] / static_cast<double>(atoms.size());
  return mean;
}

/// All atoms that hang together with `first`, moved to where they are whole.
std::vector<std::size_t> walk(Particle& p, std::size_t first, const Bonds& bonds, double period, std::vector<bool>& seen,
                              bool& endless) {
  std::vector<std::size_t> members{first};
  seen[first] = true;
  for (std::size_t next = 0; next < members.size(); ++next) {
    const std::size_t i = members[next];
    for (std::size_t j = 0; j < p.size(); ++j) {
      if (j == i) continue;
      Vector d = difference(p, j, i);
      const Vector shift = image(d, period);
      for (std::size_t c = 0; c < 3; ++c) d[c] += shift[c];
      if (!bonded(p, i, j, bonds, d)) continue;
      const bool moves = shift != Vector{};
      if (seen[j]) {
        endless = endless || moves;  // it has its place, and is bonded to another image of this atom
        continue;
      }
      for (std::size_t c = 0; c < 3; ++c) p.positions[3 * j + c] += shift[c];
      seen[j] = true;
      members.push_back(j);
    }
  }
  return members;
}

}  // namespace

Fragments find_fragments(Particle& particle, const Bonds& bonds, double period) {
  Fragments found;
  std::vector<bool> seen(particle.size(), false);
  std::vector<std::vector<std::size_t>> all;
  for (std::size_t i = 0; i < particle.size(); ++i)
    if (!seen[i]) all.push_back(walk(particle, i, bonds, period, seen, found.endless));
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
  found.of_atom.resize(particle.size());
  for (std::size_t f = 0; f < all.size(); ++f) {
    found.sizes.push_back(static_cast<std::int64_t>(all[f].size()));
    Vector d = mean_of(particle, all[f]);
    const Vector largest = mean_of(particle, all.front());
    for (std::size_t c = 0; c < 3; ++c) d[c] -= largest[c];
    const Vector shift = image(d, period);
    for (const std::size_t i : all[f]) {
      found.of_atom[i] = static_cast<std::int32_t>(f);
      for (std::size_t c = 0; c < 3; ++c) particle.positions[3 * i + c] += shift[c];
    }
  }
  return found;
}

Fragments find_fragments(const Particle& particle, const Bonds& bonds) {
  Particle copy = particle;
  return find_fragments(copy, bonds, 0);
}

void centre(Particle& particle, std::span<const double> masses) {
  Vector sum{};
  double total = 0;
  for (std::size_t i = 0; i < particle.size(); ++i) {
    const double mass = masses[particle.species[i]];
    total += mass;
    for (std::size_t c = 0; c < 3; ++c) sum[c] += mass * particle.positions[3 * i + c];
  }
  for (std::size_t i = 0; i < particle.size(); ++i)
    for (std::size_t c = 0; c < 3; ++c) particle.positions[3 * i + c] -= sum[c] / total;
}

}  // namespace ronchi::physics
