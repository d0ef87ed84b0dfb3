// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/md/energy.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "framework/base/error.hpp"
#include "framework/md/gupta_pair.hpp"
#include "framework/md/trajectory.hpp"

namespace ronchi::md {
namespace {

using Vector = std::array<double, 3>;

struct Pair {
  std::size_t i, j;
  Vector direction;  ///< from j to i, of length 1
  PairTerms terms;
};

double dot(const Vector& a, const Vector& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

Vector cross(const Vector& a, const Vector& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

/// Every pair of atoms within the cut-off, each once: the reference does without neighbour lists.
class Pairs {
 public:
  Pairs(const physics::Particle& particle, const Gupta& potential) : particle_(particle), curves_(curves_of(potential)) {
    const std::size_t species = potential.symbols[1].empty() ? 1 : 2;
    for (const auto s : particle.species)
      if (s >= species) fail(Fault::internal, "", "atom of species {} in the potential {} of {}", s, potential.name, species);
    if (particle.positions.size() != 3 * particle.size())
      fail(Fault::internal, "", "{} coordinates for {} atoms", particle.positions.size(), particle.size());
    cutoff_ = potential.cutoff();
  }

  std::vector<Pair> open() {
    for (std::size_t i = 0; i < particle_.size(); ++i)
      for (std::size_t j = i + 1; j < particle_.size(); ++j) take(i, j, between(i, j));
    return std::move(pairs_);
  }

  std::vector<Pair> periodic(const Cell& cell) {
    const Vector faces[3] = {cross(cell[1], cell[2]), cross(cell[2], cell[0]), cross(cell[0], cell[1])};
    const double volume = dot(cell[0], faces[0]);
    if (!(std::abs(volume) > 1e-9)) fail(Fault::usage, "give three edges that span a volume", "a periodic cell of {} A^3", volume);
    for (std::size_t i = 0; i < particle_.size(); ++i)
      for (std::size_t j = i; j < particle_.size(); ++j) images(i, j, cell, faces, volume);
    return std::move(pairs_);
  }

 private:
  [[nodiscard]] Vector between(std::size_t i, std::size_t j) const {
    const double* r = particle_.positions.data();
    return {r[3 * i] - r[3 * j], r[3 * i + 1] - r[3 * j + 1], r[3 * i + 2] - r[3 * j + 2]};
  }

  /// The images of j within the cut-off of i lie between planes: |f + n| <= cut-off / height along each edge.
  void images(std::size_t i, std::size_t j, const Cell& cell, const Vector (&faces)[3], double volume) {
    const Vector d = between(i, j);
    int first[3], last[3];
    for (std::size_t k = 0; k < 3; ++k) {
      const double reach = cutoff_ * std::sqrt(dot(faces[k], faces[k])) / std::abs(volume);
      const double f = dot(d, faces[k]) / volume;
      first[k] = static_cast<int>(std::ceil(-reach - f));
      last[k] = static_cast<int>(std::floor(reach - f));
    }
    for (int a = first[0]; a <= last[0]; ++a)
      for (int b = first[1]; b <= last[1]; ++b)
        for (int c = first[2]; c <= last[2]; ++c) {
          // Of an atom and its own images n and -n only one is a pair.
          if (i == j && (a < 0 || (a == 0 && (b < 0 || (b == 0 && c <= 0))))) continue;
          Vector image = d;
          for (std::size_t x = 0; x < 3; ++x) image[x] += a * cell[0][x] + b * cell[1][x] + c * cell[2][x];
          take(i, j, image);
        }
  }

  void take(std::size_t i, std::size_t j, const Vector& d) {
    const double square = dot(d, d);
    if (square >= cutoff_ * cutoff_) return;
    if (!(square > 0)) fail(Fault::numeric, "", "atoms {} and {} lie at the same place, or nowhere", i, j);
    const int a = particle_.species[i], b = particle_.species[j];
    const PairCurve& curve = curves_[static_cast<std::size_t>(a == b ? a : 2)];
    const double r = std::sqrt(square);
    if (r < curve.outer) pairs_.push_back({i, j, {d[0] / r, d[1] / r, d[2] / r}, curve.terms(r)});
  }

  const physics::Particle& particle_;
  std::array<PairCurve, 3> curves_;
  double cutoff_ = 0;
  std::vector<Pair> pairs_;
};

double sum(const std::vector<Pair>& pairs, std::size_t atoms, std::span<double> forces) {
  double repulsion = 0, binding = 0;
  std::vector<double> root(atoms, 0);
  for (const Pair& p : pairs) {
    const double square = p.terms.hopping * p.terms.hopping;
    repulsion += 2 * p.terms.alpha;
    root[p.i] += square;
    root[p.j] += square;
  }
  for (double& value : root) {
    value = std::sqrt(value);
    binding += value;
  }
  if (forces.empty()) return repulsion - binding;
  if (forces.size() != 3 * atoms) fail(Fault::internal, "", "room for {} components of {} forces", forces.size(), atoms);
  std::fill(forces.begin(), forces.end(), 0.0);
  for (const Pair& p : pairs) {
    // An atom without neighbours has no root to divide by, and one whose neighbours are all at the very cut-off neither.
    const double inverse = (root[p.i] > 0 ? 1 / root[p.i] : 0) + (root[p.j] > 0 ? 1 / root[p.j] : 0);
    const double strength = -2 * p.terms.alpha_slope + inverse * p.terms.hopping * p.terms.hopping_slope;
    for (std::size_t x = 0; x < 3; ++x) {
      forces[3 * p.i + x] += strength * p.direction[x];
      forces[3 * p.j + x] -= strength * p.direction[x];
    }
  }
  return repulsion - binding;
}

}  // namespace

double energy(const physics::Particle& particle, const Gupta& potential, const Cell& cell, std::span<double> forces) {
  return sum(Pairs(particle, potential).periodic(cell), particle.size(), forces);
}

double energy(const physics::Particle& particle, const Gupta& potential, std::span<double> forces, double box) {
  if (box > 0) return energy(particle, potential, Cell{{{box, 0, 0}, {0, box, 0}, {0, 0, box}}}, forces);
  return sum(Pairs(particle, potential).open(), particle.size(), forces);
}

}  // namespace ronchi::md
