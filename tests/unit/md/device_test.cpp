// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/md/device.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <type_traits>

#include "framework/kokkos.hpp"
#include "tests/unit/md/clusters.hpp"

namespace ronchi::md {
namespace {

using testing::ball;

/// Clusters of both kinds and all walls, for `duration` ps.
std::vector<Trajectory> mixture(Thermostat thermostat, double duration) {
  std::vector<Trajectory> all;
  for (const std::size_t atoms : {1, 2, 13, 60, 147})
    for (const auto boundary : {Boundary::open, Boundary::periodic, Boundary::reflecting}) {
      Trajectory t;
      t.particle = ball(atoms, 0.5, 0.05, atoms);
      t.boundary = boundary;
      t.box = 18;
      t.legs = {{duration / 2, 900, 600, thermostat, 0.1}, {duration / 2, 600, 500, thermostat, 0.1}};
      t.seed = 5;
      t.item = all.size();
      all.push_back(t);
    }
  return all;
}

TEST(Device, HasTheBytesOfTheHostWithoutThermostat) {
  const Gupta set = potential("AgCo-P1");
  for (const auto precision : {Precision::mixed, Precision::double_precision}) {
    Settings settings;
    settings.precision = precision;
    settings.drift_every = 0;
    auto host = mixture(Thermostat::none, 0.7), device = host;
    ASSERT_TRUE(advance(host, set, settings));
    ASSERT_TRUE(advance_on_device(device, set, settings));
    for (std::size_t k = 0; k < host.size(); ++k) {
      EXPECT_EQ(device[k].fault, "");
      if (std::is_same_v<ExecutionSpace, HostSpace>) {  // a device's compiler fuses products and sums
        EXPECT_EQ(host[k].particle.positions, device[k].particle.positions) << k;
        EXPECT_EQ(host[k].velocities, device[k].velocities) << k;
      }
      EXPECT_NEAR(host[k].potential_energy, device[k].potential_energy, 1e-10 * static_cast<double>(host[k].particle.size()));
      EXPECT_NEAR(host[k].kinetic_energy, device[k].kinetic_energy, 1e-10 * static_cast<double>(host[k].particle.size()));
      EXPECT_EQ(device[k].steps, 700);
      EXPECT_GT(device[k].rebuilds, 0);
    }
  }
}

TEST(Device, FollowsTheHostWithBussi) {
  const Gupta set = potential("AgCo-P1");
  for (const auto precision : {Precision::mixed, Precision::double_precision}) {
    Settings settings;
    settings.precision = precision;
    settings.drift_every = 0.13;
    auto host = mixture(Thermostat::bussi, 0.2), device = host;
    ASSERT_TRUE(advance(host, set, settings));
    ASSERT_TRUE(advance_on_device(device, set, settings));
    const double tolerance = precision == Precision::mixed ? 1e-4 : 1e-10;  // nearby trajectories part exponentially
    for (std::size_t k = 0; k < host.size(); ++k) {
      EXPECT_EQ(device[k].fault, "");
      for (std::size_t i = 0; i < host[k].particle.positions.size(); ++i)
        ASSERT_NEAR(host[k].particle.positions[i], device[k].particle.positions[i], tolerance) << k;
      EXPECT_NEAR(host[k].kinetic_energy, device[k].kinetic_energy, 10 * tolerance * static_cast<double>(host[k].particle.size()));
    }
  }
}

TEST(Device, GivesUpWhatExplodes) {
  const Gupta set = potential("AgCo-P1");
  auto batch = mixture(Thermostat::bussi, 0.05), good = batch;
  batch[6].velocities.assign(39, 0);
  batch[6].velocities[3] = 2;
  for (std::size_t c = 0; c < 3; ++c) batch[7].particle.positions[c] = batch[7].particle.positions[3 + c];
  batch[8].legs[1].thermostat = Thermostat::langevin;
  ASSERT_TRUE(advance_on_device(batch, set, {}));
  ASSERT_TRUE(advance_on_device(good, set, {}));
  EXPECT_NE(batch[6].fault.find("exploded"), std::string::npos);
  EXPECT_NE(batch[7].fault.find("exploded"), std::string::npos);
  EXPECT_NE(batch[8].fault.find("thermostat"), std::string::npos);
  for (const std::size_t k : {0, 5, 9, 14}) {
    EXPECT_EQ(batch[k].fault, "");
    EXPECT_EQ(batch[k].particle.positions, good[k].particle.positions);
  }
}

TEST(Device, Stops) {
  const Gupta set = potential("AgCo-P1");
  auto batch = mixture(Thermostat::bussi, 1e5);
  int asked = 0;
  EXPECT_FALSE(advance_on_device(batch, set, {}, [&] { return ++asked == 2; }));
}

}  // namespace
}  // namespace ronchi::md
