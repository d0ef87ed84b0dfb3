// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/physics/scattering.hpp"

#include <cmath>

#include "framework/base/error.hpp"

namespace ronchi::physics {

double ScatteringFactor::operator()(double q) const {
  const double q2 = q * q;
  double f = 0;
  for (int i = 0; i < 3; ++i) f += a[i] / (q2 + b[i]) + c[i] * std::exp(-d[i] * q2);
  return f;
}

double LobatoFactor::operator()(double q) const {
  const double q2 = q * q;
  double f = 0;
  for (int i = 0; i < 5; ++i) f += a[i] * (2 + b[i] * q2) / ((1 + b[i] * q2) * (1 + b[i] * q2));
  return f;
}

namespace {

int elements(Parametrization table) { return table == Parametrization::lobato ? 103 : 98; }

}  // namespace

int atomic_number(std::string_view symbol, Parametrization table) {
  for (int z = 1; z <= elements(table); ++z)
    if (symbol == lobato_factors[z - 1].symbol) return z;
  fail(Fault::usage,
       table == Parametrization::lobato ? "Write the chemical symbol of an element from H to Lr, such as Ga."
                                        : "Write the chemical symbol of an element from H to Cf, such as Ga.",
       "'{}' is not an element", symbol);
}

double scattering_factor(Parametrization table, int atomic_number, double q) {
  if (table == Parametrization::kirkland) return scattering_factor(atomic_number)(q);
  if (atomic_number < 1 || atomic_number > 103)
    fail(Fault::internal, "", "no scattering factor for atomic number {}; the table has 1 to 103", atomic_number);
  return lobato_factors[atomic_number - 1](q);
}

const ScatteringFactor& scattering_factor(int atomic_number) {
  if (atomic_number < 1 || atomic_number > 98)
    fail(Fault::internal, "", "no scattering factor for atomic number {}; the table has 1 to 98", atomic_number);
  return scattering_factors[atomic_number - 1];
}

}  // namespace ronchi::physics
