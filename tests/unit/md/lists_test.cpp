// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "framework/md/cluster.hpp"
#include "framework/md/thermostat.hpp"
#include "tests/unit/md/clusters.hpp"

namespace ronchi::md {
namespace {

using testing::ball;

/// A gas of both metals at 7500 K: 120 atoms at random places of a box, none of them closer together than 2.2 A.
physics::Particle gas(double box, std::uint64_t seed) {
  physics::Particle p;
  p.symbols = {"Ag", "Co"};
  Random random(seed, 3, 0, 0);
  while (p.size() < 120) {
    const double x[3] = {random.uniform(-box / 2, box / 2), random.uniform(-box / 2, box / 2), random.uniform(-box / 2, box / 2)};
    bool free = true;
    for (std::size_t j = 0; j < p.size(); ++j) {
      double square = 0;
      for (std::size_t c = 0; c < 3; ++c) {
        const double d = x[c] - p.positions[3 * j + c];
        square += std::pow(d - box * std::round(d / box), 2);
      }
      free = free && square > 2.2 * 2.2;
    }
    if (!free) continue;
    p.positions.insert(p.positions.end(), x, x + 3);
    p.species.push_back(p.size() % 2);
  }
  return p;
}

/// Forces by lists beside those of all pairs, in every step.
template <class T>
void never_misses(Boundary boundary, const Skins& skins, const Kernels<T>& kernels, double tolerance) {
  const Gupta set = potential("AgCo-P1");
  const double box = 22;
  const physics::Particle start = gas(box, 5);
  Cluster<T> cluster(start, set, boundary, box, skins, kernels);
  cluster.set_velocities(thermal_velocities(start.species, set, 7500, 1, 1));
  physics::Particle now = start;
  std::vector<double> wanted(3 * now.size()), velocities;
  ASSERT_TRUE(cluster.move(0, 0));
  cluster.forces();
  for (int s = 0; s < 150; ++s) {
    ASSERT_TRUE(cluster.move(0.5, 1));
    cluster.forces();
    cluster.kick(0.5);
    cluster.read(now, velocities);
    (void)energy(now, set, wanted, boundary == Boundary::periodic ? box : 0);
    double largest = 1;
    for (const double f : wanted) largest = std::max(largest, std::abs(f));
    for (std::size_t i = 0; i < now.size(); ++i)
      for (std::size_t c = 0; c < 3; ++c)
        ASSERT_NEAR(static_cast<double>(cluster.body().force[c][i]), wanted[3 * i + c], tolerance * largest)
            << "step " << s << ", atom " << i;
  }
  EXPECT_GT(cluster.rebuilds(), 3) << "the gas is hot enough to need new lists";
  if (skins.outer > 0.5) { EXPECT_GT(cluster.prunings(), cluster.rebuilds()); }
}

TEST(Lists, NeverMissAPairOfAHotGas) {
  const KernelSet& best = *available_kernels().sets[0];
  for (const auto boundary : {Boundary::periodic, Boundary::reflecting}) {
    never_misses(boundary, {1, 0.4}, best.double_precision, 1e-11);
    never_misses(boundary, {1, 0.4}, best.single_precision, 2e-5);
    never_misses(boundary, {0.3, 0.25}, best.double_precision, 1e-11);
  }
}

/// Rounded numbers: equal only if every sum has the same terms in the same order.
template <class T>
std::vector<double> after(const Skins& skins, Boundary boundary, const Kernels<T>& kernels) {
  const Gupta set = potential("AgCo-P1");
  physics::Particle p = ball(150, 0.5, 0.2, 3);
  Cluster<T> cluster(p, set, boundary, 24, skins, kernels);
  cluster.set_velocities(thermal_velocities(p.species, set, 2500, 1, 1));
  EXPECT_TRUE(cluster.move(0, 0));
  for (int s = 0; s < 400; ++s) {
    cluster.forces();
    EXPECT_TRUE(cluster.move(1, 1));
  }
  std::vector<double> velocities;
  cluster.read(p, velocities);
  p.positions.insert(p.positions.end(), velocities.begin(), velocities.end());
  p.positions.push_back(cluster.potential_energy());
  return p.positions;
}

TEST(Lists, CannotChangeABit) {
  const KernelSet& best = *available_kernels().sets[0];
  for (const auto boundary : {Boundary::open, Boundary::periodic, Boundary::reflecting}) {
    const auto single = after({1, 0.4}, boundary, best.single_precision);
    const auto two = after({1, 0.4}, boundary, best.double_precision);
    for (const Skins& skins : {Skins{0, 0}, Skins{0.3, 0.1}, Skins{3, 0.2}, Skins{2, 2}}) {
      EXPECT_EQ(after(skins, boundary, best.single_precision), single) << skins.outer;
      EXPECT_EQ(after(skins, boundary, best.double_precision), two) << skins.outer;
    }
  }
}

/// Two silver atoms 40,000 A away from a third, where places are rounded to 0.004 A, come together; bits of their velocities.
std::vector<double> meeting(const Gupta& set, const Skins& skins, double distance) {
  physics::Particle p{{"Ag", "Co"}, {0, 0, 0}, {-8e4, 0, 0, 4e4, 0, 0, 4e4 + distance, 0, 0}};
  Cluster<float> cluster(p, set, Boundary::open, 0, skins, available_kernels().sets[0]->single_precision);
  cluster.set_velocities({0, 0, 0, 5e-4, 0, 0, -5e-4, 0, 0});
  EXPECT_TRUE(cluster.move(0, 0));
  for (int s = 0; s < 200; ++s) {
    cluster.forces();
    EXPECT_TRUE(cluster.move(1, 1));
  }
  std::vector<double> velocities;
  cluster.read(p, velocities);
  return velocities;
}

TEST(Lists, HoldFarAway) {
  const Gupta set = potential("AgCo-P1");
  for (int k = 0; k < 20; ++k) {
    const double distance = 5.1 + 0.00137 * k;
    const auto wanted = meeting(set, {1, 0.4}, distance);
    for (double skin = 0.01; skin < 0.02; skin += 0.0003) EXPECT_EQ(meeting(set, {2 * skin, skin}, distance), wanted) << skin;
  }
}

TEST(Lists, HoldRowsOfAnyLength) {
  // Everything within reach of everything: rows of 200 where room for 64 was made.
  const Gupta set = potential("AgCo-P1");
  const physics::Particle p = ball(201, 0, 0, 1, 2.5);
  Cluster<double> cluster(p, set, Boundary::open, 0, {20, 15}, available_kernels().sets[0]->double_precision);
  ASSERT_TRUE(cluster.move(0, 0));
  for (int i = 0; i < 201; ++i) EXPECT_EQ(cluster.body().inner_count[i], 200);
  std::vector<double> wanted(3 * p.size());
  const double reference = energy(p, set, wanted);
  cluster.forces();
  EXPECT_NEAR(cluster.potential_energy(), reference, 1e-9);
  for (std::size_t i = 0; i < p.size(); ++i) EXPECT_NEAR(cluster.body().force[0][i], wanted[3 * i], 1e-10);
}

}  // namespace
}  // namespace ronchi::md
