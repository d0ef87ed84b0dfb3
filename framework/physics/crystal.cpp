// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/physics/crystal.hpp"

#include <cmath>
#include <numbers>

#include "framework/physics/scattering.hpp"

namespace ronchi::physics {

Vec3 Crystal::reciprocal(const Miller& hkl) const {
  const double v = volume();
  const Vec3 a = cross(cell[1], cell[2]), b = cross(cell[2], cell[0]), c = cross(cell[0], cell[1]);
  Vec3 g;
  for (std::size_t i = 0; i < 3; ++i) g[i] = (hkl[0] * a[i] + hkl[1] * b[i] + hkl[2] * c[i]) / v;
  return g;
}

Vec3 Crystal::direction(const Miller& uvw) const {
  Vec3 r;
  for (std::size_t i = 0; i < 3; ++i) r[i] = uvw[0] * cell[0][i] + uvw[1] * cell[1][i] + uvw[2] * cell[2][i];
  return r;
}

std::complex<double> Crystal::structure_factor(const Miller& hkl) const {
  const Vec3 g = reciprocal(hkl);
  const double g2 = dot(g, g), length = std::sqrt(g2);
  std::complex<double> sum;
  for (const Atom& atom : atoms) {
    const double phase = 2 * std::numbers::pi * (hkl[0] * atom.position[0] + hkl[1] * atom.position[1] + hkl[2] * atom.position[2]);
    sum += std::polar(scattering_factor(atom.atomic_number)(length) * std::exp(-atom.debye_waller * g2 / 4), phase);
  }
  return sum;
}

Crystal zinc_blende(int first, int second, double a, double debye_waller) {
  Crystal crystal{{Vec3{a, 0, 0}, Vec3{0, a, 0}, Vec3{0, 0, a}}, {}};
  for (const Vec3& f : {Vec3{0, 0, 0}, Vec3{0, 0.5, 0.5}, Vec3{0.5, 0, 0.5}, Vec3{0.5, 0.5, 0}}) {
    crystal.atoms.push_back({first, f, debye_waller});
    crystal.atoms.push_back({second, {f[0] + 0.25, f[1] + 0.25, f[2] + 0.25}, debye_waller});
  }
  return crystal;
}

Crystal fcc(int element, double a, double debye_waller) {
  Crystal crystal{{Vec3{a, 0, 0}, Vec3{0, a, 0}, Vec3{0, 0, a}}, {}};
  for (const Vec3& f : {Vec3{0, 0, 0}, Vec3{0, 0.5, 0.5}, Vec3{0.5, 0, 0.5}, Vec3{0.5, 0.5, 0}})
    crystal.atoms.push_back({element, f, debye_waller});
  return crystal;
}

Crystal theta_prime(int first, int second, double a, double c, double debye_waller) {
  Crystal crystal{{Vec3{a, 0, 0}, Vec3{0, a, 0}, Vec3{0, 0, c}}, {}};
  for (const double centring : {0.0, 0.5}) {
    crystal.atoms.push_back({first, {centring, centring, centring}, debye_waller});
    for (const double z : {0.25, 0.75}) crystal.atoms.push_back({second, {centring, centring + 0.5, centring + z}, debye_waller});
  }
  return crystal;
}

Crystal wurtzite(int first, int second, double a, double c, double u, double debye_waller) {
  Crystal crystal{{Vec3{a, 0, 0}, Vec3{-a / 2, a * std::numbers::sqrt3 / 2, 0}, Vec3{0, 0, c}}, {}};
  for (const Vec3& p : {Vec3{1.0 / 3, 2.0 / 3, 0}, Vec3{2.0 / 3, 1.0 / 3, 0.5}}) {
    crystal.atoms.push_back({first, p, debye_waller});
    crystal.atoms.push_back({second, {p[0], p[1], p[2] + u}, debye_waller});
  }
  return crystal;
}

}  // namespace ronchi::physics
