// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/components/distinct.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ronchi::components {
namespace {

constexpr std::int64_t edge = 32;

Places whole() {
  FrameInfo info;
  info.signal = {{"ky", "", 1, 0, edge}, {"kx", "", 1, 0, edge}};
  std::vector<std::int64_t> all(static_cast<std::size_t>(edge * edge));
  std::iota(all.begin(), all.end(), 0);
  return {info, all, std::nullopt};
}

struct Spot {
  std::int64_t y, x;
  double height;
};

/// Spots of 3 x 3 pixels on a slope.
std::vector<double> pattern(const std::vector<Spot>& spots, double slope = 0.5) {
  std::vector<double> z(static_cast<std::size_t>(edge * edge));
  for (std::int64_t y = 0; y < edge; ++y)
    for (std::int64_t x = 0; x < edge; ++x) z[static_cast<std::size_t>(y * edge + x)] = slope * static_cast<double>(x + y);
  for (const Spot& s : spots)
    for (std::int64_t dy = -1; dy <= 1; ++dy)
      for (std::int64_t dx = -1; dx <= 1; ++dx) z[static_cast<std::size_t>((s.y + dy) * edge + s.x + dx)] += s.height;
  return z;
}

TEST(Peaks, ASlopeHasNoneAndSpotsHaveTheirHeights) {
  const Places places = whole();
  for (const float v : peaks_of(pattern({}), places, 4)) ASSERT_EQ(v, 0.f);
  const auto peaks = peaks_of(pattern({{10, 12, 38}}), places, 4);
  EXPECT_NEAR(peaks[10 * edge + 12], 6, 1e-3) << "sqrt(38 - 2)";
  EXPECT_EQ(std::count_if(peaks.begin(), peaks.end(), [](float v) { return v > 0; }), 9);
}

TEST(Peaks, WhatIsBelowTwoStandardDeviationsIsNone) {
  for (const float v : peaks_of(pattern({{10, 12, 1.9}}), whole(), 4)) ASSERT_EQ(v, 0.f);
}

TEST(Peaks, MaskedPixelsAreNoBackgroundAndNoPeaks) {
  FrameInfo info;
  info.signal = {{"ky", "", 1, 0, edge}, {"kx", "", 1, 0, edge}};
  std::vector<std::int64_t> left;
  std::vector<double> z;
  const auto all = pattern({{16, 16, 50}});
  for (std::int64_t p = 0; p < edge * edge; ++p)
    if (p / edge < 10 || p / edge > 12) {
      left.push_back(p);
      z.push_back(all[static_cast<std::size_t>(p)]);
    }
  const auto peaks = peaks_of(z, {info, left, std::nullopt}, 4);
  EXPECT_NEAR(peaks[16 * edge + 16], std::sqrt(48.0), 1e-3);
  for (std::int64_t x = 0; x < edge; ++x) EXPECT_EQ(peaks[static_cast<std::size_t>(11 * edge + x)], 0.f);
}

TEST(Distinct, OtherIntensitiesOfTheSameReflectionsAreOnePatternOtherPlacesAreTwo) {
  const Places places = whole();
  const auto peaks = [&](const std::vector<Spot>& spots) { return peaks_of(pattern(spots), places, 4); };
  const auto a = peaks({{5, 5, 100}, {5, 25, 20}, {25, 5, 20}, {25, 25, 100}, {15, 10, 50}}),
             bent = peaks({{5, 5, 20}, {5, 25, 100}, {25, 5, 100}, {25, 25, 20}, {15, 10, 50}}),
             other = peaks({{5, 9, 100}, {9, 25, 20}, {25, 12, 20}, {20, 25, 100}, {15, 20, 50}});
  EXPECT_EQ(groups_of(similarities({a, bent, other}), 3, 0.5), (std::vector<int>{0, 0, 1}));
}

TEST(Distinct, ARarePatternThatHoldsMuchOfTheMatrixIsFoundInItsGroup) {
  const Places places = whole();
  const auto peaks = [&](const std::vector<Spot>& spots) { return peaks_of(pattern(spots), places, 4); };
  const std::vector<Spot> matrix{{5, 5, 400}, {5, 25, 400}, {25, 5, 400}, {25, 25, 400}},
      bent{{5, 5, 900}, {5, 25, 200}, {25, 5, 200}, {25, 25, 900}};
  std::vector<Spot> rare{{5, 5, 100}, {5, 25, 100}, {25, 5, 100}, {25, 25, 100}};
  for (const Spot& own : {Spot{10, 12, 120}, {20, 20, 120}, {12, 20, 120}, {20, 12, 120}}) rare.push_back(own);
  const auto m = peaks(matrix), b = peaks(bent), r = peaks(rare);
  EXPECT_EQ(groups_of(similarities({m, b, r}), 3, 0.5), (std::vector<int>{0, 0, 0})) << "by their cosines all are one";
  EXPECT_EQ(distinct_patterns({m, b}, {10, 5}, 0.5), 1);
  EXPECT_EQ(distinct_patterns({m, b, r}, {10, 5, 1}, 0.5), 2);
  // A component of its own for the same peaks: then it is a mixture of two that are known.
  const auto pure = peaks({{10, 12, 400}, {20, 20, 400}, {12, 20, 400}, {20, 12, 400}});
  EXPECT_EQ(distinct_patterns({m, b, r, pure}, {10, 5, 1, 2}, 0.5), 2);
}

TEST(Groups, AreJoinedByTheirMeanSimilarity) {
  // 0 and 1 are alike; 2 is like 1 but not like 0: 0.6 and 0.2 have a mean of 0.4.
  const std::vector<double> s{1, 0.9, 0.2, 0.9, 1, 0.6, 0.2, 0.6, 1};
  EXPECT_EQ(groups_of(s, 3, 0.5), (std::vector<int>{0, 0, 1}));
  EXPECT_EQ(groups_of(s, 3, 0.39), (std::vector<int>{0, 0, 0}));
  EXPECT_EQ(groups_of(s, 3, 0.95), (std::vector<int>{0, 1, 2}));
  EXPECT_TRUE(groups_of({}, 0, 0.5).empty());
}

}  // namespace
}  // namespace ronchi::components
