// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/survey/detector_faults.hpp"

#include <gtest/gtest.h>

#include "tests/support/scan.hpp"

namespace ronchi::survey {
namespace {

DetectorFaults faults_of(const testing::Scan& scan) {
  const auto frames = scan.frames();
  const auto pixels = static_cast<std::size_t>(scan.h * scan.w);
  std::vector<double> sum(pixels, 0);
  std::vector<std::int64_t> nonzero(pixels, 0);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    sum[i % pixels] += frames[i];
    nonzero[i % pixels] += frames[i] != 0;
  }
  return find_faults(sum, nonzero, scan.h, scan.w, 5);
}

TEST(DetectorFaults, PlantedPixelsAreFoundAndNoOthers) {
  testing::Scan scan;
  scan.hot = {3 * 40 + 7, 3 * 40 + 8, 20 * 40 + 39, 40 * 40 + 2};           // two side by side, one at the rim
  scan.dead = {0, 10 * 40 + 30, 10 * 40 + 31, 11 * 40 + 30, 47 * 40 + 39};  // two corners, a cluster of three
  const auto found = faults_of(scan);
  EXPECT_EQ(found.hot, scan.hot);
  EXPECT_EQ(found.dead, scan.dead);
}

TEST(DetectorFaults, ACleanDetectorHasNone) {
  testing::Scan scan;
  scan.sigma = 0.8;  // sharp spots are not hot pixels
  const auto found = faults_of(scan);
  EXPECT_TRUE(found.hot.empty());
  EXPECT_TRUE(found.dead.empty());
}

TEST(DetectorFaults, FewCountsMakeNoDeadPixels) {
  testing::Scan scan;
  scan.background = 0.05;  // 3 counts per pixel in all: many zeros by chance
  scan.beam_counts = 100;
  EXPECT_TRUE(faults_of(scan).dead.empty());
}

TEST(DetectorFaults, ACosmicRayIsNoHotPixel) {
  std::vector<double> sum(100, 50);
  std::vector<std::int64_t> nonzero(100, 40);
  sum[55] = 60000;
  nonzero[55] = 1;
  EXPECT_TRUE(find_faults(sum, nonzero, 10, 10, 5).hot.empty());
  nonzero[55] = 40;
  EXPECT_EQ(find_faults(sum, nonzero, 10, 10, 5).hot, std::vector<std::int64_t>{55});
}

}  // namespace
}  // namespace ronchi::survey
