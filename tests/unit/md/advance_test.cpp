// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/md/advance.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "framework/md/cluster.hpp"
#include "tests/unit/md/clusters.hpp"

namespace ronchi::md {
namespace {

using testing::ball;

const KernelSet& best() { return *available_kernels().sets[0]; }

Trajectory thermal(std::size_t atoms, double cobalt, double temperature, double duration, Thermostat thermostat) {
  Trajectory t;
  t.particle = ball(atoms, cobalt, 0, 1);
  t.legs = {{duration, temperature, temperature, thermostat, 0.1}};
  t.seed = 42;
  t.item = atoms;
  return t;
}

void go(Trajectory& t, const Settings& settings = {}) {
  advance_one(t, potential("AgCo-P1"), settings, best());
  EXPECT_EQ(t.fault, "");
}

Settings free_of_control(Precision precision) {
  Settings settings;
  settings.precision = precision;
  settings.drift_every = 0;
  return settings;
}

TEST(Advance, ConservesEnergy) {
  // The energy of velocity Verlet fluctuates by some (omega dt)^2 of kT / sqrt(N) an atom; what counts is that it stays there.
  for (const auto precision : {Precision::mixed, Precision::double_precision}) {
    const Settings settings = free_of_control(precision);
    Trajectory t = thermal(55, 0.3, 300, 2, Thermostat::bussi);
    go(t, settings);
    const double before = t.potential_energy + t.kinetic_energy;
    t.legs = {{10, 0, 0, Thermostat::none}};
    go(t, settings);
    EXPECT_NEAR((t.potential_energy + t.kinetic_energy - before) / 55, 0, 2e-6);
    EXPECT_GT(t.kinetic_energy, 55 * boltzmann * 150) << "and it moved";
  }
}

TEST(Advance, RunsBackwards) {
  const Settings settings = free_of_control(Precision::double_precision);
  Trajectory t = thermal(55, 0.3, 600, 0.4, Thermostat::none);
  const auto start = t.particle.positions;
  go(t, settings);
  double way = 0;
  for (std::size_t k = 0; k < start.size(); ++k) way = std::max(way, std::abs(t.particle.positions[k] - start[k]));
  EXPECT_GT(way, 0.3);
  for (double& v : t.velocities) v = -v;
  go(t, settings);
  for (std::size_t k = 0; k < start.size(); ++k) EXPECT_NEAR(t.particle.positions[k], start[k], 1e-9);
}

TEST(Advance, AgreesBetweenPrecisions) {
  // Nearby trajectories part exponentially; for a tenth of a picosecond rounding to 1e-6 A must not show.
  Trajectory a = thermal(200, 0.4, 500, 0.1, Thermostat::bussi), b = a;
  go(a, {});
  Settings settings;
  settings.precision = Precision::double_precision;
  go(b, settings);
  for (std::size_t k = 0; k < a.particle.positions.size(); ++k) EXPECT_NEAR(a.particle.positions[k], b.particle.positions[k], 2e-5);
  EXPECT_NEAR(a.potential_energy, b.potential_energy, 2e-3);
  EXPECT_NE(a.particle.positions, b.particle.positions);
}

void same(const Trajectory& a, const Trajectory& b) {
  EXPECT_EQ(a.particle.positions, b.particle.positions);
  EXPECT_EQ(a.velocities, b.velocities);
  EXPECT_EQ(a.potential_energy, b.potential_energy);
  EXPECT_EQ(a.kinetic_energy, b.kinetic_energy);
  EXPECT_EQ(a.rebuilds, b.rebuilds);
}

TEST(Advance, HasTheSameBytesOnEveryProcessor) {
  const auto list = available_kernels();
  const Gupta set = potential("AgCo-P1");
  for (const auto boundary : {Boundary::open, Boundary::periodic, Boundary::reflecting})
    for (const auto thermostat : {Thermostat::bussi, Thermostat::langevin})
      for (const auto precision : {Precision::mixed, Precision::double_precision}) {
        Trajectory t = thermal(70, 0.5, 1500, 0.15, thermostat);
        t.boundary = boundary;
        t.box = 14;
        Settings settings;
        settings.precision = precision;
        settings.drift_every = 0.05;
        Trajectory first = t;
        advance_one(first, set, settings, *list.sets[0]);
        EXPECT_EQ(first.fault, "");
        for (int k = 1; k < list.count; ++k) {
          Trajectory other = t;
          advance_one(other, set, settings, *list.sets[k]);
          same(first, other);
        }
      }
}

TEST(Advance, RampsAreLinear) {
  // Numbers of steps and kelvins are such that the temperatures of the two halves are those of the whole in every bit.
  for (const auto thermostat : {Thermostat::bussi, Thermostat::langevin}) {
    Trajectory whole = thermal(20, 0.5, 300, 1, thermostat);
    whole.legs = {{0.512, 256, 768, thermostat, 0.1}};
    Trajectory halves = whole;
    halves.legs = {{0.256, 256, 512, thermostat, 0.1}, {0.256, 512, 768, thermostat, 0.1}};
    Trajectory bent = whole;
    bent.legs = {{0.256, 256, 500, thermostat, 0.1}, {0.256, 500, 768, thermostat, 0.1}};
    go(whole);
    go(halves);
    go(bent);
    same(whole, halves);
    EXPECT_EQ(whole.steps, 512);
    EXPECT_NE(whole.velocities, bent.velocities);
  }
}

TEST(Advance, RampsArrive) {
  // 150 clusters at the end of 100 to 700 K in 20 ps; the thermostat lags by 30 K/ps x 0.1 ps x 2, as potential energy is half.
  std::vector<Trajectory> batch(150, thermal(13, 0.5, 100, 20, Thermostat::bussi));
  for (std::size_t k = 0; k < batch.size(); ++k) {
    batch[k].item = k;
    batch[k].legs = {{5, 100, 100}, {20, 100, 700}};
  }
  advance(batch, potential("AgCo-P1"), {});
  double mean = 0;
  for (const Trajectory& t : batch) mean += t.kinetic_energy / (0.5 * 33 * boltzmann) / 150;
  EXPECT_NEAR(mean, 694, 6 + 4 * 700 * std::sqrt(2 / 33.0 / 150));
}

Trajectory alone(Boundary boundary, const std::array<double, 3>& x, const std::array<double, 3>& v) {
  Trajectory t;
  t.particle = {{"Ag", "Co"}, {1}, {x.begin(), x.end()}};
  t.velocities.assign(v.begin(), v.end());
  t.boundary = boundary;
  t.box = 12;
  t.legs = {{1, 0, 0, Thermostat::none}};
  return t;
}

TEST(Walls, ReflectAnAtom) {
  // x = 5 + 0.01 A/fs * 1000 fs = 15 between walls at -6 and 6: turned back at 6, at -3 after 1000 fs.
  Trajectory t = alone(Boundary::reflecting, {5, -1, 0}, {0.01, -0.011, 0.001});
  go(t, free_of_control(Precision::double_precision));
  EXPECT_NEAR(t.particle.positions[0], -3, 1e-9);
  EXPECT_NEAR(t.particle.positions[1], 0, 1e-9) << "-12, turned back at -6";
  EXPECT_NEAR(t.particle.positions[2], 1, 1e-9);
  EXPECT_EQ(t.velocities, (std::vector<double>{-0.01, 0.011, 0.001}));
}

TEST(Walls, BringAnAtomInOnTheOtherSide) {
  Trajectory t = alone(Boundary::periodic, {5, -1, 0}, {0.01, -0.011, 0.001});
  go(t, free_of_control(Precision::double_precision));
  EXPECT_NEAR(t.particle.positions[0], 3, 1e-9);
  EXPECT_NEAR(t.particle.positions[1], 0, 1e-9);
  EXPECT_NEAR(t.particle.positions[2], 1, 1e-9);
  EXPECT_EQ(t.velocities, (std::vector<double>{0.01, -0.011, 0.001}));
}

TEST(Walls, DoNotShowInAPeriodicBox) {
  // A cluster that drifts through the walls swings as it does in free space.
  Trajectory open = thermal(13, 0.5, 300, 1, Thermostat::none);
  const Settings settings = free_of_control(Precision::double_precision);
  open.legs[0].duration = 0;
  go(open, settings);
  for (std::size_t i = 0; i < 13; ++i) open.velocities[3 * i] += 0.02;
  open.legs[0].duration = 1;
  Trajectory periodic = open;
  periodic.boundary = Boundary::periodic;
  periodic.box = 24;
  go(open, settings);
  go(periodic, settings);
  EXPECT_NEAR(open.potential_energy, periodic.potential_energy, 1e-9);
  EXPECT_NEAR(open.kinetic_energy, periodic.kinetic_energy, 1e-9);
  for (std::size_t k = 0; k < 39; ++k) {
    const double d = open.particle.positions[k] - periodic.particle.positions[k];
    EXPECT_NEAR(d, 24 * std::round(d / 24), 1e-9);
    EXPECT_LE(std::abs(periodic.particle.positions[k]), 12);
  }
}

TEST(Faults, OfOneDoNotDisturbTheOthers) {
  const Gupta set = potential("AgCo-P1");
  const Trajectory good = thermal(40, 0.5, 400, 0.2, Thermostat::bussi);
  std::vector<Trajectory> batch(9, good);
  for (std::size_t c = 0; c < 3; ++c) batch[1].particle.positions[c] = batch[1].particle.positions[3 + c];  // one place, two atoms
  batch[2].particle.positions[0] = std::numeric_limits<double>::quiet_NaN();
  batch[3].velocities.assign(120, 0);
  batch[3].velocities[5] = 3;  // A/fs
  batch[4].velocities.assign(120, std::numeric_limits<double>::infinity());
  batch[5].boundary = Boundary::periodic;
  batch[5].box = 9;
  batch[6].particle.species[7] = 2;
  batch[7].particle = {};
  for (std::size_t c = 0; c < 3; ++c) batch[8].particle.positions[c] = batch[8].particle.positions[3 + c] + (c == 0 ? 0.02 : 0);
  advance(batch, set, {});
  Trajectory reference = good;
  go(reference);
  same(batch[0], reference);
  for (const std::size_t k : {1, 2, 3, 4}) EXPECT_NE(batch[k].fault.find("exploded"), std::string::npos) << k << batch[k].fault;
  EXPECT_NE(batch[5].fault.find("a box of 9 A"), std::string::npos) << batch[5].fault;
  EXPECT_NE(batch[6].fault.find("species 2"), std::string::npos) << batch[6].fault;
  EXPECT_NE(batch[7].fault.find("0 atoms"), std::string::npos) << batch[7].fault;
  EXPECT_NE(batch[8].fault, "") << "two atoms 0.02 A apart";
}

}  // namespace
}  // namespace ronchi::md
