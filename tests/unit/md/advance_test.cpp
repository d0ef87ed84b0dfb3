// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/md/advance.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "framework/md/cluster.hpp"
#include "tests/unit/md/clusters.hpp"

namespace ronchi::md {
namespace {

using testing::ball;

Trajectory thermal(std::size_t atoms, double cobalt, double temperature, double duration, Thermostat thermostat) {
  Trajectory t;
  t.particle = ball(atoms, cobalt, 0, 1);
  t.legs = {{duration, temperature, temperature, thermostat, 0.1}};
  t.seed = 42;
  t.item = atoms;
  return t;
}

void go(Trajectory& t, const Settings& settings = {}) {
  EXPECT_TRUE(advance_one(t, potential("AgCo-P1"), settings, *available_kernels().sets[0]));
  EXPECT_EQ(t.fault, "");
}

/// Energy per atom at the ends of a run without thermostat, after some equilibration, eV.
double drift(Precision precision, double duration) {
  Settings settings;
  settings.precision = precision;
  settings.drift_every = 0;
  Trajectory t = thermal(147, 0.3, 300, 2, Thermostat::bussi);
  go(t, settings);
  t.legs = {{0.001, 0, 0, Thermostat::none}};
  go(t, settings);
  const double before = t.potential_energy + t.kinetic_energy;
  t.legs = {{duration, 0, 0, Thermostat::none}};
  go(t, settings);
  return (t.potential_energy + t.kinetic_energy - before) / 147;
}

TEST(Advance, ConservesEnergy) {
  // The energy of velocity Verlet fluctuates by (omega dt)^2 of the kinetic energy; what counts is that it does not run away.
  for (const auto precision : {Precision::mixed, Precision::double_precision}) EXPECT_NEAR(drift(precision, 20), 0, 2e-6);
}

}  // namespace
}  // namespace ronchi::md
