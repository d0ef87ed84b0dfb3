// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/physics/scattering.hpp"

#include <gtest/gtest.h>

#include <numbers>
#include <string>

#include "framework/base/error.hpp"
#include "framework/physics/electrons.hpp"

namespace ronchi::physics {

TEST(Electrons, WavelengthsAreThoseOfTheTextbooks) {
  // Williams & Carter, Transmission Electron Microscopy (2009), table 1.2: relativistic wavelengths in nm.
  EXPECT_NEAR(wavelength(100), 0.0370, 5e-5);
  EXPECT_NEAR(wavelength(120), 0.0335, 5e-5);
  EXPECT_NEAR(wavelength(200), 0.0251, 5e-5);
  EXPECT_NEAR(wavelength(300), 0.0197, 5e-5);
  EXPECT_NEAR(wavelength(400), 0.0164, 5e-5);
  EXPECT_NEAR(relativistic_mass(200), 1.391, 5e-4);
}

TEST(Electrons, InteractionParameterOfThePublishedConstants) {
  // lambda in A and sigma in rad/(V A) from the CODATA 2018 constants in SI units, evaluated independently.
  const double energies[] = {80, 200, 300}, lambda[] = {0.04175716, 0.02507934, 0.01968749},
               sigma[] = {1.00870660e-3, 7.28840104e-4, 6.52616142e-4};
  for (int i = 0; i < 3; ++i) {
    EXPECT_NEAR(wavelength(energies[i]), lambda[i], 1e-8);
    EXPECT_NEAR(interaction_parameter(energies[i]), sigma[i], 1e-8 * sigma[i]);
  }
  EXPECT_NEAR(potential_of_scattering, 47.877647, 1e-6);
  const double h = 6.62607015e-34, m = 9.1093837015e-31, e = 1.602176634e-19;
  EXPECT_NEAR(potential_of_scattering, h * h / (2 * std::numbers::pi * m * e) * 1e20, 1e-7);
}

TEST(ScatteringFactors, FollowTheirPublishedFormulaAndCoefficients) {
  // Kirkland's coefficients evaluated independently at 0, 0.25, 0.5, 1, 2 1/A.
  const double q[] = {0, 0.25, 0.5, 1, 2};
  const auto expect = [&](const char* symbol, const double(&values)[5]) {
    for (int i = 0; i < 5; ++i)
      EXPECT_NEAR(scattering_factor(atomic_number(symbol))(q[i]), values[i], 6e-6) << symbol << " at " << q[i];
  };
  expect("Ag", {8.67228, 6.73236, 4.52111, 2.18476, 0.75827});
  expect("Co", {6.85295, 4.86600, 2.92221, 1.41623, 0.48520});
  expect("C", {2.51136, 1.96742, 1.17004, 0.41270, 0.11683});
}

TEST(ScatteringFactors, AgreeWithAnIndependentParametrisation) {
  // Lobato & Van Dyck, Acta Cryst. A70 (2014) 636, another fit of another form: f = sum a (2 + b q^2) / (1 + b q^2)^2.
  const double q[] = {0, 0.25, 0.5, 1, 2, 4};
  const auto expect = [&](const char* symbol, const double(&values)[6]) {
    for (int i = 0; i < 6; ++i)
      EXPECT_NEAR(scattering_factor(atomic_number(symbol))(q[i]) / values[i], 1, 0.015) << symbol << " at " << q[i];
  };
  expect("Ga", {7.1088, 5.00859, 2.98861, 1.49879, 0.55514, 0.16083});
  expect("As", {7.4398, 5.56327, 3.28985, 1.54004, 0.58547, 0.17102});
  expect("Si", {5.836, 3.94212, 1.96771, 0.74291, 0.27051, 0.0762});
  expect("Al", {5.88983, 3.65383, 1.73704, 0.69921, 0.25542, 0.07065});
}

TEST(LobatoFactors, FollowTheirPublishedFormulaAndCoefficients) {
  // Evaluated independently at 0, 0.25, 0.5, 1, 2 1/A.
  const double q[] = {0, 0.25, 0.5, 1, 2};
  const auto expect = [&](const char* symbol, const double(&values)[5]) {
    for (int i = 0; i < 5; ++i)
      EXPECT_NEAR(scattering_factor(Parametrization::lobato, atomic_number(symbol), q[i]), values[i], 6e-6)
          << symbol << " at " << q[i];
  };
  expect("Ag", {8.67100, 6.72662, 4.53324, 2.17224, 0.76629});
  expect("Co", {6.85080, 4.89810, 2.94261, 1.41960, 0.48540});
  expect("C", {2.50970, 1.96999, 1.16916, 0.41280, 0.11716});
}

TEST(LobatoFactors, AgreeWithKirklandsForEveryElement) {
  // In the forward direction the two differ where the outer electrons were given to other shells (Cr, Ir, Po).
  for (int z = 1; z <= 98; ++z) {
    EXPECT_STREQ(lobato_factors[z - 1].symbol, scattering_factors[z - 1].symbol);
    for (double q = 0; q <= 4; q += 0.25) {
      const double kirkland = scattering_factor(Parametrization::kirkland, z, q);
      EXPECT_NEAR(scattering_factor(Parametrization::lobato, z, q) / kirkland, 1, q < 0.5 ? 0.12 : 0.035)
          << scattering_factors[z - 1].symbol << " at " << q;
    }
  }
}

TEST(LobatoFactors, TendToRutherfordScatteringAtHighAngles) {
  // This form has the limit as a constraint: sum a_i / b_i = Z / (2 pi^2 a0).
  for (int z = 1; z <= 103; ++z)
    EXPECT_NEAR(2 * std::numbers::pi * std::numbers::pi * 0.529177 * 1e8 * lobato_factors[z - 1](1e4) / z, 1, 1e-3)
        << lobato_factors[z - 1].symbol;
}

TEST(ScatteringFactors, TendToRutherfordScatteringAtHighAngles) {
  // Mott-Bethe: f(q) = (Z - f_x(q)) / (2 pi^2 a0 q^2), and f_x vanishes, so q^2 f tends to Z / (2 pi^2 a0); the fits stop at
  // 12 1/A and miss the limit by up to a tenth.
  const double bohr = 0.529177;
  for (int z = 1; z <= 98; ++z) {
    const ScatteringFactor& f = scattering_factor(z);
    EXPECT_NEAR(2 * std::numbers::pi * std::numbers::pi * bohr * 1e8 * f(1e4) / z, 1, 0.1) << f.symbol;
    for (double q = 0; q < 6; q += 0.25) EXPECT_GT(f(q), f(q + 0.25)) << f.symbol << " falls with the angle";
  }
}

TEST(ScatteringFactors, AnUnknownElementIsNamed) {
  EXPECT_EQ(atomic_number("Ga"), 31);
  EXPECT_EQ(atomic_number("As"), 33);
  EXPECT_EQ(atomic_number("Lr", Parametrization::lobato), 103);
  EXPECT_THROW((void)atomic_number("Lr"), Failure) << "Kirkland's table ends with Cf";
  try {
    (void)atomic_number("Xx");
    FAIL() << "there is no element Xx";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.error().fault, Fault::usage);
    EXPECT_NE(failure.error().message.find("Xx"), std::string::npos);
  }
}

}  // namespace ronchi::physics
