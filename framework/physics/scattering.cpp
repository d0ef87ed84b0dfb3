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

int atomic_number(std::string_view symbol) {
  for (int z = 1; z <= 98; ++z)
    if (symbol == scattering_factors[z - 1].symbol) return z;
  fail(Fault::usage, "Write the chemical symbol of an element from H to Cf, such as Ga.", "'{}' is not an element", symbol);
}

const ScatteringFactor& scattering_factor(int atomic_number) {
  if (atomic_number < 1 || atomic_number > 98)
    fail(Fault::internal, "", "no scattering factor for atomic number {}; the table has 1 to 98", atomic_number);
  return scattering_factors[atomic_number - 1];
}

}  // namespace ronchi::physics
