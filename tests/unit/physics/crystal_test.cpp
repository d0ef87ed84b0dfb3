// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/physics/crystal.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "framework/physics/scattering.hpp"

namespace ronchi::physics {

namespace {

constexpr double a = 5.6533;
Crystal gallium_arsenide() { return zinc_blende(31, 33, a, 0); }
double amplitude(const Crystal& crystal, const Miller& hkl) { return std::abs(crystal.structure_factor(hkl)); }
double factor(int z, const Crystal& crystal, const Miller& hkl) {
  const Vec3 g = crystal.reciprocal(hkl);
  return scattering_factor(z)(std::sqrt(dot(g, g)));
}

}  // namespace

TEST(Crystal, LengthsOfReciprocalVectors) {
  const Vec3 g = gallium_arsenide().reciprocal({1, 1, 1});
  EXPECT_NEAR(std::sqrt(dot(g, g)), std::sqrt(3.0) / a, 1e-12);
  const Crystal w = wurtzite(31, 33, 3.989, 6.564, 0.375, 0);
  const Vec3 basal = w.reciprocal({1, 0, 0}), axial = w.reciprocal({0, 0, 2});
  EXPECT_NEAR(std::sqrt(dot(basal, basal)), 2 / (std::sqrt(3.0) * 3.989), 1e-12);
  EXPECT_NEAR(std::sqrt(dot(axial, axial)), 2 / 6.564, 1e-12);
  EXPECT_NEAR(w.volume(), std::sqrt(3.0) / 2 * 3.989 * 3.989 * 6.564, 1e-9);
}

TEST(ZincBlende, ReflectionsOfThreeKindsAndTheExtinctOnes) {
  const Crystal c = gallium_arsenide();
  for (const Miller& hkl : {Miller{2, 0, 0}, Miller{0, 0, 2}, Miller{2, 2, 2}, Miller{6, 0, 0}}) {  // h + k + l = 4n + 2
    EXPECT_NEAR(amplitude(c, hkl), 4 * std::abs(factor(31, c, hkl) - factor(33, c, hkl)), 1e-9);
    EXPECT_GT(amplitude(c, hkl), 1e-2) << "weak, not extinct";
  }
  for (const Miller& hkl : {Miller{2, 2, 0}, Miller{4, 0, 0}, Miller{4, 2, 2}})  // 4n
    EXPECT_NEAR(amplitude(c, hkl), 4 * (factor(31, c, hkl) + factor(33, c, hkl)), 1e-9);
  for (const Miller& hkl : {Miller{1, 1, 1}, Miller{-1, -1, 1}, Miller{3, 1, 1}, Miller{3, 3, 1}})  // odd
    EXPECT_NEAR(amplitude(c, hkl), 4 * std::hypot(factor(31, c, hkl), factor(33, c, hkl)), 1e-9);
  for (const Miller& hkl : {Miller{1, 0, 0}, Miller{1, 1, 0}, Miller{2, 1, 0}, Miller{2, 1, 1}})  // mixed
    EXPECT_NEAR(amplitude(c, hkl), 0, 1e-9);
}

TEST(ZincBlende, OfOneElementIsDiamondWithout200) {
  const Crystal silicon = zinc_blende(14, 14, 5.431, 0);
  EXPECT_NEAR(amplitude(silicon, {2, 0, 0}), 0, 1e-9);
  EXPECT_NEAR(amplitude(silicon, {2, 2, 2}), 0, 1e-9);
}

TEST(Fcc, HasUnmixedReflectionsAlone) {
  const Crystal c = fcc(13, 4.05, 0);
  for (const Miller& hkl : {Miller{1, 1, 1}, Miller{2, 0, 0}, Miller{2, 2, 0}, Miller{3, 1, 1}})
    EXPECT_NEAR(amplitude(c, hkl), 4 * factor(13, c, hkl), 1e-9);
  for (const Miller& hkl : {Miller{1, 0, 0}, Miller{1, 1, 0}, Miller{2, 1, 1}}) EXPECT_NEAR(amplitude(c, hkl), 0, 1e-9);
}

TEST(ThetaPrime, IsBodyCentredWithAluminiumInPhaseOrAgainstCopper) {
  const Crystal c = theta_prime(29, 13, 4.04, 5.80, 0);
  EXPECT_EQ(c.atoms.size(), 6u);
  // Al at (0, 1/2, 1/4) and (0, 1/2, 3/4): cos(pi (2 k + l) / 2) + cos(pi (2 k + 3 l) / 2) times its factor.
  for (const Miller& hkl : {Miller{2, 0, 0}, Miller{0, 0, 4}})
    EXPECT_NEAR(amplitude(c, hkl), 2 * factor(29, c, hkl) + 4 * factor(13, c, hkl), 1e-9);
  for (const Miller& hkl : {Miller{1, 1, 0}, Miller{0, 0, 2}})
    EXPECT_NEAR(amplitude(c, hkl), std::abs(2 * factor(29, c, hkl) - 4 * factor(13, c, hkl)), 1e-9);
  EXPECT_NEAR(amplitude(c, {1, 0, 1}), 2 * factor(29, c, {1, 0, 1}), 1e-9) << "of copper alone";
  for (const Miller& hkl : {Miller{1, 0, 0}, Miller{1, 1, 1}, Miller{0, 0, 1}}) EXPECT_NEAR(amplitude(c, hkl), 0, 1e-9);
}

TEST(Wurtzite, GlidePlaneExtinguishesOddOrdersOfTheAxis) {
  const Crystal c = wurtzite(31, 33, 3.989, 6.564, 0.375, 0);
  for (int l = -5; l <= 5; l += 2) {
    EXPECT_NEAR(amplitude(c, {0, 0, l}), 0, 1e-9);
    EXPECT_NEAR(amplitude(c, {1, 1, l}), 0, 1e-9);  // hh(-2h)l
    EXPECT_NEAR(amplitude(c, {-2, -2, l}), 0, 1e-9);
  }
  EXPECT_GT(amplitude(c, {0, 0, 2}), 1);
  EXPECT_GT(amplitude(c, {1, 0, 1}), 1) << "which zinc blende does not have";
}

TEST(Wurtzite, IdealOneHasTheSameLayersAsZincBlende) {
  // The same bilayers in another stacking: along the axis, where the stacking does not show, the amplitude per atom is the same.
  const double aw = a / std::sqrt(2.0);
  const Crystal w = wurtzite(31, 33, aw, aw * std::sqrt(8.0 / 3), 0.375, 0), z = gallium_arsenide();
  EXPECT_NEAR(w.volume() / 4, z.volume() / 8, 1e-9);
  EXPECT_NEAR(amplitude(w, {0, 0, 2}) / 4, amplitude(z, {1, 1, 1}) / 8, 1e-9);
  EXPECT_NEAR(amplitude(w, {0, 0, 4}) / 4, amplitude(z, {2, 2, 2}) / 8, 1e-9);
  EXPECT_NEAR(amplitude(w, {1, 1, 0}) / 4, amplitude(z, {2, -2, 0}) / 8, 1e-9);
}

TEST(StructureFactor, FriedelsLawAndDebyeWallerDamping) {
  const Crystal still = wurtzite(31, 33, 3.989, 6.564, 0.374, 0), warm = wurtzite(31, 33, 3.989, 6.564, 0.374, 0.6);
  for (const Miller& hkl : {Miller{1, 0, 1}, Miller{1, 0, -2}, Miller{2, 1, 3}}) {
    const auto plus = still.structure_factor(hkl), minus = still.structure_factor({-hkl[0], -hkl[1], -hkl[2]});
    EXPECT_NEAR(plus.real(), minus.real(), 1e-12);
    EXPECT_NEAR(plus.imag(), -minus.imag(), 1e-12);
    const Vec3 g = still.reciprocal(hkl);
    EXPECT_NEAR(amplitude(warm, hkl), amplitude(still, hkl) * std::exp(-0.6 * dot(g, g) / 4), 1e-12);
  }
}

}  // namespace ronchi::physics
