// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/aberrations.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "framework/physics/electrons.hpp"

namespace ronchi::wave {
namespace {

constexpr double pi = std::numbers::pi;
const double lambda = physics::wavelength(200);

/// The definition, in polar coordinates.
double polar_chi(const Aberrations& a, double kx, double ky) {
  const double alpha = lambda * std::hypot(kx, ky), phi = std::atan2(ky, kx);
  double sum = 0;
  for (const auto& t : aberration_terms()) {
    const double azimuth = t.azimuth == nullptr ? 0 : a.*t.azimuth * pi / 180;
    sum += a.*t.value * t.unit * std::pow(alpha, t.n + 1) / (t.n + 1) * std::cos(t.m * (phi - azimuth));
  }
  return 2 * pi / lambda * sum;
}

/// All 25 numbers different from 0.
Aberrations full() {
  Aberrations a;
  double v = 1;
  for (const auto& t : aberration_terms()) {
    v += 0.37;
    a.*t.value = static_cast<int>(v * 10) % 2 == 0 ? v : -v;
    if (t.azimuth != nullptr) a.*t.azimuth = 13 * v - 40;
  }
  return a;
}

TEST(Aberrations, AreTheTwentyFiveNumbersToFifthOrder) {
  int numbers = 0;
  for (const auto& t : aberration_terms()) {
    EXPECT_EQ((t.n + t.m) % 2, 1) << t.name;
    EXPECT_LE(t.m, t.n + 1) << t.name;
    EXPECT_EQ(t.azimuth == nullptr, t.m == 0) << t.name;
    EXPECT_EQ(std::string(t.name), "C" + std::to_string(t.n) + std::to_string(t.m));
    numbers += t.m == 0 ? 1 : 2;
  }
  EXPECT_EQ(numbers, 25);
  EXPECT_EQ(sizeof(Aberrations), 25 * sizeof(double)) << "each is in the table";
  EXPECT_EQ(config::table_of<Aberrations>()->options.size(), 25u);
}

TEST(Aberrations, EachCoefficientGivesItsClosedForm) {
  for (const auto& t : aberration_terms()) {
    Aberrations a;
    a.*t.value = 7;
    if (t.azimuth != nullptr) a.*t.azimuth = 23;
    const AberrationFunction f(a, lambda);
    for (const double k : {0.1, 0.7, 1.9})
      for (const double phi : {0.0, 0.4, 2.0, -1.3}) {
        const double x = k * std::cos(phi), y = k * std::sin(phi), expected = polar_chi(a, x, y);
        EXPECT_NEAR(f.chi(x, y), expected, 1e-12 * std::pow(lambda * k, t.n + 1) * 7 * t.unit * 2 * pi / lambda) << t.name;
      }
    // Along its azimuth the phase is that of a round lens: 2 pi / lambda C alpha^(n+1) / (n+1).
    const double along = t.azimuth == nullptr ? 0 : 23 * pi / 180;
    const double lobe = 2 * pi / lambda * 7 * t.unit * std::pow(lambda * 0.8, t.n + 1) / (t.n + 1);
    EXPECT_NEAR(f.chi(0.8 * std::cos(along), 0.8 * std::sin(along)), lobe, 1e-12 * lobe) << t.name;
  }
}

TEST(Aberrations, TogetherTheyAddUp) {
  const Aberrations a = full();
  const AberrationFunction f(a, lambda);
  for (double x = -1.5; x < 1.6; x += 0.61)
    for (double y = -1.4; y < 1.6; y += 0.53) EXPECT_NEAR(f.chi(x, y), polar_chi(a, x, y), 1e-9);
}

TEST(Aberrations, GradientIsThatOfFiniteDifferences) {
  const Aberrations a = full();
  const AberrationFunction f(a, lambda);
  const double h = 1e-5;
  for (double x = -1.2; x < 1.3; x += 0.4)
    for (double y = -1.2; y < 1.3; y += 0.3) {
      const auto slope = f.gradient(x, y);
      EXPECT_NEAR(slope[0], (polar_chi(a, x + h, y) - polar_chi(a, x - h, y)) / (2 * h), 1e-5 * (1 + std::abs(slope[0])));
      EXPECT_NEAR(slope[1], (polar_chi(a, x, y + h) - polar_chi(a, x, y - h)) / (2 * h), 1e-5 * (1 + std::abs(slope[1])));
    }
}

TEST(Aberrations, ScherzerFocusHasItsExtremumAndItsFirstZero) {
  for (const double C30 : {1200.0, -13.0}) {
    Aberrations a;
    a.C30 = C30;
    a.C10 = scherzer_defocus(C30, lambda);
    EXPECT_LT(a.C10 * C30, 0) << "underfocus for a positive C30";
    const AberrationFunction f(a, lambda);
    const double sign = C30 > 0 ? -1 : 1;
    const double k_zero = 1 / scherzer_resolution(C30, lambda);
    EXPECT_NEAR(f.chi(k_zero, 0), 0, 1e-9);
    EXPECT_GT(sign * f.chi(0.99 * k_zero, 0), 0);
    EXPECT_LT(sign * f.chi(1.01 * k_zero, 0), 0);
    EXPECT_NEAR(f.chi(k_zero / std::numbers::sqrt2, 0), sign * 2 * pi / 3, 1e-12) << "the extremum";
    EXPECT_NEAR(f.gradient(k_zero / std::numbers::sqrt2, 0)[0], 0, 1e-9);
  }
  // The numbers of textbooks: 1.15 sqrt(Cs lambda), 0.66 Cs^(1/4) lambda^(3/4); Cs = 1.2 mm at 200 kV.
  EXPECT_NEAR(scherzer_defocus(1200, lambda), -1.1547 * std::sqrt(1.2e7 * lambda) / 10, 0.01);
  EXPECT_NEAR(scherzer_resolution(1200, lambda), 0.66 * std::pow(1.2e7, 0.25) * std::pow(lambda, 0.75), 0.01);
}

}  // namespace
}  // namespace ronchi::wave
