// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/slicing.hpp"

#include <gtest/gtest.h>

namespace ronchi::wave {

namespace {

/// Five atoms at z = -4, 3, -1, 2, 0 A; the mean is 0.
physics::Particle column() { return {{"Ag"}, {0, 0, 0, 0, 0}, {0, 0, -4, 0, 0, 3, 0, 0, -1, 0, 0, 2, 0, 0, 0}}; }
std::vector<std::vector<std::int32_t>> atoms_of(const Slicing& s) {
  std::vector<std::vector<std::int32_t>> out;
  for (std::size_t i = 0; i + 1 < s.first.size(); ++i)
    out.emplace_back(s.order.begin() + s.first[i], s.order.begin() + s.first[i + 1]);
  return out;
}
using Atoms = std::vector<std::vector<std::int32_t>>;

}  // namespace

TEST(Slicing, EqualSlicesFromTheFirstAtomToTheLast) {
  Slicing s;
  s.set(column(), {physics::no_rotation, 5, 6}, 7, 0);
  EXPECT_EQ(s.z, (std::vector<double>{-3.5, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5}));
  EXPECT_EQ(atoms_of(s), (Atoms{{0}, {}, {}, {2}, {4}, {}, {1, 3}}));
  EXPECT_EQ(s.positions[3], 5);
  EXPECT_EQ(s.positions[4], 6);
  EXPECT_EQ(s.positions[5], 3);
}

TEST(Slicing, AsManyOfAThicknessAsItTakes) {
  Slicing s;
  s.set(column(), {}, 99, 3);  // 7 A: three slices from -5 to 4
  EXPECT_EQ(s.z, (std::vector<double>{-3.5, -0.5, 2.5}));
  EXPECT_EQ(atoms_of(s), (Atoms{{0}, {2, 4}, {1, 3}}));
  s.set(column(), {}, 99, 7);
  EXPECT_EQ(s.z, (std::vector<double>{-0.5}));
}

TEST(Slicing, ALayerComesBehindTheParticle) {
  Slicing s;
  s.set(column(), {}, 2, 0);
  s.append({1, 1, 0.5, 2, 2, 5.5, 3, 3, 2.5}, 6, 5, 1.9);  // three slices of 2 A from z = 5 on
  EXPECT_EQ(s.z, (std::vector<double>{-2.25, 1.25, 6, 8, 10}));
  EXPECT_EQ(atoms_of(s), (Atoms{{0, 2}, {1, 3, 4}, {5}, {7}, {6}}));
  EXPECT_EQ(s.positions[3 * 6 + 2], 10.5);
  s.set(column(), {}, 1, 0);
  EXPECT_EQ(atoms_of(s), (Atoms{{0, 1, 2, 3, 4}})) << "nothing is left of the layer";
}

TEST(Slicing, OneAtomAndNone) {
  Slicing s;
  s.set({{"Ag"}, {0}, {7, 8, 9}}, {}, 20, 0);
  EXPECT_EQ(s.slices(), 20);
  EXPECT_EQ(s.z, std::vector<double>(20, 0));
  EXPECT_EQ(atoms_of(s).front(), std::vector<std::int32_t>{0});
  s.set({{}, {}, {}}, {}, 3, 0);
  EXPECT_EQ(atoms_of(s), (Atoms{{}, {}, {}}));
}

TEST(Slicing, TheParticleIsTurnedAboutTheMeanOfItsAtoms) {
  Slicing s;
  const auto quarter = physics::rotation_of({std::sqrt(0.5), std::sqrt(0.5), 0, 0});  // about x: y to z
  s.set({{"Ag"}, {0, 0}, {1, 2, 3, 1, 6, 3}}, {quarter, 10, 20}, 1, 0);
  const double expected[] = {10, 20, -2, 10, 20, 2};
  for (std::size_t i = 0; i < 6; ++i) EXPECT_NEAR(s.positions[i], expected[i], 1e-12) << i;
  EXPECT_NEAR(s.low, -2, 1e-12);
  EXPECT_NEAR(s.high, 2, 1e-12);
}

}  // namespace ronchi::wave
