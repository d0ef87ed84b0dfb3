// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <complex>
#include <vector>

#include "framework/physics/scattering.hpp"
#include "framework/wave/fft.hpp"

namespace ronchi::wave {

/// Phase shift in rad that the whole potential of one atom gives a fast electron at distance r (A) from the nucleus:
///   phi(r) = lambda gamma integral f_e(k) exp(2 pi i k x) d^2k,
/// in closed form for both tables: terms K0(c r), c r K1(c r) and Gaussians. It diverges like -ln r at the nucleus.
[[nodiscard]] double atom_phase(double energy, physics::Parametrization table, int atomic_number, double r);

/// What one atom does to the wave at a sampling that cannot resolve it: exp(i phi) - 1, without the frequencies above `band`
/// (1/A). Multiplying the transmissions of the atoms of a slice gives that slice's band-limited transmission wherever not two
/// nuclei stand in one line; the wave and the transmission then keep below 2/3 of the Nyquist frequency, and their product does
/// not fold back. Exponentiating the band-limited *potential* on the coarse grid instead is wrong where the phase is of
/// the order of 1: it needs about 1.5 times the sampling for the same image (docs/hrtem.md).
class AtomTransmission {
 public:
  AtomTransmission(double energy, physics::Parametrization table, int atomic_number, double band);

  /// Fourier transform of exp(i phi) - 1 at k in 1/A, A^2. Without the band limit.
  [[nodiscard]] std::complex<double> spectrum(double k) const;
  /// exp(i phi) - 1 with the band limit, at r in A, for r < reach(); by quadrature.
  [[nodiscard]] std::complex<double> at(double r) const;

  /// Beyond this distance (A) the stamp is zero; over the last A it is led there.
  [[nodiscard]] double reach() const { return reach_; }
  /// The stamp on equal steps of r^2, so fine that a line between two is right to 5e-4 of the peak: re, im of entry j at
  /// r^2 = j reach^2 / entries; two more entries, zero, behind.
  [[nodiscard]] int entries() const { return entries_; }
  [[nodiscard]] const RealField& table() const { return table_; }

 private:
  double reach_ = 0;
  int entries_ = 0;
  std::vector<double> r_, phase_weight_;            // quadrature over the plane
  std::vector<std::complex<double>> transmission_;  // exp(i phi) - 1 there
  std::vector<double> k_;                           // nodes of [0, band]
  std::vector<std::complex<double>> weighted_;      // 2 pi k weight S(k)
  RealField table_;
};

}  // namespace ronchi::wave
