// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/wave/fft.hpp"

namespace ronchi::wave {

/// What forms the probe of a scanning microscope: an aperture and round aberrations. Signs as in Krivanek's notation,
///   psi(k) = A(k) exp(-i chi),  chi = pi lambda k^2 (C10 + C30 (lambda k)^2 / 2),
/// so that a probe with C10 < 0 (underfocus) has its focus at z = -C10, further along the beam.
struct ProbeLens {
  double energy = 200;     ///< kV
  double semi_angle = 20;  ///< of convergence, mrad; the aperture's edge
  double c10 = 0;          ///< A, at the plane z = 0 of the particle's middle
  double c30 = 0;          ///< A

  /// Frequency at the aperture's edge, 1/A.
  [[nodiscard]] double edge() const;
  /// chi at the frequency k (1/A), rad.
  [[nodiscard]] double aberration(double k) const;
};

/// The probe at (x, y), A from pixel (0, 0), in Fourier space (as Fft::forward gives it), [pixels]: one electron, that is, the
/// squares of its values in real space add up to 1. Failure(usage) if the field cannot hold its aperture: at least two frequencies
/// from the middle to the edge, and the edge below the Nyquist frequency.
void probe_spectrum(const Grid& grid, const ProbeLens& lens, double x, double y, Complex* spectrum);

}  // namespace ronchi::wave
