// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/support.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "framework/base/error.hpp"
#include "framework/physics/electrons.hpp"
#include "framework/wave/multislice.hpp"

namespace ronchi::wave {

namespace {

Support film(std::uint64_t item) {
  Random random(1, 2, item, 3);
  return amorphous_carbon(30, 24, 20, random);
}

}  // namespace

TEST(AmorphousCarbon, HasItsDensityAndItsDistances) {
  const Support support = film(0);
  // 1.9 g/cm3 of 12.011 g/mol.
  const double atoms = 1.9 / 12.011 * 6.02214076e23 * 1e-24 * 30 * 24 * 20;
  const auto& r = support.positions;
  ASSERT_EQ(r.size() % 3, 0u);
  EXPECT_NEAR(static_cast<double>(r.size()) / 3, atoms, 1);
  double least = 100, mean = 0;
  for (std::size_t i = 0; i < r.size(); i += 3) {
    for (std::size_t c = 0; c < 3; ++c) {
      EXPECT_GE(r[i + c], 0);
      EXPECT_LE(r[i + c], c == 0 ? 30 : c == 1 ? 24 : 20);
    }
    mean += r[i + 2];
    for (std::size_t j = 0; j < i; j += 3) {
      const double x = std::remainder(r[i] - r[j], 30), y = std::remainder(r[i + 1] - r[j + 1], 24), z = r[i + 2] - r[j + 2];
      least = std::min(least, x * x + y * y + z * z);
    }
  }
  EXPECT_GE(std::sqrt(least), 1.4);
  EXPECT_LT(std::sqrt(least), 1.45);
  EXPECT_NEAR(mean / atoms, 10, 5 * 20 / std::sqrt(12 * atoms));
}

TEST(AmorphousCarbon, IsAddressed) {
  EXPECT_EQ(film(7).positions, film(7).positions);
  EXPECT_NE(film(7).positions, film(8).positions);
}

TEST(AmorphousCarbon, TooDenseIsRefused) {
  Random random(1, 2, 3, 4);
  EXPECT_THROW((void)amorphous_carbon(15, 15, 15, random, 3.5, 2.0), Failure);
}

TEST(ExitWave, OfAFilmHasItsMeanInnerPotential) {
  // The mean phase of a film is lambda gamma f_e(0) times its atoms per area; |mean of psi| falls with the scattering.
  Settings settings;
  settings.grid = {128, 160, 0.1875};
  settings.slices = 1;
  const Support support = film(1);
  const std::string symbols[] = {"C"};
  const Multislice multislice(settings, symbols);
  Multislice::Workspace workspace(multislice);
  Field spectrum(static_cast<std::size_t>(settings.grid.pixels()));
  multislice.exit_wave({{}, {}, {}}, {}, workspace, spectrum.data(), &support);
  const double expected = physics::wavelength(200) * physics::relativistic_mass(200) *
                          physics::scattering_factor(physics::Parametrization::lobato, 6, 0) *
                          static_cast<double>(support.positions.size()) / 3 / (30 * 24);
  EXPECT_NEAR(std::arg(spectrum[0]), expected, 0.02 * expected);
  double total = 0;
  for (const auto& v : spectrum) total += std::norm(v);
  total /= std::pow(static_cast<double>(settings.grid.pixels()), 2);
  EXPECT_LT(total, 1.001);
  EXPECT_GT(total, 0.99);
}

TEST(ExitWave, OfASupportedParticleIsThatOfBothInTurn) {
  // A heavy atom above a light one: what the film adds is there, and the film comes after the particle. Two atoms in one slice
  // each multiply at their own height, so the wave of the pair differs from that of the two at one height by the propagation.
  Settings settings;
  settings.grid = {96, 96, 0.25};
  settings.slices = 1;
  const std::string symbols[] = {"Ag", "C"};
  const Multislice multislice(settings, symbols);
  Multislice::Workspace workspace(multislice);
  const Pose pose{physics::no_rotation, 12, 12};
  Support support;
  support.positions = {12, 12, 1};
  support.thickness = 2;
  support.gap = 30;
  Field supported(96 * 96), pair(96 * 96);
  multislice.exit_wave({{"Ag"}, {0}, {0, 0, 0}}, pose, workspace, supported.data(), &support);
  // The same as a particle of two atoms, the middle of which is 15.5 A below the first.
  Settings two = settings;
  two.thickness = 31;
  const Multislice other(two, symbols);
  Multislice::Workspace scratch(other);
  other.exit_wave({{"Ag", "C"}, {0, 1}, {0, 0, -15.5, 0, 0, 15.5 + 1e-6}}, pose, scratch, pair.data());
  const double lambda = physics::wavelength(200);
  for (std::int64_t i = 0; i < 96; ++i)
    for (std::int64_t j = 0; j < 96; ++j) {
      const double k2 = std::pow(settings.grid.frequency(i, 96), 2) + std::pow(settings.grid.frequency(j, 96), 2);
      const auto at = static_cast<std::size_t>(i * 96 + j);
      // The reference planes are 15.5 A apart.
      const auto moved = std::complex<double>(pair[at]) * std::polar(1.0, 3.14159265358979 * lambda * 15.5 * k2);
      EXPECT_NEAR(std::abs(std::complex<double>(supported[at]) - moved), 0, 0.02);
    }
}

}  // namespace ronchi::wave
