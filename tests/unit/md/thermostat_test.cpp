// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/md/thermostat.hpp"

#include <Random123/philox.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "framework/md/advance.hpp"
#include "tests/unit/md/clusters.hpp"

namespace ronchi::md {
namespace {

using testing::ball;

struct Sample {
  double mean = 0, variance = 0, n = 0;
};

Sample sample_of(const std::vector<double>& values) {
  Sample s;
  s.n = static_cast<double>(values.size());
  for (const double v : values) s.mean += v / s.n;
  for (const double v : values) s.variance += (v - s.mean) * (v - s.mean) / (s.n - 1);
  return s;
}

/// Kinetic energies in units of kT follow the gamma distribution of shape degrees / 2: mean and variance are the shape. Four
/// standard errors; that of the variance s^2 is s^2 sqrt(2 / n + 6 / (shape n)).
void expect_gamma(const std::vector<double>& energies, double degrees) {
  const double shape = degrees / 2;
  const Sample s = sample_of(energies);
  EXPECT_NEAR(s.mean, shape, 4 * std::sqrt(shape / s.n)) << degrees << " degrees of freedom";
  EXPECT_NEAR(s.variance, shape, 4 * shape * std::sqrt(2 / s.n + 6 / (shape * s.n))) << degrees << " degrees of freedom";
}

/// Kinetic energies in kT of a cluster of 13 atoms, far enough apart in time to know nothing of each other.
std::vector<double> kinetic_energies(Thermostat thermostat, double drift_every, Boundary boundary) {
  constexpr double temperature = 400;
  Settings settings;
  settings.drift_every = drift_every;
  Trajectory t;
  t.particle = ball(13, 0.3, 0, 1);
  t.boundary = boundary;
  t.box = 25;
  t.seed = 3;
  t.legs = {{5, temperature, temperature, thermostat, 0.05}};
  const Gupta set = potential("AgCo-P1");
  std::vector<double> energies;
  for (int k = 0; k < 1200; ++k) {
    advance_one(t, set, settings, *available_kernels().sets[0]);
    EXPECT_EQ(t.fault, "");
    if (k > 0) energies.push_back(t.kinetic_energy / (boltzmann * temperature));
    t.legs[0].duration = 0.4;
  }
  return energies;
}

TEST(Thermostat, KineticEnergyOfBussiIsCanonical) {
  expect_gamma(kinetic_energies(Thermostat::bussi, 1, Boundary::open), 3 * 13 - 6);
  expect_gamma(kinetic_energies(Thermostat::bussi, 1, Boundary::periodic), 3 * 13 - 3);
}

TEST(Thermostat, KineticEnergyOfLangevinIsCanonical) {
  expect_gamma(kinetic_energies(Thermostat::langevin, 1, Boundary::open), 3 * 13 - 6);
  expect_gamma(kinetic_energies(Thermostat::langevin, 0, Boundary::open), 3 * 13);
  expect_gamma(kinetic_energies(Thermostat::langevin, 1, Boundary::reflecting), 3 * 13);
}

TEST(Thermostat, BussiAloneSamplesTheGammaDistributionAndForgetsExponentially) {
  // Without dynamics, K after a time t has the mean K0 exp(-t) + shape (1 - exp(-t)) kT.
  constexpr int degrees = 9, n = 20000;
  const double kt = boltzmann * 300;
  std::vector<double> early, late;
  for (std::uint64_t item = 0; item < n; ++item) {
    double kinetic = 20 * kt;
    for (std::uint32_t s = 0; s < 80; ++s) {
      kinetic *= std::pow(bussi_factor(kinetic, bussi_draw(300, degrees, 0.1, 11, item, s)), 2);
      if (s == 4) early.push_back(kinetic / kt);
    }
    late.push_back(kinetic / kt);
  }
  expect_gamma(late, degrees);
  const Sample s = sample_of(early);
  EXPECT_NEAR(s.mean, 20 * std::exp(-0.5) + 4.5 * (1 - std::exp(-0.5)), 4 * std::sqrt(s.variance / n));
}

TEST(Thermostat, BussiOfOneDegreeOfFreedom) {
  std::vector<double> late;
  for (std::uint64_t item = 0; item < 20000; ++item) {
    double kinetic = boltzmann * 300;
    for (std::uint32_t s = 0; s < 8; ++s) kinetic *= std::pow(bussi_factor(kinetic, bussi_draw(300, 1, 1, 12, item, s)), 2);
    late.push_back(kinetic / (boltzmann * 300));
  }
  expect_gamma(late, 1);
  EXPECT_EQ(bussi_factor(0, bussi_draw(300, 0, 1, 1, 1, 1)), 1) << "one atom at rest";
}

TEST(Thermostat, BothMetalsAreEquallyHot) {
  constexpr double temperature = 600;
  Settings settings;
  settings.drift_every = 0;
  Trajectory t;
  t.particle = ball(55, 0.5, 0, 2);
  t.legs = {{10, temperature, temperature, Thermostat::langevin, 0.05}};
  const Gupta set = potential("AgCo-P1");
  double sums[2][3] = {};
  double atoms[2] = {};
  for (const auto s : t.particle.species) ++atoms[s];
  constexpr int samples = 250;
  for (int k = -1; k < samples; ++k) {
    advance_one(t, set, settings, *available_kernels().sets[0]);
    t.legs[0].duration = 0.4;
    if (k < 0) continue;
    for (std::size_t i = 0; i < t.particle.size(); ++i)
      for (std::size_t c = 0; c < 3; ++c) {
        const std::size_t s = t.particle.species[i];
        sums[s][c] += set.masses[s] * dalton * t.velocities[3 * i + c] * t.velocities[3 * i + c] / (boltzmann * temperature);
      }
  }
  for (std::size_t s = 0; s < 2; ++s)
    for (std::size_t c = 0; c < 3; ++c)
      EXPECT_NEAR(sums[s][c] / (atoms[s] * samples), 1, 4 * std::sqrt(2 / (atoms[s] * samples))) << s << " " << c;
}

TEST(Thermostat, FirstVelocitiesAreThermal) {
  const Gupta set = potential("AgCo-P1");
  std::vector<std::uint8_t> species(20000);
  for (std::size_t i = 0; i < species.size(); ++i) species[i] = i % 2;
  const auto v = thermal_velocities(species, set, 300, 9, 4);
  std::vector<double> squares[2];
  for (std::size_t k = 0; k < v.size(); ++k)
    squares[k / 3 % 2].push_back(0.5 * set.masses[k / 3 % 2] * dalton * v[k] * v[k] / (boltzmann * 300));
  expect_gamma(squares[0], 1);
  expect_gamma(squares[1], 1);
  EXPECT_NE(thermal_velocities(species, set, 300, 9, 5), v);
  EXPECT_NE(thermal_velocities(species, set, 300, 8, 4), v);
}

std::array<double, 6> momenta(const Trajectory& t, const Gupta& set) {
  std::array<double, 6> m{};
  for (std::size_t i = 0; i < t.particle.size(); ++i) {
    const double* x = &t.particle.positions[3 * i];
    const double* v = &t.velocities[3 * i];
    const double mass = set.masses[t.particle.species[i]];
    for (std::size_t c = 0; c < 3; ++c) {
      m[c] += mass * v[c];
      m[3 + c] += mass * (x[(c + 1) % 3] * v[(c + 2) % 3] - x[(c + 2) % 3] * v[(c + 1) % 3]);
    }
  }
  return m;
}

TEST(Thermostat, ClustersAreKeptFromDriftingAndTurning) {
  const Gupta set = potential("AgCo-P1");
  for (const std::size_t atoms : {1, 2, 3, 55})
    for (const auto thermostat : {Thermostat::none, Thermostat::bussi, Thermostat::langevin}) {
      Trajectory t;
      t.particle = ball(atoms, 0.5, 0, 2);
      for (std::size_t i = 0; i < atoms; ++i) t.particle.positions[3 * i] += 40;
      t.legs = {{1, 500, 500, thermostat, 0.1}};
      advance_one(t, set, {}, *available_kernels().sets[0]);
      ASSERT_EQ(t.fault, "") << atoms << " atoms";
      double scale = 0;
      for (std::size_t k = 0; k < 3 * atoms; ++k) scale += 100 * std::abs(t.velocities[k]);
      for (const double m : momenta(t, set)) EXPECT_NEAR(m, 0, 1e-9 + 1e-10 * 50 * scale) << atoms;
      if (atoms > 1) { EXPECT_GT(t.kinetic_energy, 0); }
    }
}

TEST(Thermostat, DegreesOfFreedom) {
  EXPECT_EQ(degrees_of_freedom(55, Boundary::open, true), 159);
  EXPECT_EQ(degrees_of_freedom(55, Boundary::periodic, true), 162);
  EXPECT_EQ(degrees_of_freedom(55, Boundary::reflecting, true), 165);
  EXPECT_EQ(degrees_of_freedom(55, Boundary::open, false), 165);
  EXPECT_EQ(degrees_of_freedom(2, Boundary::open, true), 1);
  EXPECT_EQ(degrees_of_freedom(1, Boundary::open, true), 0);
}

TEST(Noise, IsBoxMullerOfPhilox) {
  const Gupta set = potential("AgCo-P1");
  const physics::Particle p = ball(100, 0.5, 0, 1);
  const unsigned key[2] = {0x12345678u, 0x9abcdef0u}, counter[3] = {77, 5, 0};
  const auto list = available_kernels();
  for (int k = 0; k < list.count; ++k) {
    const Cluster<float> cluster(p, set, Boundary::open, 0, {}, list.sets[k]->single_precision);
    cluster.kernels().randomise(cluster.body(), 0, 1, key, counter);
    for (unsigned i = 0; i < 100; ++i) {
      const auto w = r123::Philox4x32()({{i, counter[0], counter[1], counter[2]}}, {{key[0], key[1]}});
      const auto radius = [](std::uint32_t word) { return std::sqrt(-2 * std::log((word >> 8) * 0x1p-24 + 0x1p-25)); };
      const auto angle = [](std::uint32_t word) { return 2 * std::numbers::pi * static_cast<std::int32_t>(word) * 0x1p-32; };
      const double wanted[3] = {radius(w[0]) * std::cos(angle(w[1])), radius(w[0]) * std::sin(angle(w[1])),
                                radius(w[2]) * std::cos(angle(w[3]))};
      for (std::size_t c = 0; c < 3; ++c)
        EXPECT_NEAR(cluster.body().velocity[c][i] / cluster.body().noise[i], wanted[c], 4e-6)
            << list.sets[k]->single_precision.name;
    }
  }
}

}  // namespace
}  // namespace ronchi::md
