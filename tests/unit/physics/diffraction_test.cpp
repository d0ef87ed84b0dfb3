// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/physics/diffraction.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "framework/base/error.hpp"
#include "framework/physics/electrons.hpp"
#include "framework/physics/phase.hpp"

namespace ronchi::physics {

namespace {

constexpr double pi = std::numbers::pi;
Illumination at(double energy, double precession = 0) { return {wavelength(energy), relativistic_mass(energy), precession}; }

const Reflection* find(const std::vector<Reflection>& list, double up, double across) {
  const auto it = std::find_if(list.begin(), list.end(), [&](const Reflection& r) {
    return std::abs(r.up - up) < 1e-9 && std::abs(r.across - across) < 1e-9;
  });
  return it == list.end() ? nullptr : &*it;
}

}  // namespace

TEST(Reflections, ExtinctionDistancesAreThoseOfTheTextbooks) {
  // Two-beam extinction distances at 100 kV in A: Hirsch et al., Electron Microscopy of Thin Crystals (1977), also Williams &
  // Carter (2009), table 13.2. They were computed from older scattering factors: 3 %.
  const auto distance = [](const Crystal& crystal, const Miller& zone, const Miller& hkl) {
    for (const auto& r : zone_reflections(crystal, zone, hkl, 1, at(100)))
      if (r.hkl == hkl) return 1 / r.inverse_extinction;
    return 0.0;
  };
  const Crystal silicon = zinc_blende(14, 14, 5.431, 0);
  EXPECT_NEAR(distance(silicon, {1, -1, 0}, {1, 1, 1}), 602, 0.03 * 602);
  EXPECT_NEAR(distance(silicon, {1, -1, 0}, {2, 2, 0}), 757, 0.03 * 757);
}

TEST(Reflections, TwinIsTheMirrorImageAcrossTheGrowthAxis) {
  const auto phases = gallium_arsenide();
  const auto crystal = reflections_of(phases[0], 1.2, at(200)), twin = reflections_of(phases[1], 1.2, at(200));
  ASSERT_EQ(crystal.size(), twin.size());
  ASSERT_GT(crystal.size(), 30u);
  int unmatched = 0;
  for (const Reflection& r : crystal) {
    const Reflection* mirrored = find(twin, r.up, -r.across);
    ASSERT_NE(mirrored, nullptr) << r.hkl[0] << r.hkl[1] << r.hkl[2];
    EXPECT_NEAR(mirrored->inverse_extinction, r.inverse_extinction, 1e-12);
    const Reflection* friedel = find(crystal, -r.up, -r.across);
    ASSERT_NE(friedel, nullptr);
    EXPECT_NEAR(friedel->inverse_extinction, r.inverse_extinction, 1e-12);
    if (find(twin, r.up, r.across) == nullptr) ++unmatched;
  }
  EXPECT_GT(unmatched, 10) << "the twin must differ from the crystal";
}

TEST(Reflections, PatternGeometryOfZincBlendeAndWurtzite) {
  const auto phases = gallium_arsenide();
  const auto zb = reflections_of(phases[0], 0.6, at(200)), wz = reflections_of(phases[2], 0.6, at(200));
  const double a = 5.6533, c = 6.564, d111 = std::sqrt(3.0) / a;
  EXPECT_NE(find(zb, d111, 0), nullptr);
  // {111} at 70.53 degrees (cos = 1/3) from the growth axis, either side by the choice of the zone.
  const double angle = std::acos(1.0 / 3);
  const bool left = find(zb, d111 * std::cos(angle), d111 * std::sin(angle)) != nullptr;
  const bool right = find(zb, d111 * std::cos(angle), -d111 * std::sin(angle)) != nullptr;
  EXPECT_NE(left, right);
  EXPECT_EQ(find(wz, 1 / c, 0), nullptr);
  EXPECT_NE(find(wz, 2 / c, 0), nullptr);
  for (const double sign : {-1.0, 1.0})
    for (const int l : {-1, 0, 1}) EXPECT_NE(find(wz, l / c, sign * 2 / (std::sqrt(3.0) * 3.989)), nullptr) << "10-1" << l;
}

TEST(Reflections, UpMustLieInTheZone) {
  EXPECT_THROW((void)zone_reflections(zinc_blende(31, 33, 5.65, 0), {1, -1, 0}, {1, 0, 0}, 1, at(200)), Failure);
  EXPECT_THROW((void)zone_reflections(zinc_blende(31, 33, 5.65, 0), {0, 0, 0}, {1, 1, 1}, 1, at(200)), Failure);
}

TEST(Precession, MeanEqualsItsFourierBesselIntegral) {
  // sinc^2 is the transform of the triangle: <sinc^2(u + v cos a)> = 2 int_0^1 (1 - k) cos(2 pi k u) J0(2 pi k v) dk (midpoint
  // rule).
  for (const auto& [u, v] : {std::pair{0.0, 0.3}, {0.7, 0.0}, {1.3, 2.0}, {-4.0, 3.5}, {2.0, 25.0}, {30.0, 12.0}}) {
    double integral = 0;
    constexpr int points = 200000;
    for (int i = 0; i < points; ++i) {
      const double k = (i + 0.5) / points;
      integral += 2 * (1 - k) * std::cos(2 * pi * k * u) * std::cyl_bessel_j(0.0, 2 * pi * k * v) / points;
    }
    EXPECT_NEAR(precession_mean(u, v), integral, 1e-7) << u << " " << v;
  }
}

TEST(Precession, TendsToTheIntegratedIntensityWithItsLorentzFactor) {
  for (const double u : {0.0, 40.0, 100.0, -150.0}) {
    const double v = 200;
    EXPECT_NEAR(precession_mean(u, v) * pi * std::sqrt(v * v - u * u), 1, 0.02) << u;
  }
  EXPECT_LT(precession_mean(60, 50), 1e-3) << "out of the cone's reach";
}

TEST(Precession, RedistributesTheRockingCurveWithoutChangingItsArea) {
  // The integral of sinc^2 is 1, so that of its mean over shifts is too; band-limited, hence exact on a grid of step 1/2 but for
  // its tails.
  for (const double v : {0.0, 1.0, 7.5}) {
    double area = 0;
    for (int i = -4000; i <= 4000; ++i) area += 0.5 * precession_mean(0.5 * i, v);
    EXPECT_NEAR(area, 1, 1e-3) << v;
  }
}

TEST(Intensity, OfAStandingBeamIsTheKinematicalFormula) {
  const Reflection r{{1, 1, 1}, 0.3, 0, 0.3, 1 / 600.0};
  const Illumination beam = at(200);
  const double t = 100, s = 0.3 * 0.01 - beam.wavelength * 0.09 / 2;
  const double expected = std::pow(pi * t / 600, 2) * std::pow(std::sin(pi * t * s) / (pi * t * s), 2);
  EXPECT_NEAR(intensity(r, beam, {0.01, 0.5}, t), expected, 1e-12);
  // At the Bragg position, g . tilt = lambda g^2 / 2.
  EXPECT_NEAR(intensity(r, beam, {beam.wavelength * 0.3 / 2, 0}, t), std::pow(pi * t / 600, 2), 1e-12);
}

TEST(Phase, IsTurnedInItsPlane) {
  Phase phase;
  phase.structure = Structure::fcc;
  phase.elements = {"Al"};
  phase.a = 4.05;
  phase.zone = {0, 0, 1};
  phase.up = {2, 0, 0};
  const auto before = reflections_of(phase, 1, at(200));
  phase.in_plane = 30;
  const auto turned = reflections_of(phase, 1, at(200));
  ASSERT_EQ(before.size(), turned.size());
  const double c = std::sqrt(3.0) / 2, s = 0.5;
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_NEAR(turned[i].up, c * before[i].up - s * before[i].across, 1e-12);
    EXPECT_NEAR(turned[i].across, s * before[i].up + c * before[i].across, 1e-12);
    EXPECT_EQ(turned[i].inverse_extinction, before[i].inverse_extinction);
  }
}

}  // namespace ronchi::physics
