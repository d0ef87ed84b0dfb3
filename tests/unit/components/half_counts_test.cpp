// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/components/half_counts.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "framework/base/error.hpp"
#include "framework/base/random.hpp"
#include "tests/support/counts.hpp"
#include "tests/support/frames.hpp"

namespace ronchi::components {
namespace {

using testing::FakeFrames;
using testing::VectorFrames;
using Half = HalfCounts::Half;

struct Moments {
  double first = 0, second = 0, first2 = 0, second2 = 0, product = 0;
};

/// Of the halves of Poisson counts of the given mean.
Moments moments_of(double mean, double fraction, int n) {
  Moments m;
  for (int i = 0; i < n; ++i) {
    const std::int64_t all = Random(5, 1, static_cast<std::uint64_t>(i), 0).poisson(mean);
    const auto a = static_cast<double>(thinned(all, fraction, 7, i, 3)), b = static_cast<double>(all) - a;
    m.first += a / n;
    m.second += b / n;
    m.first2 += a * a / n;
    m.second2 += b * b / n;
    m.product += a * b / n;
  }
  return m;
}

TEST(Thinning, HalvesOfPoissonCountsAreIndependentPoissonCounts) {
  constexpr int n = 200000;
  for (const double fraction : {0.5, 0.3})
    for (const double mean : {0.4, 6.0, 90.0}) {
      const Moments m = moments_of(mean, fraction, n);
      const double a = fraction * mean, b = mean - a;
      // Standard errors of a mean, of a variance (Poisson: mu + 2 mu^2 nearly), of a covariance.
      EXPECT_NEAR(m.first, a, 5 * std::sqrt(a / n));
      EXPECT_NEAR(m.second, b, 5 * std::sqrt(b / n));
      EXPECT_NEAR(m.first2 - m.first * m.first, a, 5 * std::sqrt((a + 2 * a * a) / n));
      EXPECT_NEAR(m.second2 - m.second * m.second, b, 5 * std::sqrt((b + 2 * b * b) / n));
      EXPECT_NEAR(m.product - m.first * m.second, 0, 5 * std::sqrt(a * b / n));
    }
}

TEST(Thinning, PixelsAreThinnedIndependently) {
  double product = 0;
  constexpr int n = 100000;
  for (int i = 0; i < n; ++i)
    product += (static_cast<double>(thinned(10, 0.5, 1, i, 0)) - 5) * (static_cast<double>(thinned(10, 0.5, 1, i, 1)) - 5) / n;
  EXPECT_NEAR(product, 0, 5 * 2.5 / std::sqrt(n));
}

TEST(HalfCounts, HalvesAddUpToTheCounts) {
  const auto counts = testing::poisson_counts<std::uint16_t>(40, 30, 2, 500);
  const VectorFrames<std::uint16_t> source(40, 30, counts);
  const HalfCounts first(source, Half::first, 0.5, 3, {}, {}), second(source, Half::second, 0.5, 3, {}, {});
  const auto a = first.read<std::uint16_t>({10, 40}), b = second.read<std::uint16_t>({10, 40});
  for (std::size_t i = 0; i < a.size(); ++i) ASSERT_EQ(a[i] + b[i], counts[10 * 30 + i]);
  EXPECT_NE(a, b);
}

TEST(HalfCounts, AFrameDoesNotDependOnHowItIsRead) {
  const VectorFrames<std::uint8_t> source(50, 20, testing::poisson_counts<std::uint8_t>(50, 20, 2, 300));
  const HalfCounts half(source, Half::first, 0.4, 3, {}, {});
  const auto all = half.read<std::uint8_t>({0, 50}), one = half.read<std::uint8_t>({33, 34});
  EXPECT_TRUE(std::equal(one.begin(), one.end(), all.begin() + 33 * 20));
}

FakeFrames calibrated(const std::vector<std::uint8_t>& values, std::int64_t edge, double zero) {
  FakeFrames frames({static_cast<std::int64_t>(values.size()) / edge / edge}, {edge, edge}, values);
  for (Axis& axis : frames.change().signal) axis = {"k", "1/A", 0.02, -0.02 * zero, edge};
  return frames;
}

TEST(HalfCounts, FriedelPairsAreAddedAboutTheZeroOfTheAxes) {
  // 5 x 5 with the zero on pixel (2, 2): a pixel and the one opposite have 10 and 20 counts, others none.
  std::vector<std::uint8_t> values(25, 0);
  values[0 * 5 + 1] = 10;
  values[4 * 5 + 3] = 20;
  const FakeFrames source = calibrated(values, 5, 2);
  const auto mirror = Mirror::about_zero(source.info());
  ASSERT_TRUE(mirror);
  EXPECT_EQ(mirror->of(1), 23);
  EXPECT_EQ(mirror->of(12), 12);
  const HalfCounts first(source, Half::first, 0.5, 1, mirror, {}), second(source, Half::second, 0.5, 1, mirror, {});
  ASSERT_EQ(first.info().type, Scalar::u16) << "a sum of two bytes";
  const auto a = first.read<std::uint16_t>({0, 1}), b = second.read<std::uint16_t>({0, 1});
  EXPECT_EQ(a[1] + b[1], 30);
  EXPECT_EQ(a[23] + b[23], 0);
  EXPECT_EQ(first.signal_mask()[1], 0);
  EXPECT_EQ(first.signal_mask()[23], 1) << "is in the first of its pair";
  EXPECT_EQ(first.signal_mask()[12], 1) << "the centre has no other";
}

TEST(HalfCounts, APairIsLeftOutWithEitherOfItsPixels) {
  const FakeFrames source = calibrated(std::vector<std::uint8_t>(25, 4), 5, 2);
  std::vector<std::uint8_t> mask(25, 0);
  mask[23] = 1;
  const HalfCounts half(source, Half::first, 0.5, 1, Mirror::about_zero(source.info()), mask);
  EXPECT_EQ(half.signal_mask()[1], 1);
  EXPECT_EQ(half.signal_mask()[2], 0);
}

TEST(HalfCounts, AZeroBetweenPixelsMirrorsToo) {
  const FakeFrames source = calibrated(std::vector<std::uint8_t>(16, 4), 4, 1.5);
  const auto mirror = Mirror::about_zero(source.info());
  ASSERT_TRUE(mirror);
  EXPECT_EQ(mirror->of(0), 15);
  EXPECT_EQ(mirror->of(6), 9);
}

TEST(HalfCounts, OnlyReciprocalSpaceHasFriedelPairs) {
  FakeFrames source({2}, {4, 4}, std::vector<std::uint8_t>(32, 1));
  EXPECT_FALSE(Mirror::about_zero(source.info()));
  FakeFrames spectrum({2}, {16}, std::vector<std::uint8_t>(32, 1));
  EXPECT_FALSE(Mirror::about_zero(spectrum.info()));
}

TEST(HalfCounts, WhatIsNoCountIsRefusedWithItsPlace) {
  std::vector<float> values(12, 2.f);
  values[7] = 1.5f;
  const VectorFrames<float> source(3, 4, values);
  const HalfCounts half(source, Half::first, 0.5, 1, {}, {});
  try {
    (void)half.read<float>({0, 3});
    FAIL() << "1.5 counts";
  } catch (const Failure& failure) {
    EXPECT_NE(failure.error().message.find("frame 1 has the value 1.5 at pixel 3"), std::string::npos) << failure.error().message;
  }
}

}  // namespace
}  // namespace ronchi::components
