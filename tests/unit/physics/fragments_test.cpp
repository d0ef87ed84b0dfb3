// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Truths: clusters made by hand, cut by a periodic boundary and put together again.
#include "framework/physics/fragments.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace ronchi::physics {

namespace {

constexpr Bonds bonds{3, 2, 2.5};

/// A row of atoms 1.9 A apart from `x`, at height z.
void add_row(Particle& p, int atoms, double x, double z, std::uint8_t species = 0) {
  for (int i = 0; i < atoms; ++i) {
    p.species.push_back(species);
    p.positions.insert(p.positions.end(), {x + 1.9 * i, 0, z});
  }
}

void wrap(Particle& p, double box) {
  for (double& x : p.positions) x -= box * std::round(x / box);
}

}  // namespace

TEST(Fragments, AreWhatHangsTogether) {
  Particle p{{"Ag", "Co"}, {}, {}};
  add_row(p, 3, 0, 20);
  add_row(p, 5, 0, 0);
  add_row(p, 1, 0, 40, 1);
  const auto found = find_fragments(p, bonds);
  EXPECT_EQ(found.sizes, (std::vector<std::int64_t>{5, 3, 1}));
  EXPECT_EQ(found.of_atom, (std::vector<std::int32_t>{1, 1, 1, 0, 0, 0, 0, 0, 2}));
  EXPECT_FALSE(found.endless);
}

TEST(Fragments, EveryPairOfSpeciesHasItsOwnBond) {
  for (const auto& [a, b, longest] : {std::tuple{0, 0, 3.0}, {1, 1, 2.0}, {0, 1, 2.5}, {1, 0, 2.5}})
    for (const double d : {longest - 0.01, longest + 0.01}) {
      const Particle p{{"Ag", "Co"}, {static_cast<std::uint8_t>(a), static_cast<std::uint8_t>(b)}, {0, 0, 0, 0, d, 0}};
      EXPECT_EQ(find_fragments(p, bonds).sizes.size(), d < longest ? 1u : 2u) << a << b;
    }
}

TEST(Fragments, AreMadeWholeAcrossAPeriodicBoundary) {
  Particle p{{"Ag", "Co"}, {}, {}};
  add_row(p, 6, 11, 3);    // leaves the box on the right
  add_row(p, 2, 14, -14);  // nearer to the first from below, across two sides
  const Particle whole = p;
  wrap(p, 30);
  ASSERT_NE(p.positions, whole.positions);
  const auto found = find_fragments(p, bonds, 30);
  EXPECT_EQ(found.sizes, (std::vector<std::int64_t>{6, 2}));
  EXPECT_FALSE(found.endless);
  for (std::size_t i = 0; i < p.size(); ++i) {
    EXPECT_NEAR(p.positions[3 * i] - p.positions[0], whole.positions[3 * i] - whole.positions[0], 1e-12);
    // 17 A below the first is 13 A above it.
    EXPECT_NEAR(p.positions[3 * i + 2] - p.positions[2], i < 6 ? 0 : 13, 1e-12);
  }
}

TEST(Fragments, AChainThroughTheBoxHasNoEnd) {
  Particle p{{"Ag"}, {}, {}};
  add_row(p, 10, -9.5, 0);
  EXPECT_TRUE(find_fragments(p, bonds, 19).endless);
  EXPECT_FALSE(find_fragments(p, bonds, 25).endless);
}

TEST(Fragments, TheCentreIsThatOfMass) {
  Particle p{{"Ag", "Co"}, {0, 1}, {1, 2, 3, 5, 6, 7}};
  centre(p, std::array<double, 2>{3, 1});
  EXPECT_NEAR(p.positions[0], -1, 1e-12);
  EXPECT_NEAR(p.positions[5], 3, 1e-12);
  for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(3 * p.positions[c] + p.positions[3 + c], 0, 1e-12);
}

}  // namespace ronchi::physics
