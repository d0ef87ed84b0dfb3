// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Truths: geometry. Nearest distances, numbers of neighbours in fcc, volumes of spheres, the Mackay icosahedron's shells.
#include "stages/simulate_particles/starts.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "framework/base/error.hpp"

namespace ronchi::simulate_particles {

namespace {

using physics::Particle;

const md::Gupta& silver_cobalt() {
  static const md::Gupta potential = md::potential("AgCo-P1");
  return potential;
}
Random random_of(std::uint64_t item) { return Random(3, 1, item, 0); }

double distance(const Particle& p, std::size_t i, std::size_t j, double period = 0) {
  double sum = 0;
  for (std::size_t c = 0; c < 3; ++c) {
    double d = p.positions[3 * i + c] - p.positions[3 * j + c];
    if (period > 0) d -= period * std::round(d / period);
    sum += d * d;
  }
  return std::sqrt(sum);
}
double radius(const Particle& p, std::size_t i) {
  return std::hypot(p.positions[3 * i], p.positions[3 * i + 1], p.positions[3 * i + 2]);
}
std::array<std::int64_t, 2> counts_of(const Particle& p) {
  const auto ones = std::count(p.species.begin(), p.species.end(), 1);
  return {static_cast<std::int64_t>(p.size()) - ones, ones};
}

/// No pair is closer than the limit of its species; the first species stands first.
void expect_apart(const Particle& p, double period) {
  EXPECT_TRUE(std::is_sorted(p.species.begin(), p.species.end()));
  for (std::size_t i = 0; i < p.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      ASSERT_GE(distance(p, i, j, period), closest * silver_cobalt().pair(p.species[i], p.species[j]).r0);
}

}  // namespace

TEST(Starts, AGasFillsItsBoxWithoutOverlaps) {
  for (const bool periodic : {true, false}) {
    auto random = random_of(periodic ? 1 : 2);
    const auto gas = random_gas(silver_cobalt(), {60, 40}, 20, periodic, random);
    EXPECT_EQ(counts_of(gas), (std::array<std::int64_t, 2>{60, 40}));
    expect_apart(gas, periodic ? 20 : 0);
    double square = 0;
    for (const double x : gas.positions) {
      EXPECT_LE(std::abs(x), 10);
      square += x * x;
    }
    EXPECT_NEAR(square / 300, 400 / 12.0, 5 * 400 / 12.0 * std::sqrt(0.8 / 300));  // variance of x^2 is 4/5 of its mean squared
  }
}

TEST(Starts, AGasThatHasNoRoomIsABadItem) {
  auto random = random_of(3);
  try {
    (void)random_gas(silver_cobalt(), {200, 200}, 13, true, random);
    ADD_FAILURE() << "400 atoms found room in 2.2 nm^3";
  } catch (const Failure& f) { EXPECT_EQ(f.error().fault, Fault::bad_item); }
}

TEST(Starts, AnFccDropletIsACrystalAndASphere) {
  auto random = random_of(4);
  const auto drop = droplet(silver_cobalt(), 1, 400, Structure::fcc, random);
  EXPECT_EQ(counts_of(drop), (std::array<std::int64_t, 2>{0, 400}));
  const double r0 = 2.5, farthest = radius(drop, 399);
  for (std::size_t i = 0; i < drop.size(); ++i) {
    int neighbours = 0;
    for (std::size_t j = 0; j < drop.size(); ++j) {
      if (j == i) continue;
      ASSERT_GE(distance(drop, i, j), r0 - 1e-9);
      neighbours += distance(drop, i, j) < 1.2 * r0 ? 1 : 0;
    }
    ASSERT_LE(radius(drop, i), farthest + 1e-9);
    if (radius(drop, i) < farthest - r0) { EXPECT_EQ(neighbours, 12); }  // whatever lies that deep has all of them
  }
  // Volume of an atom in fcc: r0^3 / sqrt(2).
  EXPECT_NEAR(farthest, std::cbrt(3 * 400 * r0 * r0 * r0 / std::sqrt(2.0) / (4 * 3.14159265358979)), 0.3 * r0);
}

TEST(Starts, DropletsAreTurnedAndCutAtRandom) {
  auto one = random_of(5), other = random_of(6);
  const auto a = droplet(silver_cobalt(), 0, 40, Structure::fcc, one), b = droplet(silver_cobalt(), 0, 40, Structure::fcc, other);
  EXPECT_GT(std::abs(radius(a, 0) - radius(b, 0)), 1e-3);
  // Bonds along the axes of the cell stay there only in a crystal that is not turned.
  double most = 0;
  for (std::size_t i = 1; i < a.size(); ++i)
    if (distance(a, 0, i) < 3) most = std::max(most, std::abs(a.positions[3 * i] - a.positions[0]));
  EXPECT_GT(std::abs(most - 2.89 / std::sqrt(2.0)), 1e-3);
}

TEST(Starts, ALiquidDropletIsASphereAtRandom) {
  auto random = random_of(7);
  const auto drop = droplet(silver_cobalt(), 0, 300, Structure::liquid, random);
  expect_apart(drop, 0);
  const double r = std::cbrt(3 * 300 * 2.89 * 2.89 * 2.89 / std::sqrt(2.0) / 0.9 / (4 * 3.14159265358979));
  double square = 0;
  for (std::size_t i = 0; i < drop.size(); ++i) {
    ASSERT_LE(radius(drop, i), r);
    square += radius(drop, i) * radius(drop, i) / 300;
  }
  EXPECT_NEAR(square, 0.6 * r * r, 0.12 * r * r);  // who comes late finds room at the surface
}

TEST(Starts, JoinedDropletsTouch) {
  for (std::uint64_t n = 0; n < 20; ++n) {
    auto random = random_of(10 + n);
    const auto silver = droplet(silver_cobalt(), 0, 1 + 7 * static_cast<std::int64_t>(n), Structure::fcc, random);
    const auto cobalt = droplet(silver_cobalt(), 1, 30, Structure::fcc, random);
    const auto axis = random_direction(random);
    EXPECT_NEAR(std::hypot(axis[0], axis[1], axis[2]), 1, 1e-12);
    const double far = contact_distance(silver, cobalt, axis, 2.695);
    const auto both = joined(silver, cobalt, {far * axis[0], far * axis[1], far * axis[2]});
    ASSERT_EQ(counts_of(both), (std::array<std::int64_t, 2>{static_cast<std::int64_t>(silver.size()), 30}));
    double least = 1e9;
    for (std::size_t i = 0; i < silver.size(); ++i)
      for (std::size_t j = silver.size(); j < both.size(); ++j) least = std::min(least, distance(both, i, j));
    EXPECT_NEAR(least, 2.695, 1e-9);
  }
}

TEST(Starts, DirectionsAreUniform) {
  auto random = random_of(40);
  std::array<double, 3> mean{}, square{};
  constexpr int many = 10000;
  for (int n = 0; n < many; ++n) {
    const auto d = random_direction(random);
    for (std::size_t c = 0; c < 3; ++c) {
      mean[c] += d[c] / many;
      square[c] += d[c] * d[c] / many;
    }
  }
  for (std::size_t c = 0; c < 3; ++c) {
    EXPECT_NEAR(mean[c], 0, 5 * std::sqrt(1.0 / 3 / many));
    EXPECT_NEAR(square[c], 1.0 / 3, 5 * std::sqrt(4.0 / 45 / many));
  }
}

TEST(Starts, ClustersHaveTheirSpeciesWhereTheyBelong) {
  for (const Shape shape : {Shape::icosahedron, Shape::sphere}) {
    auto random = random_of(50);
    const auto core = cluster(silver_cobalt(), {42, 13}, shape, Arrangement::core_shell, random);
    ASSERT_EQ(counts_of(core), (std::array<std::int64_t, 2>{42, 13}));
    double inside = 0, outside = 1e9;
    for (std::size_t i = 0; i < core.size(); ++i)
      core.species[i] == 1 ? inside = std::max(inside, radius(core, i)) : outside = std::min(outside, radius(core, i));
    EXPECT_LE(inside, outside + 1e-9);

    const auto janus = cluster(silver_cobalt(), {80, 60}, shape, Arrangement::janus, random);
    std::array<std::array<double, 3>, 2> centre{};
    for (std::size_t i = 0; i < janus.size(); ++i)
      for (std::size_t c = 0; c < 3; ++c)
        centre[janus.species[i]][c] += janus.positions[3 * i + c] / static_cast<double>(counts_of(janus)[janus.species[i]]);
    EXPECT_GT(std::hypot(centre[0][0] - centre[1][0], centre[0][1] - centre[1][1], centre[0][2] - centre[1][2]), 4);

    const auto pure = cluster(silver_cobalt(), {100, 0}, shape, Arrangement::random, random);
    EXPECT_EQ(counts_of(pure), (std::array<std::int64_t, 2>{100, 0}));
    double least = 1e9;
    for (std::size_t i = 0; i < pure.size(); ++i)
      for (std::size_t j = 0; j < i; ++j) least = std::min(least, distance(pure, i, j));
    EXPECT_NEAR(least, 2.89, 0.05 * 2.89);
  }
}

TEST(Starts, RandomArrangementsDiffer) {
  auto random = random_of(60);
  const auto a = cluster(silver_cobalt(), {30, 25}, Shape::icosahedron, Arrangement::random, random);
  double inside = 0, outside = 1e9;
  for (std::size_t i = 0; i < a.size(); ++i)
    a.species[i] == 1 ? inside = std::max(inside, radius(a, i)) : outside = std::min(outside, radius(a, i));
  EXPECT_GT(inside, outside) << "the second species is all inside";
}

}  // namespace ronchi::simulate_particles
