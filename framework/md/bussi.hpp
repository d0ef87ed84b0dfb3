// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>

#include "framework/kokkos.hpp"

namespace ronchi::md {

/// What a step of Bussi's thermostat needs beside the energy that it finds. No degrees of freedom: no thermostat in this step.
struct BussiDraw {
  double normal = 0;   ///< a standard normal number R
  double squares = 0;  ///< the sum of squares of degrees - 1 others
  double keep = 1;     ///< exp(-interval / time constant)
  double target = 0;   ///< kT / 2, eV
  int degrees = 0;
};

/// The factor for all velocities: Bussi, Donadio & Parrinello, J. Chem. Phys. 126, 014101 (2007), eq. A7, and the sign of
/// Bussi & Parrinello, Comput. Phys. Commun. 179, 26 (2008), eq. A8.
[[nodiscard]] KOKKOS_INLINE_FUNCTION double bussi_factor(double kinetic, const BussiDraw& draw) {
  using std::sqrt;
  if (draw.degrees < 1 || !(kinetic > 0)) return 1;
  const double ratio = draw.target / kinetic, fresh = (1 - draw.keep) * ratio;
  const double square = draw.keep + fresh * (draw.normal * draw.normal + draw.squares) + 2 * draw.normal * sqrt(draw.keep * fresh);
  const double factor = square > 0 ? sqrt(square) : 0;
  return draw.normal * sqrt(fresh) + sqrt(draw.keep) < 0 ? -factor : factor;
}

}  // namespace ronchi::md
