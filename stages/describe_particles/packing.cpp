// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/describe_particles/packing.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace ronchi::describe_particles {
namespace {

double legendre(int l, double c) {
  const double s = c * c;
  return l == 4 ? (s * (35 * s - 30) + 3) / 8 : (s * (s * (231 * s - 315) + 105) - 5) / 16;
}

bool bonded(const Neighbours& neighbours, std::uint32_t a, std::uint32_t b) {
  return std::binary_search(neighbours[a].begin(), neighbours[a].end(), b);
}

/// The longest chain of bonds between these atoms that uses no bond twice, continued from `at`.
int longest_chain(const std::vector<std::array<std::uint32_t, 2>>& bonds, std::vector<bool>& used, std::uint32_t at) {
  int longest = 0;
  for (std::size_t k = 0; k < bonds.size(); ++k) {
    if (used[k] || (bonds[k][0] != at && bonds[k][1] != at)) continue;
    used[k] = true;
    longest = std::max(longest, 1 + longest_chain(bonds, used, bonds[k][0] == at ? bonds[k][1] : bonds[k][0]));
    used[k] = false;
  }
  return longest;
}

/// Type of the bond between i and j: common neighbours, bonds among them, the longest chain of these.
int bond_type(const Neighbours& neighbours, std::uint32_t i, std::uint32_t j) {
  std::vector<std::uint32_t> common;
  std::set_intersection(neighbours[i].begin(), neighbours[i].end(), neighbours[j].begin(), neighbours[j].end(),
                        std::back_inserter(common));
  std::vector<std::array<std::uint32_t, 2>> bonds;
  for (std::size_t a = 0; a < common.size(); ++a)
    for (std::size_t b = a + 1; b < common.size(); ++b)
      if (bonded(neighbours, common[a], common[b])) bonds.push_back({common[a], common[b]});
  if (common.size() > 6 || bonds.size() > 8) return 0;  // none of the types looked for
  int chain = 0;
  std::vector<bool> used(bonds.size(), false);
  for (const std::uint32_t end : common) chain = std::max(chain, longest_chain(bonds, used, end));
  return 100 * static_cast<int>(common.size()) + 10 * static_cast<int>(bonds.size()) + chain;
}

}  // namespace

double steinhardt(const physics::Particle& particle, const Neighbours& neighbours, std::size_t atom, int l) {
  const Vector here = position(particle, atom);
  std::vector<Vector> directions;
  for (const std::uint32_t other : neighbours[atom]) {
    const Vector r = position(particle, other);
    Vector d{r[0] - here[0], r[1] - here[1], r[2] - here[2]};
    const double length = std::sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
    for (double& x : d) x /= length;
    directions.push_back(d);
  }
  if (directions.empty()) return 0;
  const auto n = static_cast<double>(directions.size());
  double sum = n;  // a bond with itself: P_l(1)
  for (std::size_t a = 0; a < directions.size(); ++a)
    for (std::size_t b = a + 1; b < directions.size(); ++b) {
      const Vector &u = directions[a], &v = directions[b];
      sum += 2 * legendre(l, u[0] * v[0] + u[1] * v[1] + u[2] * v[2]);
    }
  return std::sqrt(std::max(0.0, sum)) / n;
}

Packing packing(const physics::Particle& particle, const Neighbours& neighbours, int surface) {
  Packing result;
  double inside = 0;
  for (std::uint32_t i = 0; i < particle.size(); ++i) {
    if (neighbours[i].size() >= static_cast<std::size_t>(surface)) {
      ++inside;
      result.q4 += steinhardt(particle, neighbours, i, 4);
      result.q6 += steinhardt(particle, neighbours, i, 6);
    }
    int cubic = 0, hexagonal = 0, fivefold = 0;
    for (const std::uint32_t j : neighbours[i]) {
      const int type = bond_type(neighbours, i, j);
      cubic += type == 421;
      hexagonal += type == 422;
      fivefold += type == 555;
    }
    const bool twelve = neighbours[i].size() == 12;
    result.fcc += twelve && cubic == 12;
    result.hcp += twelve && cubic == 6 && hexagonal == 6;
    result.fivefold += fivefold >= 2;
  }
  if (inside > 0) {
    result.q4 /= inside;
    result.q6 /= inside;
  }
  const auto atoms = static_cast<double>(particle.size());
  result.fcc /= atoms;
  result.hcp /= atoms;
  result.fivefold /= atoms;
  return result;
}

Shape shape(const physics::Particle& particle) {
  const auto atoms = static_cast<double>(particle.size());
  Vector centre{};
  for (std::size_t i = 0; i < particle.positions.size(); ++i) centre[i % 3] += particle.positions[i] / atoms;
  double tensor[3][3] = {};
  for (std::size_t i = 0; i < particle.size(); ++i) {
    const Vector r = position(particle, i);
    for (std::size_t x = 0; x < 3; ++x)
      for (std::size_t y = 0; y < 3; ++y) tensor[x][y] += (r[x] - centre[x]) * (r[y] - centre[y]) / atoms;
  }
  const double trace = tensor[0][0] + tensor[1][1] + tensor[2][2];
  double squares = 0;  // the sum of the squared eigenvalues
  for (const auto& row : tensor)
    for (const double value : row) squares += value * value;
  return {std::sqrt(trace), trace > 0 ? 1.5 * squares / (trace * trace) - 0.5 : 0};
}

}  // namespace ronchi::describe_particles
