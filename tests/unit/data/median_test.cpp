// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/data/median.hpp"

#include <gtest/gtest.h>

#include "framework/data/fixed_point.hpp"

namespace ronchi {

TEST(Median, IsTheMiddleOrBetweenTheMiddleTwo) {
  EXPECT_EQ(median({}), 0);
  EXPECT_EQ(median({7}), 7);
  EXPECT_EQ(median({9, 1, 4}), 4);
  EXPECT_EQ(median({9, 1, 4, 5}), 4.5);
  EXPECT_EQ(median({1, 1, 0, 0}), 0.5);
}

TEST(FixedPoint, TheLargestSumFits61Bits) {
  for (const double largest : {1.0, 0.3, 5e-20, 7e30, 1023.999}) {
    const double scale = fixed_point_scale(largest);
    EXPECT_LE(largest * scale, std::ldexp(1.0, 61));
    EXPECT_GE(largest * scale, std::ldexp(1.0, 60)) << "and no bit is given away";
  }
}

}  // namespace ronchi
