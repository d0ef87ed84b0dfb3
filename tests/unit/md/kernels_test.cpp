// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cstring>

#include "framework/md/cluster.hpp"
#include "framework/md/gupta_pair.hpp"
#include "framework/md/pack_scalar.hpp"
#include "framework/md/pair.hpp"
#include "framework/md/pair_table.hpp"
#include "tests/unit/md/clusters.hpp"

namespace ronchi::md {
namespace {

using testing::ball;

struct Case {
  physics::Particle particle;
  Boundary boundary = Boundary::open;
  double box = 0;
};

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const std::size_t atoms : {1, 2, 3, 16, 17, 55, 200, 561, 1000}) {
    all.push_back({ball(atoms, 0, 0.1, atoms)});
    all.push_back({ball(atoms, 0.4, 0.25, atoms, 2.7)});
  }
  all.push_back({ball(300, 0.5, 2.0, 9, 3.6), Boundary::periodic, 26});  // a dense gas through the walls
  for (auto& x : all.back().particle.positions) x += 9;
  all.push_back({ball(300, 0, 1.0, 9, 3.6), Boundary::periodic, 26});
  return all;
}

template <class T>
std::vector<double> forces_of(const Cluster<T>& cluster) {
  std::vector<double> f;
  for (int i = 0; i < cluster.body().atoms; ++i)
    for (int c = 0; c < 3; ++c) f.push_back(static_cast<double>(cluster.body().force[c][i]));
  return f;
}

template <class T>
void compare(const Kernels<T>& kernels, double tolerance) {
  const Gupta silver_cobalt = potential("AgCo-P1");
  for (const Case& c : cases()) {
    Cluster<T> cluster(c.particle, silver_cobalt, c.boundary, c.box, {}, kernels);
    ASSERT_TRUE(cluster.move(0, 0));
    cluster.forces();
    const auto found = forces_of(cluster);
    std::vector<double> wanted(found.size());
    const double wanted_energy = energy(c.particle, silver_cobalt, wanted, c.box);
    double largest = 1;
    for (const double f : wanted) largest = std::max(largest, std::abs(f));
    for (std::size_t k = 0; k < found.size(); ++k)
      ASSERT_NEAR(found[k], wanted[k], tolerance * largest) << kernels.name << ", " << c.particle.size() << " atoms";
    EXPECT_NEAR(cluster.potential_energy(), wanted_energy, tolerance * (1 + std::abs(wanted_energy)));
  }
}

TEST(FastForces, AreThoseOfTheReference) {
  const auto list = available_kernels();
  for (int k = 0; k < list.count; ++k) {
    compare(list.sets[k]->double_precision, 1e-12);
    // Positions of up to 16 A are rounded to 1e-6 A, and a bond's force changes by some 10 eV/A^2 at most.
    compare(list.sets[k]->single_precision, 2e-5);
  }
}

/// The kernels' arithmetic of a pair against its formula, down to a hundredth of r0.
template <class T>
void follow(const GuptaPair& pair, double tolerance) {
  Gupta set;
  set.symbols[0] = "X";
  set.pairs[0] = pair;
  const auto table = pair_table<T>(set);
  const auto row = [&](int k) { return Scalar<T>{table[static_cast<std::size_t>(k * lanes)]}; };
  const PairCurve curve(pair);
  for (double r = 0.01 * pair.r0; r < 0.9999 * pair.inner; r *= 1.01) {
    const auto bond = bond_of<true>(Scalar<T>{static_cast<T>(r * r)}, row);
    const PairTerms wanted = curve.terms(r);
    EXPECT_NEAR(static_cast<double>(bond.repulsion.v) * r / (-2 * wanted.alpha_slope), 1, tolerance) << r;
    EXPECT_NEAR(static_cast<double>(bond.energy.v) / wanted.alpha, 1, tolerance) << r;
    EXPECT_NEAR(static_cast<double>(bond.binding.v) / (wanted.hopping * wanted.hopping), 1, tolerance) << r;
    EXPECT_NEAR(static_cast<double>(bond.slope.v) * r / (wanted.hopping * wanted.hopping_slope), 1, tolerance) << r;
  }
}

TEST(FastForces, FollowEverySetThatIsAccepted) {
  int accepted = 0, refused = 0;
  for (const double a : {1e-6, 0.1, 100.0})
    for (const double p : {0.1, 11.0, 30.0, 70.0, 100.0})
      for (const double q : {0.1, 3.0, 30.0, 70.0})
        for (const double r0 : {0.5, 2.5, 10.0})
          for (const double inner : {0.5, 4.0, 7.0, 9.0, 10.5, 19.0}) {
            const GuptaPair pair{.a = a, .xi = a, .p = p, .q = q, .r0 = r0, .inner = inner, .outer = inner + 1};
            const bool fine = beyond_single_precision(pair).empty();
            ++(fine ? accepted : refused);
            if (!fine) continue;
            SCOPED_TRACE(::testing::Message() << "A " << a << ", p " << p << ", q " << q << ", r0 " << r0 << ", inner " << inner);
            follow<float>(pair, 1e-4);  // exponents up to 240, rounded to 2^-24 of themselves
            follow<double>(pair, 1e-12);
            if (HasFailure()) return;
          }
  EXPECT_GT(accepted, 200);
  EXPECT_GT(refused, 200);
}

template <class T>
void same_bytes(const Kernels<T>& one, const Kernels<T>& other) {
  const Gupta silver_cobalt = potential("AgCo-P1");
  for (const Case& c : cases()) {
    Cluster<T> a(c.particle, silver_cobalt, c.boundary, c.box, {}, one), b(c.particle, silver_cobalt, c.boundary, c.box, {}, other);
    ASSERT_TRUE(a.move(0, 0) && b.move(0, 0));
    a.forces();
    b.forces();
    EXPECT_EQ(forces_of(a), forces_of(b)) << one.name << " and " << other.name << ", " << c.particle.size() << " atoms";
    EXPECT_EQ(a.potential_energy(), b.potential_energy());
  }
}

TEST(FastForces, HaveTheSameBytesOnEveryProcessor) {
  const auto list = available_kernels();
  for (int k = 0; k + 1 < list.count; ++k) {
    same_bytes(list.sets[k]->single_precision, list.sets[list.count - 1]->single_precision);
    same_bytes(list.sets[k]->double_precision, list.sets[list.count - 1]->double_precision);
  }
}

}  // namespace
}  // namespace ronchi::md
