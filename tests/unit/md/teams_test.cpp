// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// The kernel for devices, run by the threads of the host, against the host's own loops: bitwise.
#include <gtest/gtest.h>

#include "framework/kokkos.hpp"
#include "framework/md/advance.hpp"
#include "framework/md/gupta_sets.hpp"
#include "framework/md/team_advance.hpp"
#include "tests/unit/md/clusters.hpp"

namespace ronchi::md {
namespace {

using testing::ball;

Trajectory run_of(std::size_t atoms, double cobalt, std::vector<Leg> legs) {
  Trajectory t;
  t.particle = ball(atoms, cobalt, 0.05, atoms);
  t.legs = std::move(legs);
  t.seed = 0x123456789abcULL;
  t.item = 0x100000000ULL + atoms;
  return t;
}

/// Open clusters of many sizes with all thermostats, a gas in a periodic box and one between walls.
std::vector<Trajectory> mixture() {
  const Leg warm{0.04, 900, 300, Thermostat::bussi, 0.05}, damped{0.02, 400, 600, Thermostat::langevin, 0.02},
      free{0.02, 0, 0, Thermostat::none, 0.1};
  std::vector<Trajectory> all;
  for (const std::size_t atoms : {1, 2, 3, 13, 55, 147, 20}) all.push_back(run_of(atoms, 0.4, {warm, damped, free, warm}));
  all.push_back(run_of(80, 0, {free, warm}));
  for (const auto boundary : {Boundary::periodic, Boundary::reflecting}) {
    all.push_back(run_of(100, 0.5, {{0.05, 7500, 6000, Thermostat::bussi, 0.1}, damped}));
    all.back().boundary = boundary;
    all.back().box = 18;
  }
  return all;
}

void expect_equal(const std::vector<Trajectory>& a, const std::vector<Trajectory>& b) {
  for (std::size_t k = 0; k < a.size(); ++k) {
    EXPECT_EQ(a[k].fault, b[k].fault) << k;
    EXPECT_EQ(a[k].particle.positions, b[k].particle.positions) << k;
    EXPECT_EQ(a[k].velocities, b[k].velocities) << k;
    EXPECT_EQ(a[k].steps, b[k].steps) << k;
    EXPECT_EQ(a[k].rebuilds, b[k].rebuilds) << k;
    EXPECT_EQ(a[k].potential_energy, b[k].potential_energy) << k;
    if (a[k].fault.empty()) { EXPECT_EQ(a[k].kinetic_energy, b[k].kinetic_energy) << k; }
  }
}

std::vector<Trajectory> by_host(std::vector<Trajectory> batch, const Settings& settings) {
  for (Trajectory& t : batch) advance_one(t, potential("AgCo-P1"), settings, *available_kernels().sets[0]);
  return batch;
}

std::vector<Trajectory> by_teams(std::vector<Trajectory> batch, const Settings& settings, const TeamOptions& options) {
  advance_in_teams(batch, potential("AgCo-P1"), settings, options);
  return batch;
}

TEST(Teams, GiveTheBytesOfTheHostsLoops) {
  for (const auto precision : {Precision::mixed, Precision::double_precision}) {
    Settings settings;
    settings.precision = precision;
    settings.drift_every = 0.01;
    const auto host = by_host(mixture(), settings);
    for (const auto& t : host) EXPECT_EQ(t.fault, "");
    expect_equal(by_teams(mixture(), settings, {1000, 1}), host);
  }
}

TEST(Teams, LaunchesAndThreadsDoNotMatter) {
  Settings settings;
  const auto one = by_teams(mixture(), settings, {1000, 1});
  expect_equal(by_teams(mixture(), settings, {7, 1}), one);
  expect_equal(by_teams(mixture(), settings, {64, host_threads() > 1 ? 2 : 1}), one);
}

TEST(Teams, GoOnWhereTheyStopped) {
  const Settings settings;
  const auto host = by_host(by_host(mixture(), settings), settings);
  expect_equal(by_teams(by_teams(mixture(), settings, {50, 1}), settings, {30, 1}), host);
}

TEST(Teams, SayWhatExploded) {
  std::vector<Trajectory> batch = mixture();
  for (std::size_t c = 0; c < 3; ++c)
    batch[4].particle.positions[c] = batch[4].particle.positions[c + 3] + 0.01;  // two atoms in one
  batch[2].velocities.assign(9, 0.7);                                            // faster than a step may be
  Settings settings;
  settings.drift_every = 0;
  const auto host = by_host(batch, settings);
  EXPECT_NE(host[4].fault, "");
  EXPECT_NE(host[2].fault, "");
  expect_equal(by_teams(batch, settings, {20, 1}), host);
}

/// What counts is the way of a whole step, also where Langevin's noise parts it; on the host and in teams alike.
TEST(Teams, AStepOfMoreThanHalfAnAngstromIsTooLong) {
  for (const double timestep : {1.0, 0.25})
    for (const auto thermostat : {Thermostat::none, Thermostat::langevin})
      for (const double skin : {0.0, 1.0, 3.0})
        for (const double way : {0.495, 0.505}) {
          Trajectory t;
          t.particle = {{"Ag", "Co"}, {0}, {0, 0, 0}};
          if (thermostat == Thermostat::langevin) {  // off the wall: neither half takes it far from where its lists were made
            t.boundary = Boundary::reflecting;
            t.box = 20;
            t.particle.positions[1] = 9.8;
          }
          t.velocities = {0, way / timestep, 0};
          t.legs = {{10 * timestep / 1000, 0, 0, thermostat, 1e6}};  // hardly a friction
          Settings settings{.timestep = timestep, .skin = skin, .drift_every = 0};
          const auto host = by_host({t}, settings), teams = by_teams({t}, settings, {4, 1});
          EXPECT_EQ(host[0].fault.find("exploded in step 1:") != std::string::npos, way > 0.5) << way << " A: " << host[0].fault;
          EXPECT_EQ(host[0].fault.empty(), way < 0.5);
          EXPECT_EQ(teams[0].fault, host[0].fault);
        }
}

/// As Lists.HoldFarAway: two silver atoms 40,000 A away from a third, where places are rounded to 0.004 A, come together.
std::vector<Trajectory> meetings() {
  std::vector<Trajectory> all;
  for (int k = 0; k < 20; ++k) {
    Trajectory t;
    t.particle = {{"Ag", "Co"}, {0, 0, 0}, {-8e4, 0, 0, 4e4, 0, 0, 4e4 + 5.1 + 0.00137 * k, 0, 0}};
    t.velocities = {0, 0, 0, 5e-4, 0, 0, -5e-4, 0, 0};
    t.legs = {{0.2, 0, 0, Thermostat::none, 0.1}};
    all.push_back(std::move(t));
  }
  return all;
}

TEST(Teams, HoldFarAway) {
  Settings settings;
  settings.drift_every = 0;
  const auto host = by_host(meetings(), settings);
  for (double skin = 0.01; skin < 0.02; skin += 0.0003) {
    settings.skin = 2 * skin;
    const auto teams = by_teams(meetings(), settings, {1000, 1});
    for (std::size_t k = 0; k < host.size(); ++k) EXPECT_EQ(teams[k].velocities, host[k].velocities) << k << ", skin " << skin;
  }
}

TEST(Teams, CrowdsGoToTheHost) {
  // A cluster pressed to half its spacing has more neighbours than the lists of a team have room for.
  std::vector<Trajectory> batch{run_of(600, 0.3, {{0.01, 0, 0, Thermostat::none, 0.1}})};
  batch[0].particle = ball(600, 0.3, 0, 1, 1.45);
  batch.push_back(run_of(60, 0.3, {{0.01, 0, 0, Thermostat::none, 0.1}}));
  Settings settings;
  settings.timestep = 0.02;
  expect_equal(by_teams(batch, settings, {10, 1}), by_host(batch, settings));
}

}  // namespace
}  // namespace ronchi::md
