// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/simulate_scan/wire.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ronchi::simulate_scan {

namespace {

double area(const Wire& wire, double diameter) {
  double sum = 0;
  constexpr int points = 100000;
  for (int i = 0; i < points; ++i) sum += wire.thickness(((i + 0.5) / points - 0.5) * 2 * diameter) * 2 * diameter / points;
  return sum;
}

}  // namespace

TEST(Wire, CrossSectionsHaveTheirAreas) {
  Options o;
  o.diameter = 90;
  o.cross_section = CrossSection::facets_edge_on;  // a hexagon 90 from flat to flat
  EXPECT_NEAR(area(Wire(o, 1), 90), std::sqrt(3.0) / 2 * 90 * 90, 1);
  o.cross_section = CrossSection::facets_face_on;  // 90 from corner to corner
  EXPECT_NEAR(area(Wire(o, 1), 90), 3 * std::sqrt(3.0) / 8 * 90 * 90, 1);
  o.cross_section = CrossSection::circular;
  EXPECT_NEAR(area(Wire(o, 1), 90), std::numbers::pi / 4 * 90 * 90, 1);
}

TEST(Wire, SegmentsFollowEachOtherWithoutGapsAndDiffer) {
  Options o;
  o.segment_length = 30;
  o.shortest_segment = 12;
  o.scan = {10, 20000};
  const Wire wire(o, 7);
  const auto& s = wire.segments();
  ASSERT_GT(s.size(), 500u);
  double length = 0;
  for (std::size_t i = 0; i < s.size(); ++i) {
    EXPECT_GE(s[i].end - s[i].begin, 12 - 1e-9);
    length += s[i].end - s[i].begin;
    if (i == 0) continue;
    EXPECT_EQ(s[i].begin, s[i - 1].end);
    EXPECT_NE(s[i].phase, s[i - 1].phase);
  }
  // Exponential above 12 with mean 30: the mean of n has the standard deviation 18 / sqrt(n); 4 of them.
  const auto n = static_cast<double>(s.size());
  EXPECT_NEAR(length / n, 30, 4 * 18 / std::sqrt(n));
}

TEST(Wire, ProbeMixesPhasesAtInterfacesOnly) {
  Options o;
  o.probe = 2;
  const Wire wire(o, 3);
  const auto middle = [&](double x) { return wire.at(x, o.step * static_cast<double>(o.scan[0] - 1) / 2); };
  const auto& s = wire.segments();
  bool seen = false;
  for (std::size_t i = 1; i < s.size(); ++i) {
    if (s[i].begin < 20 || s[i].begin > 370) continue;
    seen = true;
    const auto edge = middle(s[i].begin), inner = middle((s[i].begin + s[i].end) / 2);
    EXPECT_NEAR(edge.weights[static_cast<std::size_t>(s[i].phase)], 0.5, 0.01);
    EXPECT_NEAR(edge.weights[static_cast<std::size_t>(s[i - 1].phase)], 0.5, 0.01);
    EXPECT_NEAR(inner.weights[static_cast<std::size_t>(s[i].phase)], 1, 1e-6);
    EXPECT_EQ(inner.phase, s[i].phase);
  }
  EXPECT_TRUE(seen);
}

TEST(Wire, OrientationChangesSlowlyAndWithinItsAmplitudes) {
  Options o;
  o.bend = 1.5;
  o.twist = 0.5;
  o.mistilt = {0, 0};
  const Wire wire(o, 5);
  constexpr double degree = std::numbers::pi / 180;
  double least = 1, most = -1;
  for (int i = 0; i < 200; ++i) {
    const auto p = wire.at(2.0 * i, 99), next = wire.at(2.0 * i + 2, 99);
    EXPECT_LE(std::abs(p.tilt.up), 1.5 * degree);
    EXPECT_LE(std::abs(p.tilt.across), 0.5 * degree);
    EXPECT_LT(std::abs(p.tilt.up - next.tilt.up), 0.15 * degree);
    least = std::min(least, p.tilt.up);
    most = std::max(most, p.tilt.up);
  }
  EXPECT_GT(most - least, 0.5 * degree) << "it does bend";
}

}  // namespace ronchi::simulate_scan
