// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/components/stability.hpp"

#include <gtest/gtest.h>

#include "framework/base/random.hpp"

namespace ronchi::components {
namespace {

constexpr int size = 20;

TEST(Stability, ComponentsThatAreTheSameInAnyOrderAreStable) {
  std::vector<float> a(2 * size, 0.f), b(2 * size, 0.f);
  a[3] = 1;
  a[size + 8] = 2;
  b[8] = 5;
  b[size + 3] = 1;  // the other way round, and of other sizes
  const Stability s = stability_of({a, b, a}, 2, size);
  EXPECT_NEAR(s.least, 1, 1e-12);
  EXPECT_NEAR(s.mean, 1, 1e-12);
}

TEST(Stability, AComponentThatIsAnotherOneInEachRunIsNot) {
  std::vector<std::vector<float>> runs;
  for (int run = 0; run < 6; ++run) {
    std::vector<float> v(3 * size, 0.f);
    v[0] = 1;
    v[size + 1] = 1;
    v[static_cast<std::size_t>(2 * size + 2 + run)] = 1;
    runs.push_back(v);
  }
  const Stability s = stability_of(runs, 3, size);
  EXPECT_NEAR(s.least, 0, 1e-12) << "as far from its own as from the others";
  EXPECT_NEAR(s.mean, 2.0 / 3, 1e-12);
}

TEST(Stability, SilhouettesAreTheirDefinition) {
  // Two runs of two components in the plane, at 0, 90 and 60, 30 degrees: 0 and 30 are one cluster, 90 and 60 the other. Inside 1 -
  // cos 30, to the nearest other cluster the mean of two; the same for all four by symmetry: (1 - cos 90 + 1 - cos 60) / 2 at 0 and
  // 90, (1 - cos 60 + 1 - cos 30) / 2 at 30 and 60.
  const float c60 = 0.5f, c30 = 0.8660254f;
  const Stability s = stability_of({{1, 0, 0, 1}, {c60, c30, c30, c60}}, 2, 2);
  const double inside = 1 - 0.8660254, outer = (1 + 0.5) / 2, inner = (0.5 + inside) / 2;
  const double mean = ((outer - inside) / outer + (inner - inside) / inner) / 2;
  EXPECT_NEAR(s.mean, mean, 1e-6);
  EXPECT_NEAR(s.least, mean, 1e-6);
}

TEST(Stability, OneRunIsStable) { EXPECT_EQ(stability_of({{1, 0, 0, 1}}, 2, 2).least, 1); }

}  // namespace
}  // namespace ronchi::components
