// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cmath>
#include <vector>

#include "framework/physics/particle.hpp"
#include "framework/physics/rotation.hpp"

namespace ronchi::wave {

/// An orientation without symmetry; others for other numbers.
inline physics::Rotation any_rotation(std::uint64_t number) {
  Random random(1, 0, number, 0);
  return physics::rotation_of(physics::uniform_quaternion(random));
}

/// Mackay's icosahedron of `shells` shells, the inner `core` of them of Co (with the centre), the others of Ag; edges of 2.89 A
/// times the shell's number, 5 % less in the core. 5 shells: 561 atoms, 3 to 2.7 nm wide.
inline physics::Particle icosahedron(int shells, int core) {
  const double golden = (1 + std::sqrt(5.0)) / 2, edge = 2.89;
  std::vector<std::array<double, 3>> vertices;
  for (const double s : {-1.0, 1.0})
    for (const double t : {-1.0, 1.0})
      for (std::size_t axis = 0; axis < 3; ++axis) {
        std::array<double, 3> v{};
        v[(axis + 1) % 3] = s * edge / 2;
        v[(axis + 2) % 3] = t * golden * edge / 2;
        vertices.push_back(v);
      }
  const auto touching = [&](std::size_t a, std::size_t b) {
    double d2 = 0;
    for (std::size_t c = 0; c < 3; ++c) d2 += (vertices[a][c] - vertices[b][c]) * (vertices[a][c] - vertices[b][c]);
    return std::abs(std::sqrt(d2) - edge) < 1e-6;
  };
  physics::Particle particle{{"Ag", "Co"}, {}, {}};
  const auto add = [&](int shell, std::array<double, 3> r) {
    particle.species.push_back(shell <= core ? 1 : 0);
    for (const double x : r) particle.positions.push_back(shell <= core ? 0.95 * x : x);
  };
  const auto mixed = [&](std::size_t a, double wa, std::size_t b, double wb, std::size_t c, double wc) {
    std::array<double, 3> r{};
    for (std::size_t i = 0; i < 3; ++i) r[i] = wa * vertices[a][i] + wb * vertices[b][i] + wc * vertices[c][i];
    return r;
  };
  add(0, {});
  for (int n = 1; n <= shells; ++n)
    for (std::size_t a = 0; a < 12; ++a) {
      add(n, mixed(a, n, a, 0, a, 0));
      for (std::size_t b = 0; b < a; ++b) {
        if (!touching(a, b)) continue;
        for (int i = 1; i < n; ++i) add(n, mixed(a, i, b, n - i, a, 0));
        for (std::size_t c = 0; c < b; ++c)
          for (int i = 1; touching(a, c) && touching(b, c) && i < n; ++i)
            for (int j = 1; j < n - i; ++j) add(n, mixed(a, i, b, j, c, n - i - j));
      }
    }
  return particle;
}

}  // namespace ronchi::wave
