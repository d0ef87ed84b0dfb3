// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "framework/base/error.hpp"
#include "framework/base/random.hpp"
#include "framework/md/icosahedron.hpp"
#include "framework/md/trajectory.hpp"
#include "tests/unit/md/crystals.hpp"

namespace ronchi::md {
namespace {

/// An icosahedron of both metals in no order, every atom displaced by some tenths of an A.
physics::Particle hot(int shells, std::uint64_t item) {
  Random random(7, 1, item, 0);
  physics::Particle p = icosahedron(2.7, {"Ag", "Co"}, std::vector<std::uint8_t>(static_cast<std::size_t>(shells + 1), 0));
  for (auto& s : p.species) s = random.uniform() < 0.4;
  for (double& x : p.positions) x += 0.15 * random.normal();
  return p;
}

/// -dE/dx of one coordinate, fourth order.
double slope(physics::Particle p, std::size_t coordinate, const std::function<double(const physics::Particle&)>& energy_of) {
  const double h = 2e-4, x = p.positions[coordinate];
  const auto at = [&](double shift) {
    p.positions[coordinate] = x + shift;
    return energy_of(p);
  };
  return -(8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
}

}  // namespace

TEST(Forces, AreTheSlopesOfTheEnergy) {
  for (const char* name : {"AgCo-P1", "AgCo-P2"})
    for (int shells : {1, 2, 3}) {
      const Gupta set = potential(name);
      const physics::Particle p = hot(shells, static_cast<std::uint64_t>(shells));
      std::vector<double> forces(3 * p.size());
      const double whole = energy(p, set, forces);
      EXPECT_EQ(whole, energy(p, set));
      for (std::size_t i = 0; i < forces.size(); i += shells < 3 ? 1 : 7)
        EXPECT_NEAR(forces[i], slope(p, i, [&](const auto& q) { return energy(q, set); }), 1e-6) << name << " " << i;
    }
}

TEST(Forces, AreTheSlopesOfTheEnergyOfACrystal) {
  const Gupta set = potential("AgCo-P1");
  test::Crystal c = test::repeated(test::hcp(2.8, 1.6), 2, 2, 1);  // smaller than the cut-off
  c.atoms.species[2] = 1;
  Random random(3, 1, 0, 0);
  for (double& x : c.atoms.positions) x += 0.1 * random.normal();
  std::vector<double> forces(3 * c.atoms.size());
  (void)energy(c.atoms, set, c.cell, forces);
  for (std::size_t i = 0; i < forces.size(); ++i)
    EXPECT_NEAR(forces[i], slope(c.atoms, i, [&](const auto& q) { return energy(q, set, c.cell); }), 1e-6) << i;
}

TEST(Forces, NeitherPushNorTurnTheCluster) {
  const physics::Particle p = hot(3, 9);
  std::vector<double> f(3 * p.size());
  (void)energy(p, potential("AgCo-P1"), f);
  double sum[3] = {}, torque[3] = {};
  for (std::size_t i = 0; i < p.size(); ++i) {
    const double *r = &p.positions[3 * i], *g = &f[3 * i];
    for (std::size_t x = 0; x < 3; ++x) {
      sum[x] += g[x];
      torque[x] += r[(x + 1) % 3] * g[(x + 2) % 3] - r[(x + 2) % 3] * g[(x + 1) % 3];
    }
  }
  for (std::size_t x = 0; x < 3; ++x) {
    EXPECT_NEAR(sum[x], 0, 1e-11);
    EXPECT_NEAR(torque[x], 0, 1e-10);
  }
}

TEST(Energy, OfACrystalDoesNotDependOnTheCellThatDescribesIt) {
  const Gupta set = potential("Co-P");
  const double one = test::fcc(3.5).energy_per_atom(set);
  EXPECT_NEAR(test::cubic_fcc(3.5).energy_per_atom(set), one, 1e-12);
  EXPECT_NEAR(test::repeated(test::cubic_fcc(3.5), 3, 3, 3).energy_per_atom(set), one, 1e-12);
  test::Crystal moved = test::repeated(test::fcc(3.5), 2, 1, 3);
  moved.atoms.positions[3] += 5 * moved.cell[0][0] + 2 * moved.cell[2][0];  // another image of the same atom
  moved.atoms.positions[4] += 5 * moved.cell[0][1] + 2 * moved.cell[2][1];
  moved.atoms.positions[5] += 5 * moved.cell[0][2] + 2 * moved.cell[2][2];
  EXPECT_NEAR(moved.energy_per_atom(set), one, 1e-12);
}

TEST(Energy, OfAClusterInALargeBoxIsThatOfTheFreeOne) {
  const physics::Particle p = hot(2, 4);
  const Gupta set = potential("AgCo-P1");
  std::vector<double> free(3 * p.size()), boxed(3 * p.size());
  EXPECT_NEAR(energy(p, set, boxed, 40), energy(p, set, free), 1e-11);
  for (std::size_t i = 0; i < free.size(); ++i) EXPECT_NEAR(boxed[i], free[i], 1e-12);
  // And across the wall of the box.
  physics::Particle shifted = p;
  for (std::size_t i = 0; i < p.size(); ++i) shifted.positions[3 * i] -= shifted.positions[3 * i] > 0 ? 40 : 0;
  EXPECT_NEAR(energy(shifted, set, {}, 40), energy(p, set), 1e-11);
}

TEST(Energy, AtomsOutOfReachHaveNone) {
  const Gupta set = potential("AgCo-P1");
  physics::Particle p{{"Ag", "Co"}, {0, 1, 0}, {0, 0, 0, 2.4, 0, 0, 30, 0, 0}};
  std::vector<double> forces(9);
  const double three = energy(p, set, forces);
  EXPECT_EQ(forces[6], 0);
  EXPECT_TRUE(std::isfinite(forces[0]));
  const physics::Particle two{{"Ag", "Co"}, {0, 1}, {0, 0, 0, 2.4, 0, 0}};
  EXPECT_EQ(three, energy(two, set));
  const physics::Particle one{{"Ag", "Co"}, {1}, {1, 2, 3}};
  EXPECT_EQ(energy(one, set), 0);
  EXPECT_EQ(energy(physics::Particle{{"Ag", "Co"}, {}, {}}, set), 0);
}

TEST(Forces, AreFiniteWhereTheHoppingUnderflows) {
  Gupta set = potential("Ag-P");
  set.pairs[0] = {.a = 1, .xi = 1, .p = 1, .q = 100, .r0 = 0.5, .inner = 19, .outer = 20};
  const physics::Particle p{{"Ag", ""}, {0, 0}, {0, 0, 0, 15, 0, 0}};  // exp(-2900)
  std::vector<double> forces(6);
  (void)energy(p, set, forces);
  EXPECT_GT(forces[3], 0);  // the repulsion is left
  EXPECT_EQ(forces[0], -forces[3]);
}

TEST(Energy, AtomsAtOnePlaceAreAnError) {
  const physics::Particle p{{"Ag", "Co"}, {0, 1}, {1, 2, 3, 1, 2, 3}};
  EXPECT_THROW((void)energy(p, potential("AgCo-P1")), Failure);
  const physics::Particle lost{{"Ag", "Co"}, {0, 1}, {1, 2, 3, std::nan(""), 2, 3}};
  EXPECT_THROW((void)energy(lost, potential("AgCo-P1")), Failure);
  const physics::Particle foreign{{"Ag", "Co"}, {0, 1}, {1, 2, 3, 4, 2, 3}};
  EXPECT_THROW((void)energy(foreign, potential("Ag-P")), Failure) << "a second species in a pure metal";
}

TEST(Relaxation, EndsAtAMinimum) {
  physics::Particle p = hot(2, 5);
  const Gupta set = potential("AgCo-P1");
  const double before = energy(p, set);
  const double after = relax(p, set, 1e-6);
  EXPECT_LT(after, before - 1);
  std::vector<double> forces(3 * p.size());
  EXPECT_EQ(energy(p, set, forces), after);
  for (const double f : forces) EXPECT_LE(std::abs(f), 1e-6);
  // No step along any coordinate goes down.
  for (std::size_t i = 0; i < p.positions.size(); ++i)
    for (const double step : {-0.02, 0.02}) {
      physics::Particle q = p;
      q.positions[i] += step;
      EXPECT_GT(energy(q, set), after);
    }
}

TEST(Relaxation, SaysWhenItDidNotArrive) {
  physics::Particle p = hot(2, 6);
  try {
    (void)relax(p, potential("AgCo-P1"), 1e-6, 10);
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.error().fault, Fault::numeric);
    EXPECT_NE(failure.error().message.find("after 10 steps"), std::string::npos);
  }
}

TEST(Icosahedra, HaveTheNumbersOfMackay) {
  std::vector<std::uint8_t> shells{0};
  for (const std::size_t atoms : {13u, 55u, 147u, 309u, 561u, 923u}) {
    shells.push_back(1);
    const physics::Particle p = icosahedron(2.5, {"Ag", "Co"}, shells);
    ASSERT_EQ(p.size(), atoms);
    EXPECT_EQ(std::accumulate(p.species.begin(), p.species.end(), std::size_t{0}), atoms - 1);
    // Neighbours stand at the spacing or, within a shell, at 1.0515 of it (1 / sin(2 pi / 5)); every atom has six or more of them.
    std::vector<int> neighbours(atoms, 0);
    for (std::size_t i = 0; i < atoms; ++i)
      for (std::size_t j = 0; j < i; ++j) {
        const double r = std::hypot(p.positions[3 * i] - p.positions[3 * j], p.positions[3 * i + 1] - p.positions[3 * j + 1],
                                    p.positions[3 * i + 2] - p.positions[3 * j + 2]);
        EXPECT_GT(r, 2.5 - 1e-9);
        if (r < 2.5 * 1.0515) ++neighbours[i], ++neighbours[j];
      }
    EXPECT_EQ(neighbours[0], 12);
    for (const int n : neighbours) EXPECT_TRUE(n >= 6 && n <= 12) << n;
    EXPECT_EQ(std::count(neighbours.begin(), neighbours.end(), 6), 12) << "the vertices of the surface";
  }
}

}  // namespace ronchi::md
