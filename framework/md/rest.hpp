// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/kokkos.hpp"

namespace ronchi::md {

/// v -= u + w cross (x - centre) brings a cluster to rest.
struct Rest {
  double u[3] = {}, w[3] = {}, centre[3] = {};
};

/// Solves I w = l for an inertia tensor by elimination with the largest pivot. A direction of less inertia than `least` (atoms in a
/// line, or one alone) has no angular momentum either and gets no rotation.
KOKKOS_INLINE_FUNCTION void solve_rotation(double (&inertia)[3][3], double (&l)[3], double least, double (&w)[3]) {
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

/// From the sums of Kernels::moments over a cluster of this mass. For host and device, in operations that both round alike.
[[nodiscard]] KOKKOS_INLINE_FUNCTION Rest rest_of(const double (&s)[15], double mass, bool rotation) {
  Rest r{{s[0] / mass, s[1] / mass, s[2] / mass}, {0, 0, 0}, {s[3] / mass, s[4] / mass, s[5] / mass}};
  if (!rotation) return r;
  const double(&x)[3] = r.centre;
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
  solve_rotation(inertia, l, 1e-9 * trace, r.w);
  return r;
}

}  // namespace ronchi::md
