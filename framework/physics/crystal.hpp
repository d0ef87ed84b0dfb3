// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <complex>
#include <string>
#include <vector>

namespace ronchi::physics {

using Vec3 = std::array<double, 3>;
using Miller = std::array<int, 3>;

[[nodiscard]] inline double dot(const Vec3& a, const Vec3& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }
[[nodiscard]] inline Vec3 cross(const Vec3& a, const Vec3& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}
[[nodiscard]] inline Vec3 scaled(const Vec3& a, double s) { return {a[0] * s, a[1] * s, a[2] * s}; }

/// Atoms in a unit cell.
struct Crystal {
  struct Atom {
    int atomic_number;
    Vec3 position;        ///< fractional
    double debye_waller;  ///< B in A^2; amplitudes are damped by exp(-B g^2 / 4)
  };
  std::array<Vec3, 3> cell;  ///< a, b, c, Cartesian, A
  std::vector<Atom> atoms;

  [[nodiscard]] double volume() const { return dot(cell[0], cross(cell[1], cell[2])); }
  /// h a* + k b* + l c* in 1/A, Cartesian, with a . a* = 1.
  [[nodiscard]] Vec3 reciprocal(const Miller& hkl) const;
  /// u a + v b + w c in A, Cartesian.
  [[nodiscard]] Vec3 direction(const Miller& uvw) const;
  /// F = sum_j f_j(g) exp(-B_j g^2 / 4) exp(2 pi i g . r_j), in A.
  [[nodiscard]] std::complex<double> structure_factor(const Miller& hkl) const;
};

/// Zinc blende (space group F-43m): `first` at (0, 0, 0) + F, `second` at (1/4, 1/4, 1/4) + F. With two equal elements: diamond.
/// Lengths in A, debye_waller in A^2.
[[nodiscard]] Crystal zinc_blende(int first, int second, double a, double debye_waller);
/// Wurtzite (P6_3mc): `first` at (1/3, 2/3, 0), (2/3, 1/3, 1/2), `second` shifted by u c; ideal u = 3/8.
[[nodiscard]] Crystal wurtzite(int first, int second, double a, double c, double u, double debye_waller);
/// Face-centred cubic (Fm-3m), one element.
[[nodiscard]] Crystal fcc(int element, double a, double debye_waller);
/// theta' Al2Cu (I-4m2), tetragonally distorted fluorite: `first` (Cu) at (0, 0, 0) + I, `second` (Al) at (0, 1/2, 1/4) + I and
/// (0, 1/2, 3/4) + I; a = 4.04 A, c = 5.80 A (J. M. Silcock, T. J. Heal, H. K. Hardy, J. Inst. Met. 82 (1954) 239).
[[nodiscard]] Crystal theta_prime(int first, int second, double a, double c, double debye_waller);

}  // namespace ronchi::physics
