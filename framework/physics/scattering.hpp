// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string_view>

namespace ronchi::physics {

/// Electron scattering factor of a neutral atom, first Born approximation, rest mass (multiply by gamma for fast electrons):
///   f(q) = sum_i a_i / (q^2 + b_i) + c_i exp(-d_i q^2),  q = 1/d in 1/A, f in A
/// (Kirkland 2010, eq. C.15; fitted to relativistic Hartree-Fock factors for q up to 12 1/A).
struct ScatteringFactor {
  const char* symbol;
  double a[3], b[3], c[3], d[3];
  [[nodiscard]] double operator()(double q) const;
};

/// The table, by atomic number: scattering_factors[Z - 1].
extern const ScatteringFactor scattering_factors[98];

/// Atomic number of a chemical symbol; Failure(usage) that names the symbol if there is none up to Cf.
[[nodiscard]] int atomic_number(std::string_view symbol);
/// Of an atomic number 1 to 98.
[[nodiscard]] const ScatteringFactor& scattering_factor(int atomic_number);

}  // namespace ronchi::physics
