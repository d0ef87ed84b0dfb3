// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/survey/masks.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "framework/base/error.hpp"

namespace ronchi::survey {
namespace {

TEST(PatternMask, RadiiAndDisksInUnitsOfTheAxes) {
  Transform t;
  t.bin = 2;
  Options o;
  o.outer_radius = 0.5;
  o.spots = {{0.2, -0.1, 0.06}};
  o.mask_uncovered = false;
  const Frame2D f{64, 60, 2, {32, 30}, {0.02, 0.025}};
  crop_around_beam(t, f, 0);
  const auto mask = pattern_mask(t, f, o, 4.0, {{10, 50, 3, 0}});
  ASSERT_EQ(mask.size(), 32U * 30U);
  for (std::int64_t r = 0; r < 32; ++r)
    for (std::int64_t c = 0; c < 30; ++c) {
      const double y = 2.0 * static_cast<double>(r) + 0.5, x = 2.0 * static_cast<double>(c) + 0.5;
      const double ky = (y - 32) * 0.02, kx = (x - 30) * 0.025;
      const bool want = std::hypot(y - 32, x - 30) <= 4 || std::hypot(ky, kx) > 0.5 || std::hypot(ky - 0.2, kx + 0.1) <= 0.06 ||
                        std::hypot(y - 10, x - 50) <= 3 * o.spot_margin;
      ASSERT_EQ(mask[static_cast<std::size_t>(r * 30 + c)], want) << r << " " << c;
    }
}

TEST(PatternMask, WhatSomeFrameDoesNotCoverIsMasked) {
  Transform t;
  t.shifts = {2, 0, -1, 3};
  Options o;
  const auto mask = pattern_mask(t, {8, 9, 1, {4, 4}, {1, 1}}, o, 0, {});
  for (std::int64_t y = 0; y < 8; ++y)
    for (std::int64_t x = 0; x < 9; ++x) {
      // Covered if in(y - dy, x - dx) is on the detector for both frames.
      const bool covered = y - 2 >= 0 && y + 1 < 8 && x - 3 >= 0;
      ASSERT_EQ(mask[static_cast<std::size_t>(y * 9 + x)], !covered) << y << " " << x;
    }
}

TEST(Crop, KeepsTheSquareAroundTheBeam) {
  Transform t;
  t.bin = 2;
  crop_around_beam(t, {64, 64, 2, {32, 20}, {1, 1}}, 10);
  // Binned centres 2 c + 0.5 within [22, 42] and [10, 30].
  EXPECT_EQ(t.crop_first[0], 11);
  EXPECT_EQ(t.crop_size[0], 10);
  EXPECT_EQ(t.crop_first[1], 5);
  EXPECT_EQ(t.crop_size[1], 10);
  EXPECT_THROW(crop_around_beam(t, {64, 64, 2, {32, 20}, {1, 1}}, 0.1), Failure);
}

TEST(SpectrumMask, StrobeAndRanges) {
  const Axis e{"Energy", "keV", 0.5, -1, 20};  // -1 ... 8.5
  Transform t;
  t.bin = 2;
  Options o;
  o.mask_ranges = {{3.5, 4.0}};                 // channels 9 and 10: binned 4 and 5
  const auto mask = spectrum_mask(t, e, o, 3);  // channels 0, 1, 2: binned 0 and 1
  EXPECT_EQ(mask, (std::vector<std::uint8_t>{1, 1, 0, 0, 1, 1, 0, 0, 0, 0}));
  o.keep_from = 0.0;
  o.keep_to = 5.0;
  t.bin = 1;
  crop_spectrum(t, e, o);
  EXPECT_EQ(t.crop_first[1], 2);
  EXPECT_EQ(t.crop_size[1], 11);
  EXPECT_EQ(spectrum_mask(t, e, o, 3)[0], 1);  // channel 2
}

}  // namespace
}  // namespace ronchi::survey
