// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/data/threshold.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "framework/base/random.hpp"

namespace ronchi {

namespace {

std::vector<double> two_classes(double low, double high) {
  std::vector<double> values;
  Random random(3, 1, 0, 0);
  for (int i = 0; i < 300; ++i) values.push_back(static_cast<double>(random.poisson(low)));
  for (int i = 0; i < 200; ++i) values.push_back(static_cast<double>(random.poisson(high)));
  return values;
}

}  // namespace

TEST(LiThreshold, IsAFixedPointAndMinimisesTheCrossEntropy) {
  const auto values = two_classes(4, 120);
  const double found = li_threshold(values);
  // The cross entropy up to a constant: -sum of (values in a class) ln(mean of the class), over all thresholds.
  const auto entropy = [&](double t) {
    double below = 0, above = 0, n_below = 0, n_above = 0;
    for (const double v : values) (v > t ? above : below) += v, (v > t ? n_above : n_below) += 1;
    return (below > 0 ? -below * std::log(below / n_below) : 0) + (above > 0 ? -above * std::log(above / n_above) : 0);
  };
  double least = std::numeric_limits<double>::max();
  for (double t = 0; t < 150; t += 0.5) least = std::min(least, entropy(t));
  EXPECT_NEAR(entropy(found), least, 1e-9 * std::abs(least));
  EXPECT_GT(found, 15);
  EXPECT_LT(found, 80);
}

TEST(LiThreshold, IsZeroWithoutTwoClasses) {
  EXPECT_EQ(li_threshold(two_classes(100, 130)), 0);
  EXPECT_EQ(li_threshold(std::vector<double>(10, 7.0)), 0);
  EXPECT_EQ(li_threshold(std::vector<double>(10, 0.0)), 0);
  EXPECT_EQ(li_threshold({}), 0);
}

TEST(LiThreshold, AnEmptyBackgroundIsBelowIt) {
  std::vector<double> values(50, 0.0);
  values.resize(80, 90.0);
  const double t = li_threshold(values);
  EXPECT_GT(t, 0);
  EXPECT_LT(t, 90);
}

}  // namespace ronchi
