// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <array>

#include "framework/config/schema.hpp"

namespace ronchi::wave {

/// Coherent axial aberrations to fifth order in the notation of Krivanek, Dellby & Lupini, Ultramicroscopy 78 (1999) 1: C_nm of
/// order n and multiplicity m, with the azimuth phi_nm (degrees) of its positive lobe, measured from +x towards +y, that is
/// clockwise as a picture with row 0 on top is seen. Units: nm for orders 1 and 2, um for 3 and 4, mm for 5.
///   chi(alpha, phi) = 2 pi / lambda sum_nm C_nm alpha^(n+1) / (n+1) cos(m (phi - phi_nm)),   alpha = lambda k
/// The lens multiplies the exit wave's spectrum with exp(-i chi). C10 > 0 is overfocus (the plane in focus lies C10 after the exit
/// plane), C10 < 0 underfocus; a lens with C30 > 0 shows atoms dark at the Scherzer focus, where C10 < 0.
struct Aberrations {
  double C10 = 0;             ///< nm, defocus
  double C12 = 0, phi12 = 0;  ///< nm, twofold astigmatism
  double C21 = 0, phi21 = 0;  ///< nm, axial coma
  double C23 = 0, phi23 = 0;  ///< nm, threefold astigmatism
  double C30 = 0;             ///< um, spherical aberration
  double C32 = 0, phi32 = 0;  ///< um, star aberration
  double C34 = 0, phi34 = 0;  ///< um, fourfold astigmatism
  double C41 = 0, phi41 = 0;  ///< um, fourth-order coma
  double C43 = 0, phi43 = 0;  ///< um, three-lobe aberration
  double C45 = 0, phi45 = 0;  ///< um, fivefold astigmatism
  double C50 = 0;             ///< mm, fifth-order spherical aberration
  double C52 = 0, phi52 = 0;  ///< mm, fifth-order star aberration
  double C54 = 0, phi54 = 0;  ///< mm, fifth-order rosette aberration
  double C56 = 0, phi56 = 0;  ///< mm, sixfold astigmatism
};
void describe(config::Schema<Aberrations>& s);

/// One of the 14 coefficients: where it stands in the struct, so that all can be varied in a loop.
struct AberrationTerm {
  const char* name;
  int n, m;
  double unit;  ///< A per unit of the coefficient
  double Aberrations::*value;
  double Aberrations::*azimuth;  ///< null where m = 0
};
[[nodiscard]] const std::array<AberrationTerm, 14>& aberration_terms();

/// chi as a polynomial of the spatial frequencies kx, ky (1/A).
class AberrationFunction {
 public:
  static constexpr int degree = 6;
  using Coefficients = std::array<std::array<double, degree + 1>, degree + 1>;  ///< [power of ky][power of kx]

  /// `wavelength` in A.
  AberrationFunction(const Aberrations& aberrations, double wavelength);

  [[nodiscard]] double chi(double kx, double ky) const;  ///< rad
  /// (d chi / d kx, d chi / d ky), rad A.
  [[nodiscard]] std::array<double, 2> gradient(double kx, double ky) const;
  /// chi / 2 pi = sum_ij coefficients[j][i] kx^i ky^j: in turns.
  [[nodiscard]] const Coefficients& turns() const { return turns_; }

 private:
  Coefficients turns_{};
};

/// C10 (nm) that passes the widest band of a weak phase object's spectrum with one sign (Scherzer, J. Appl. Phys. 20 (1949) 20):
/// -sqrt(4/3 C30 lambda), where chi has its extremum -2 pi / 3; of the opposite sign for C30 < 0. C30 in um, wavelength in A.
[[nodiscard]] double scherzer_defocus(double C30, double wavelength);
/// Distance (A) that belongs to the first zero of sin chi at that focus: (3/16)^(1/4) |C30|^(1/4) lambda^(3/4) = 0.658 ...
[[nodiscard]] double scherzer_resolution(double C30, double wavelength);

}  // namespace ronchi::wave
