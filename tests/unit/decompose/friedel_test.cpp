// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Friedel pairs, written down by hand for small patterns.
#include "stages/decompose/friedel.hpp"

#include <gtest/gtest.h>

#include "tests/support/frames.hpp"

namespace ronchi::decompose {
namespace {

using testing::FakeFrames;
using Bytes = std::vector<std::uint8_t>;

/// Patterns of ny x nx with zero at pixel (cy, cx).
template <class T>
FakeFrames patterns(std::int64_t ny, std::int64_t nx, double cy, double cx, const std::vector<T>& values) {
  FakeFrames frames({static_cast<std::int64_t>(values.size()) / (ny * nx)}, {ny, nx}, values);
  auto& signal = frames.change().signal;
  signal[0].scale = signal[1].scale = 0.25;
  signal[0].offset = -0.25 * cy;
  signal[1].offset = -0.25 * cx;
  return frames;
}

std::string refusal(const FrameSource& source) {
  try {
    (void)FriedelSums(source, {});
    return "";
  } catch (const Failure& f) { return f.what(); }
}

TEST(Friedel, ZeroAtAPixel) {
  // About the 4: 1 + 7, 2 + 6, 3 + 5. The last column has no partner.
  const auto source =
      patterns<std::uint8_t>(3, 4, 1, 1, {1, 2, 3, 90, 3, 4, 5, 91, 5, 6, 7, 92, 255, 0, 0, 1, 0, 0, 0, 2, 0, 0, 255, 3});
  const FriedelSums sums(source, {});
  ASSERT_EQ(sums.info().type, Scalar::u16) << "two bytes may give 510";
  EXPECT_EQ(sums.info().shape(), source.info().shape());
  EXPECT_EQ(sums.pairs(), 4);
  EXPECT_EQ(sums.halves(), (Bytes{0, 0, 0, 0, 0, 0, 1, 0, 1, 1, 1, 0}));
  const auto frames = sums.FrameSource::read<std::uint16_t>({0, 2});
  const auto expect = [&](std::size_t frame, const std::vector<int>& left) {
    std::vector<int> found;
    for (std::size_t p = 0; p < 12; ++p)
      if (sums.halves()[p] == 0) found.push_back(frames[frame * 12 + p]);
    EXPECT_EQ(found, left);
  };
  expect(0, {1 + 7, 2 + 6, 3 + 5, 90, 3 + 5, 4, 91, 92});
  expect(1, {510, 0, 0, 1, 0, 0, 2, 3});
}

TEST(Friedel, ZeroBetweenPixels) {
  const auto source = patterns<std::uint16_t>(2, 2, 0.5, 0.5, {60000, 2, 3, 50000});
  const FriedelSums sums(source, {});
  ASSERT_EQ(sums.info().type, Scalar::f32) << "two words may not fit into one";
  EXPECT_EQ(sums.halves(), (Bytes{0, 0, 1, 1}));
  const auto frame = sums.FrameSource::read<float>({0, 1});
  EXPECT_EQ(frame[0], 110000.f);
  EXPECT_EQ(frame[1], 5.f);
}

TEST(Friedel, APixelWhosePartnerIsMaskedStaysAsItIs) {
  const auto source = patterns<std::uint8_t>(1, 5, 0, 2, {1, 2, 3, 4, 5});
  const FriedelSums sums(source, {0, 0, 0, 1, 0});
  EXPECT_EQ(sums.given(), (Bytes{0, 0, 0, 1, 0}));
  EXPECT_EQ(sums.halves(), (Bytes{0, 0, 0, 1, 1}));
  const auto frame = sums.FrameSource::read<std::uint16_t>({0, 1});
  EXPECT_EQ(frame[0], 1 + 5);
  EXPECT_EQ(frame[1], 2);
  EXPECT_EQ(frame[2], 3);
  // In a pattern of sums, single pixels keep what they have, pairs share it.
  std::vector<float> pattern{6, 2, 3, 0, 0};
  sums.spread(pattern.data());
  EXPECT_EQ(pattern, (std::vector<float>{3, 2, 3, 0, 3}));
  std::vector<double> folded{1, 2, 3, 4, 5};
  sums.fold(folded);
  EXPECT_EQ(folded[0], 6);
  EXPECT_EQ(folded[1], 2);
}

TEST(Friedel, WhatHasNoPairsIsRefused) {
  const FakeFrames spectra({2}, {3}, Bytes(6, 1));
  EXPECT_NE(refusal(spectra).find("friedel: false"), std::string::npos) << refusal(spectra);
  const Bytes ones(64, 1);
  const auto corner = patterns(8, 8, 0, 0, ones), outside = patterns(8, 8, 3, 40, ones), centred = patterns(8, 8, 3.5, 3.5, ones);
  EXPECT_NE(refusal(corner).find("zero at pixel (0, 0) of 8 x 8"), std::string::npos) << refusal(corner);
  EXPECT_NE(refusal(outside).find("centre the patterns first"), std::string::npos) << refusal(outside);
  EXPECT_EQ(refusal(centred), "");
}

}  // namespace
}  // namespace ronchi::decompose
