// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/md/icosahedron.hpp"

#include <array>
#include <cmath>
#include <numbers>
#include <utility>

namespace ronchi::md {
namespace {

using Vector = std::array<double, 3>;

/// The 12 vertices at distance 1 from the centre.
std::vector<Vector> vertices() {
  const double scale = 1 / std::sqrt(1 + std::numbers::phi * std::numbers::phi);
  const double a = scale, b = std::numbers::phi * scale;
  std::vector<Vector> all;
  for (const double s : {-a, a})
    for (const double l : {-b, b}) {
      all.push_back({0, s, l});
      all.push_back({s, l, 0});
      all.push_back({l, 0, s});
    }
  return all;
}

bool joined(const Vector& a, const Vector& b) {
  // The cosine between neighbouring vertices is 1 / sqrt(5), the next smaller one -1 / sqrt(5).
  const double cosine = a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  return cosine > 0 && cosine < 0.9;
}

Vector mixed(const Vector& a, double wa, const Vector& b, double wb, const Vector& c, double wc) {
  return {wa * a[0] + wb * b[0] + wc * c[0], wa * a[1] + wb * b[1] + wc * c[1], wa * a[2] + wb * b[2] + wc * c[2]};
}

/// Shell n on a unit spacing.
std::vector<Vector> shell(int n) {
  const std::vector<Vector> corner = vertices();
  std::vector<Vector> atoms;
  for (const Vector& v : corner) atoms.push_back(mixed(v, n, v, 0, v, 0));
  for (std::size_t i = 0; i < corner.size(); ++i)
    for (std::size_t j = i + 1; j < corner.size(); ++j)
      if (joined(corner[i], corner[j]))
        for (int a = 1; a < n; ++a) atoms.push_back(mixed(corner[i], a, corner[j], n - a, corner[i], 0));
  for (std::size_t i = 0; i < corner.size(); ++i)
    for (std::size_t j = i + 1; j < corner.size(); ++j)
      for (std::size_t k = j + 1; k < corner.size(); ++k)
        if (joined(corner[i], corner[j]) && joined(corner[j], corner[k]) && joined(corner[i], corner[k]))
          for (int a = 1; a < n; ++a)
            for (int b = 1; a + b < n; ++b) atoms.push_back(mixed(corner[i], a, corner[j], b, corner[k], n - a - b));
  return atoms;
}

}  // namespace

physics::Particle icosahedron(double spacing, std::vector<std::string> symbols, std::span<const std::uint8_t> species_of_shell) {
  physics::Particle particle;
  particle.symbols = std::move(symbols);
  for (std::size_t n = 0; n < species_of_shell.size(); ++n) {
    const auto atoms = n == 0 ? std::vector<Vector>{{0, 0, 0}} : shell(static_cast<int>(n));
    for (const Vector& atom : atoms) {
      particle.species.push_back(species_of_shell[n]);
      for (const double x : atom) particle.positions.push_back(spacing * x);
    }
  }
  return particle;
}

}  // namespace ronchi::md
