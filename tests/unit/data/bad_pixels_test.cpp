// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/data/bad_pixels.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace ronchi {
namespace {

template <class T>
std::vector<T> repaired(std::vector<T> frame, const std::vector<std::int64_t>& bad, std::int64_t width) {
  const auto height = static_cast<std::int64_t>(frame.size()) / width;
  BadPixels(bad, height, width).repair(reinterpret_cast<std::byte*>(frame.data()), scalar_of<T>());
  return frame;
}

TEST(BadPixels, TheMedianOfAnEvenNumberIsRoundedDown) {
  // Neighbours of the corner: 1, 4, 6; of the middle: 8 values whose middle two are 4 and 7.
  EXPECT_EQ(repaired<std::uint8_t>({99, 1, 0, 4, 6, 0, 0, 0, 0}, {0}, 3)[0], 4);
  EXPECT_EQ(repaired<std::uint8_t>({1, 2, 3, 4, 99, 7, 8, 9, 10}, {4}, 3)[4], 5);  // (4 + 7) / 2 = 5.5
  EXPECT_EQ(repaired<std::int16_t>({-3, 0, 0, 99, -3, -3, 0, -3, 0}, {}, 3)[3], 99) << "none listed, none touched";
  EXPECT_EQ(repaired<std::int16_t>({-3, 99, 0}, {1}, 3)[1], -2);  // floor(-1.5)
}

TEST(BadPixels, ExtremesDoNotOverflow) {
  constexpr auto most = std::numeric_limits<std::int64_t>::max(), least = std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(repaired<std::int64_t>({least, 5, most}, {1}, 3)[1], -1);  // floor(-1/2)
  EXPECT_EQ(repaired<std::uint64_t>({~0ULL, 5, ~0ULL}, {1}, 3)[1], ~0ULL);
  EXPECT_EQ(repaired<std::uint8_t>({255, 5, 254}, {1}, 3)[1], 254);
}

TEST(BadPixels, AClusterIsFilledFromTheNearestRingWithGoodPixels) {
  std::vector<std::uint16_t> frame(5 * 5, 7);
  std::vector<std::int64_t> bad;
  for (std::int64_t y = 1; y < 4; ++y)
    for (std::int64_t x = 1; x < 4; ++x) bad.push_back(y * 5 + x);
  for (const auto p : bad) frame[static_cast<std::size_t>(p)] = 60000;
  EXPECT_EQ(repaired(frame, bad, 5), std::vector<std::uint16_t>(25, 7));
}

TEST(BadPixels, NaNNeighboursDoNotVote) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(repaired<float>({nan, nan, 3}, {1}, 3)[1], 3.0F);
}

}  // namespace
}  // namespace ronchi
