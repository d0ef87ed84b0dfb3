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

/// The same quantity in another form, with the right limits for the potential near the nucleus and far from it:
///   f(q) = sum_i a_i (2 + b_i q^2) / (1 + b_i q^2)^2
/// (Lobato & Van Dyck, Acta Cryst. A70, 636 (2014), eq. 16). Terms of several elements nearly cancel: double precision only.
struct LobatoFactor {
  const char* symbol;
  double a[5], b[5];
  [[nodiscard]] double operator()(double q) const;
};
extern const LobatoFactor lobato_factors[103];

/// Which published table of scattering factors is used.
enum class Parametrization { kirkland, lobato };

/// Scattering factor in A of an element at q in 1/A.
[[nodiscard]] double scattering_factor(Parametrization table, int atomic_number, double q);

/// Atomic number of a chemical symbol; Failure(usage) that names the symbol if the table does not have it (Kirkland: up to Cf,
/// Lobato: up to Lr).
[[nodiscard]] int atomic_number(std::string_view symbol, Parametrization table = Parametrization::kirkland);
/// Of an atomic number 1 to 98.
[[nodiscard]] const ScatteringFactor& scattering_factor(int atomic_number);

}  // namespace ronchi::physics
