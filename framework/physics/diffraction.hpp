// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "framework/physics/crystal.hpp"

namespace ronchi::physics {

/// How a crystal is illuminated.
struct Illumination {
  double wavelength = 0;  ///< A
  double mass = 1;        ///< relativistic mass over rest mass
  double precession = 0;  ///< half angle of the cone, rad; 0 = a standing beam
};

/// Crystal tilt away from the zone axis, rad: rotations that lift reflections along the first (up) and the second in-plane
/// axis of the pattern off the Ewald sphere.
struct Tilt {
  double up = 0, across = 0;
};

/// One reflection of the zero-order Laue zone.
struct Reflection {
  Miller hkl;
  double up, across;          ///< in the pattern, 1/A: along `up`, and along zone x up
  double length;              ///< g, 1/A
  double inverse_extinction;  ///< 1 / xi_g = mass lambda |F_g| / (pi V), 1/A
};

/// Reflections g of the zone axis [uvw] (g . [uvw] = 0, g != 0) with |g| up to `limit` (1/A) and |F| above `weakest` times the
/// largest. `up` is the reciprocal vector that points along the pattern's first axis; it must lie in the zone (Failure).
/// Viewed against the beam direction; the opposite zone with the same `up` is the crystal turned by 180 degrees about `up`.
[[nodiscard]] std::vector<Reflection> zone_reflections(const Crystal& crystal, const Miller& zone, const Miller& up, double limit,
                                                       const Illumination& illumination, double weakest = 1e-4);

/// Mean of sinc^2(u + v cos a), sinc x = sin(pi x) / (pi x), over the azimuth a of the precession. With u = s0 t and
/// v = phi g t it is the kinematical intensity averaged over one turn of the beam, in units of (pi t / xi_g)^2 (Vincent & Midgley,
/// Ultramicroscopy 53 (1994) 271; Own, Marks & Sinkler, Acta Cryst. A62 (2006) 434). For v >> 1 and |u| < v it tends to the
/// integrated intensity with its Lorentz factor, 1 / (pi sqrt(v^2 - u^2)).
[[nodiscard]] double precession_mean(double u, double v);

/// Kinematical intensity of a reflection, relative to the incident beam, from `thickness` A of crystal:
///   I = (pi t / xi_g)^2 <sinc^2(t s)>,  s = g . tilt - lambda g^2 / 2 + g phi cos(azimuth).
[[nodiscard]] double intensity(const Reflection& reflection, const Illumination& illumination, const Tilt& tilt, double thickness);

}  // namespace ronchi::physics
