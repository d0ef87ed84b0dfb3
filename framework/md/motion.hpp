// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>

#include "framework/device.hpp"

/// What thermostats and the removal of drift do with the sums over a cluster: for the host and for devices, in operations that are
/// rounded alike everywhere.
namespace ronchi::md {

inline constexpr double boltzmann = 8.617333262e-5;  ///< eV/K (CODATA 2018)
inline constexpr double longest_step = 0.5;          ///< A; above the inner skin, so that a longer one never goes unnoticed
/// What rounding adds to a distance at most: distances of the lists are taken in T, from positions rounded to T. A.
inline constexpr double rounding_margin = 1e-3;

/// The random numbers of one step of Bussi's thermostat: a normal one and the sum of the squares of all others.
struct BussiDraws {
  double normal, squares;
};

/// The factor for all velocities: Bussi, Donadio & Parrinello, J. Chem. Phys. 126, 014101 (2007), eq. A7, with the sign of its
/// footnote. `kept` is exp(-interval / time constant); energies in eV.
RONCHI_FUNCTION double bussi_scale(double kinetic, double temperature, double kept, const BussiDraws& draws) {
  using std::sqrt;
  if (!(kinetic > 0)) return 1;
  const double first = draws.normal, ratio = 0.5 * boltzmann * temperature / kinetic;  // wanted / found, per degree of freedom
  const double square = kept + (1 - kept) * ratio * (first * first + draws.squares) + 2 * first * sqrt(kept * (1 - kept) * ratio);
  const double factor = sqrt(square > 0 ? square : 0);
  return first * sqrt((1 - kept) * ratio) + sqrt(kept) < 0 ? -factor : factor;
}

/// Sums over the atoms of a cluster: m v (3), m x (3), m x cross v (3), m xx, m yy, m zz, m xy, m xz, m yz.
inline constexpr int moment_sums = 15;

/// What to take from the velocities: velocity + turn cross (x - centre).
struct Drift {
  double velocity[3], turn[3], centre[3];
};

/// Solves I w = l for an inertia tensor by elimination with the largest pivot. A direction of less inertia than `least` (atoms in a
/// line, or one alone) has no angular momentum either and gets no rotation.
RONCHI_FUNCTION void solve_rotation(double (&inertia)[3][3], double (&l)[3], double least, double (&w)[3]) {
  int order[3] = {0, 1, 2}, rank = 0;
  for (; rank < 3; ++rank) {
    int best = rank;
    for (int k = rank; k < 3; ++k)
      if (inertia[order[k]][order[k]] > inertia[order[best]][order[best]]) best = k;
    const int p = order[best];
    order[best] = order[rank];
    order[rank] = p;
    if (!(inertia[p][p] > least)) break;
    for (int k = rank + 1; k < 3; ++k) {
      const int q = order[k];
      const double factor = inertia[q][p] / inertia[p][p];
      for (int c = 0; c < 3; ++c) inertia[q][c] -= factor * inertia[p][c];
      l[q] -= factor * l[p];
    }
  }
  w[0] = w[1] = w[2] = 0;
  for (int k = rank; k-- > 0;) {
    const int p = order[k];
    double rest = l[p];
    for (int m = k + 1; m < rank; ++m) rest -= inertia[p][order[m]] * w[order[m]];
    w[p] = rest / inertia[p][p];
  }
}

/// Drift and, if asked, rotation about the centre of mass of a cluster with these sums.
RONCHI_FUNCTION Drift drift_of(double mass, const double (&s)[moment_sums], bool rotation) {
  Drift d{{s[0] / mass, s[1] / mass, s[2] / mass}, {0, 0, 0}, {s[3] / mass, s[4] / mass, s[5] / mass}};
  if (!rotation) return d;
  const double(&x)[3] = d.centre;
  const double trace = s[9] + s[10] + s[11], square = x[0] * x[0] + x[1] * x[1] + x[2] * x[2];
  double inertia[3][3], l[3];
  for (int a = 0; a < 3; ++a) {
    const int b = (a + 1) % 3, c = (a + 2) % 3;
    l[a] = s[6 + a] - (x[b] * s[c] - x[c] * s[b]);
    for (int k = 0; k < 3; ++k) {
      const double moment = a == k ? s[9 + a] : s[11 + a + k];  // 12: xy, 13: xz, 14: yz
      inertia[a][k] = (a == k ? trace - mass * square : 0) - (moment - mass * x[a] * x[k]);
    }
  }
  solve_rotation(inertia, l, 1e-9 * trace, d.turn);
  return d;
}

}  // namespace ronchi::md
