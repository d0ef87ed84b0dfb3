// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/survey/beam.hpp"

#include <gtest/gtest.h>

#include "tests/support/scan.hpp"

namespace ronchi::survey {
namespace {

TEST(CentreOfMass, IsTheMeanPositionOfTheCountsInTheDisk) {
  // Two counts at (4, 4) and one at (4, 7): y = 4, x = (2 4 + 7) / 3 = 5.
  std::vector<std::uint16_t> frame(12 * 12, 0);
  frame[4 * 12 + 4] = 2;
  frame[4 * 12 + 7] = 1;
  const auto c = centre_of_mass(frame.data(), 12, 12, {5, 5, 6, 6, {}});
  EXPECT_DOUBLE_EQ(c.y, 4);
  EXPECT_DOUBLE_EQ(c.x, 5);
  EXPECT_DOUBLE_EQ(c.intensity, 3);
}

TEST(CentreOfMass, FollowsTheBeamOutOfTheFirstDisk) {
  std::vector<float> frame(40 * 40, 0);
  for (std::int64_t y = 0; y < 40; ++y)
    for (std::int64_t x = 0; x < 40; ++x)
      if (std::hypot(static_cast<double>(y - 27), static_cast<double>(x - 12)) <= 3)
        frame[static_cast<std::size_t>(y * 40 + x)] = 10;
  const auto c = centre_of_mass(frame.data(), 40, 40, {20, 20, 9, 5, {}});  // the disk at the start holds a part of it
  EXPECT_DOUBLE_EQ(c.y, 27);
  EXPECT_DOUBLE_EQ(c.x, 12);
}

TEST(CentreOfMass, BadPixelsHaveNoWeight) {
  std::vector<std::uint32_t> frame(11 * 11, 0);
  frame[5 * 11 + 5] = 100;
  frame[7 * 11 + 5] = 4000000;
  const auto c = centre_of_mass(frame.data(), 11, 11, {5, 5, 5, 5, {7 * 11 + 5}});
  EXPECT_DOUBLE_EQ(c.y, 5);
  EXPECT_DOUBLE_EQ(c.intensity, 100);
}

TEST(CentreOfMass, AnEmptyFrameHasNoBeam) {
  const std::vector<std::uint8_t> frame(64, 0);
  EXPECT_EQ(centre_of_mass(frame.data(), 8, 8, {4, 4, 3, 3, {}}).intensity, 0);
}

TEST(FindBeam, FindsTheBrightDiskAndNotAHotPixel) {
  std::vector<double> mean(64 * 64, 1);
  for (std::int64_t y = 0; y < 64; ++y)
    for (std::int64_t x = 0; x < 64; ++x)
      if (std::hypot(static_cast<double>(y - 30), static_cast<double>(x - 41)) <= 5)
        mean[static_cast<std::size_t>(y * 64 + x)] = 200;
  mean[7 * 64 + 9] = 1e6;
  const auto beam = find_beam(mean, 64, 64);
  EXPECT_NEAR(beam.y, 30, 0.5);
  EXPECT_NEAR(beam.x, 41, 0.5);
  EXPECT_GT(beam.radius, 5 + 1);  // holds the disk and some room to move
  EXPECT_LT(beam.radius, 3 * 5);
}

TEST(RadialProfile, OfAFunctionOfTheRadiusIsThatFunction) {
  std::vector<double> pattern(41 * 41);
  for (std::int64_t y = 0; y < 41; ++y)
    for (std::int64_t x = 0; x < 41; ++x)
      pattern[static_cast<std::size_t>(y * 41 + x)] =
          std::round(std::hypot(static_cast<double>(y - 20), static_cast<double>(x - 20)));
  const auto profile = radial_profile(pattern, 41, 41, 20, 20);
  for (std::size_t r = 0; r < profile.size(); ++r) EXPECT_DOUBLE_EQ(profile[r], static_cast<double>(r));
}

TEST(EdgeRadius, OfADiskIsItsRimPlusOne) {
  std::vector<double> profile(60, 2);
  for (std::size_t r = 0; r <= 7; ++r) profile[r] = 900;
  EXPECT_DOUBLE_EQ(edge_radius(profile), 9);  // first ring outside is 8
}

}  // namespace
}  // namespace ronchi::survey
