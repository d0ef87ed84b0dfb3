// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/phases/mapping.hpp"

#include <gtest/gtest.h>

#include "framework/base/error.hpp"
#include "stages/accuracy_curve/stage.hpp"

namespace ronchi::phases {

TEST(Mapping, ComponentsOfEqualNameAreAddedInCounts) {
  // Components: phase 0, phase 1, phase 1, none. Frame 0: 10 against 6 + 6; frame 1: 10 against 4 + 4; frame 2: the nameless
  // component does not count; frame 3: nothing.
  const std::vector<int> names{0, 1, 1, -1};
  const std::vector<double> totals{1, 2, 0.5, 1};
  const std::vector<float> loadings{10, 3, 12, 0, 10, 2, 8, 0, 1, 0, 0, 100, 0, 0, 0, 5};
  const Map map = map_phases(loadings, totals, names, 2, {}, 0.5);
  EXPECT_EQ(map.labels, (std::vector<std::uint8_t>{2, 1, 1, 0}));
}

TEST(Mapping, ScaleBetweenFactorsAndLoadingsDoesNotMatter) {
  const std::vector<int> names{0, 1};
  const std::vector<float> loadings{3, 2, 1, 4, 2, 1}, rescaled{30, 0.5f, 10, 1, 20, 0.25f};
  EXPECT_EQ(map_phases(loadings, std::vector<double>{1, 1}, names, 2, {}, 0.0).labels,
            map_phases(rescaled, std::vector<double>{0.1, 4}, names, 2, {}, 0.0).labels);
}

TEST(Mapping, VacuumAndMaskedFramesAreOutside) {
  const std::vector<int> names{0, 1};
  std::vector<float> loadings;
  for (int n = 0; n < 40; ++n) {
    const bool inside = n >= 20;
    loadings.push_back(inside ? 80.0f : 1.0f);
    loadings.push_back(inside ? 10.0f : 2.0f);
  }
  std::vector<std::uint8_t> mask(40, 0);
  mask[39] = 1;
  const Map map = map_phases(loadings, std::vector<double>{1, 1}, names, 2, mask, {});
  EXPECT_GT(map.threshold, 3);
  EXPECT_LT(map.threshold, 90);
  for (std::size_t n = 0; n < 40; ++n) EXPECT_EQ(map.labels[n], n >= 20 && n < 39 ? 1 : 0) << n;
  // A scan without vacuum has none on the map.
  const std::vector<float> full(80, 50.0f);
  const Map all = map_phases(full, std::vector<double>{1, 1}, names, 2, {}, {});
  for (const auto label : all.labels) EXPECT_EQ(label, 1);
}

TEST(Comparison, ConfusionAndAccuracyOfAConstructedCase) {
  // Names in another order than the truth's; one phase that the map does not know.
  const std::vector<std::string> truth_names{"outside", "a", "b", "c"}, names{"outside", "b", "a"};
  const std::vector<std::uint8_t> truth{0, 0, 1, 1, 1, 2, 2, 3, 1}, labels{0, 1, 2, 2, 1, 1, 1, 1, 0};
  const Comparison c = compare(truth, truth_names, labels, names);
  EXPECT_EQ(c.inside, 7);
  EXPECT_EQ(c.right, 4);  // two of a, two of b
  EXPECT_DOUBLE_EQ(c.accuracy(), 4.0 / 7);
  EXPECT_EQ(c.confusion, (std::vector<std::int64_t>{1, 1, 0, 1, 1, 2, 0, 2, 0, 0, 1, 0}));
  EXPECT_THROW((void)compare(truth, truth_names, std::vector<std::uint8_t>(3, 0), names), Failure);
  EXPECT_THROW((void)compare(truth, {"outside"}, labels, names), Failure);
}

TEST(AccuracyCurve, PointsAreSortedByWhatWasVaried) {
  const auto points = accuracy_curve::sorted(
      {{1000, 0.99, "phases@1000"}, {50, 0.9, "phases@50"}, {200, 0.97, "phases@b"}, {200, 0.98, "phases@a"}});
  ASSERT_EQ(points.size(), 4u);
  EXPECT_EQ(points[0].stage, "phases@50");
  EXPECT_EQ(points[1].stage, "phases@a");
  EXPECT_EQ(points[2].stage, "phases@b");
  EXPECT_EQ(points[3].y, 0.99);
}

}  // namespace ronchi::phases
