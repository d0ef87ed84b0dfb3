// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <string>
#include <vector>

namespace ronchi::md {

/// One pair of species in the second-moment (Gupta, TB-SMA) potential
///   E = sum_i [ sum_j alpha(r_ij) - sqrt(sum_j Xi(r_ij)^2) ],
///   alpha(r) = A exp(-p (r / r0 - 1)),  Xi(r) = xi exp(-q (r / r0 - 1))   for r < inner
/// (Cleri & Rosato, Phys. Rev. B 48, 22 (1993), eqs. 1-3). From `inner` to `outer` both are polynomials of degree 3 to 5 in
/// r - outer, with value, first and second derivative continuous at `inner` and zero at `outer`.
struct GuptaPair {
  double a = 0;   ///< repulsion A, eV
  double xi = 0;  ///< hopping xi, eV
  double p = 0, q = 0;
  double r0 = 0;                ///< A
  double inner = 0, outer = 0;  ///< A
};

/// A system of one or two species. Pairs: 00, 11, 01.
struct Gupta {
  std::string name;
  std::array<std::string, 2> symbols;  ///< the second is empty for a pure metal
  std::array<double, 2> masses{};      ///< u
  std::array<GuptaPair, 3> pairs;

  [[nodiscard]] const GuptaPair& pair(int i, int j) const { return pairs[static_cast<std::size_t>(i == j ? i : 2)]; }
  [[nodiscard]] double cutoff() const;  ///< the largest `outer`, A
};

/// Coefficients of c[0] x^3 + c[1] x^4 + c[2] x^5, x = r - outer, that continue value exp(-k (r - ...)) smoothly: `value` and the
/// decay constant `decay` (1/A) of the exponential at `inner`.
[[nodiscard]] std::array<double, 3> smooth_tail(double value, double decay, double inner, double outer);

/// The sets that travel with the program (framework/md/gupta_sets.yaml), the default first.
[[nodiscard]] std::vector<std::string> potential_names();

/// The set of this name, or else the one in this YAML file (what is in it: framework/md/gupta_sets.yaml). Throws Failure: an
/// unknown name with the nearest one; what is wrong in a file, with its lines.
[[nodiscard]] Gupta potential(const std::string& name_or_file);

/// A hash of every number of the set: belongs into the key of whatever is computed with a file that can be edited.
[[nodiscard]] std::string fingerprint(const std::string& name_or_file);

}  // namespace ronchi::md
