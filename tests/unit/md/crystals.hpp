// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstddef>
#include <functional>

#include "framework/md/energy.hpp"
#include "framework/physics/particle.hpp"

/// Crystals for tests.
namespace ronchi::md::test {

/// Atoms in a cell that repeats.
struct Crystal {
  physics::Particle atoms;
  Cell cell{};

  void add(double x, double y, double z, std::uint8_t species = 0) {
    atoms.species.push_back(species);
    atoms.positions.insert(atoms.positions.end(), {x, y, z});
  }
  [[nodiscard]] double energy_per_atom(const Gupta& potential) const {
    return energy(atoms, potential, cell) / static_cast<double>(atoms.size());
  }
};

/// Copies of a crystal along its edges, as one larger cell.
inline Crystal repeated(const Crystal& unit, int na, int nb, int nc) {
  Crystal all;
  all.atoms.symbols = unit.atoms.symbols;
  const int n[3] = {na, nb, nc};
  for (std::size_t k = 0; k < 3; ++k)
    for (std::size_t x = 0; x < 3; ++x) all.cell[k][x] = n[k] * unit.cell[k][x];
  for (int a = 0; a < na; ++a)
    for (int b = 0; b < nb; ++b)
      for (int c = 0; c < nc; ++c)
        for (std::size_t i = 0; i < unit.atoms.size(); ++i) {
          double r[3];
          for (std::size_t x = 0; x < 3; ++x)
            r[x] = unit.atoms.positions[3 * i + x] + a * unit.cell[0][x] + b * unit.cell[1][x] + c * unit.cell[2][x];
          all.add(r[0], r[1], r[2], unit.atoms.species[i]);
        }
  return all;
}

/// Face-centred cubic with one atom per cell.
inline Crystal fcc(double a) {
  Crystal c;
  c.cell = {{{0, a / 2, a / 2}, {a / 2, 0, a / 2}, {a / 2, a / 2, 0}}};
  c.add(0, 0, 0);
  return c;
}

/// The same with edges along x, y, z.
inline Crystal cubic_fcc(double a) {
  Crystal c;
  c.cell = {{{a, 0, 0}, {0, a, 0}, {0, 0, a}}};
  c.add(0, 0, 0);
  c.add(0, a / 2, a / 2);
  c.add(a / 2, 0, a / 2);
  c.add(a / 2, a / 2, 0);
  return c;
}

inline Crystal hcp(double a, double c_over_a) {
  Crystal c;
  const double h = a * c_over_a;
  c.cell = {{{a, 0, 0}, {a / 2, a * std::sqrt(3) / 2, 0}, {0, 0, h}}};
  c.add(0, 0, 0);
  c.add(a / 2, a / (2 * std::sqrt(3)), h / 2);
  return c;
}

/// Positions and cell under the deformation r -> (1 + e) r.
inline Crystal strained(Crystal c, const std::array<std::array<double, 3>, 3>& e) {
  const auto apply = [&](double* r) {
    const double old[3] = {r[0], r[1], r[2]};
    for (std::size_t x = 0; x < 3; ++x) r[x] = old[x] + e[x][0] * old[0] + e[x][1] * old[1] + e[x][2] * old[2];
  };
  for (auto& edge : c.cell) apply(edge.data());
  for (std::size_t i = 0; i < c.atoms.size(); ++i) apply(&c.atoms.positions[3 * i]);
  return c;
}

/// Slab of fcc with `layers` layers between two free surfaces (h k l) = 111, 100 or 110, one atom per layer and cell; `area` is
/// that of one surface of the cell, A^2.
inline Crystal slab(double a, int surface, int layers, double& area) {
  const double d = a / std::sqrt(2), vacuum = 15;
  // Edges of the surface cell, distance of layers and the shift from one layer to the next.
  double ux = d, vx = 0, vy = 0, height = 0, sx = 0, sy = 0;
  if (surface == 111) {
    vx = d / 2, vy = d * std::sqrt(3) / 2, height = a / std::sqrt(3), sx = d / 2, sy = d / (2 * std::sqrt(3));
  } else if (surface == 100) {
    vy = d, height = a / 2, sx = d / 2, sy = d / 2;
  } else {
    vy = a, height = d / 2, sx = d / 2, sy = a / 2;
  }
  Crystal c;
  for (int n = 0; n < layers; ++n) c.add(n * sx, n * sy, n * height);
  c.cell = {{{ux, 0, 0}, {vx, vy, 0}, {0, 0, layers * height + vacuum}}};
  area = ux * vy;
  return c;
}

/// Where a function of one variable is smallest, between low and high; golden section.
inline double minimum(double low, double high, const std::function<double(double)>& f) {
  const double g = (std::sqrt(5) - 1) / 2;
  double x1 = high - g * (high - low), x2 = low + g * (high - low), f1 = f(x1), f2 = f(x2);
  while (high - low > 1e-8) {
    if (f1 < f2) {
      high = x2, x2 = x1, f2 = f1, x1 = high - g * (high - low), f1 = f(x1);
    } else {
      low = x1, x1 = x2, f1 = f2, x2 = low + g * (high - low), f2 = f(x2);
    }
  }
  return (low + high) / 2;
}

}  // namespace ronchi::md::test
