// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Truth: the definition of binary16 (IEEE 754-2008, 3.4) evaluated with ldexp for all 65536 patterns; of two neighbours the nearer
// one, of two equally near ones that whose last bit is 0.
#include "framework/data/half.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "framework/base/random.hpp"
#include "framework/data/scalar.hpp"

namespace ronchi {

namespace {

constexpr std::uint16_t infinity = 0x7c00;

double by_definition(std::uint16_t bits) {
  const int exponent = (bits >> 10) & 31, mantissa = bits & 1023;
  const double sign = (bits & 0x8000) != 0 ? -1 : 1;
  return sign * (exponent == 0 ? std::ldexp(mantissa, -24) : std::ldexp(1024 + mantissa, exponent - 25));
}

/// The value where rounding to infinity begins stands for infinity among the neighbours: 65536.
double neighbour(std::uint16_t bits) { return by_definition(bits); }

/// What a positive float between the halves `low` and `low` + 1 must become.
std::uint16_t nearest(float value, std::uint16_t low) {
  const double below = value - neighbour(low), above = neighbour(static_cast<std::uint16_t>(low + 1)) - value;
  if (below != above) return below < above ? low : static_cast<std::uint16_t>(low + 1);
  return (low & 1) == 0 ? low : static_cast<std::uint16_t>(low + 1);
}

}  // namespace

TEST(Half, HasTheValuesOfItsDefinition) {
  for (std::uint32_t b = 0; b < 0x10000; ++b) {
    const Half half{static_cast<std::uint16_t>(b)};
    const int exponent = (b >> 10) & 31;
    if (exponent == 31) {
      EXPECT_EQ(std::isnan(to_float(half)), (b & 1023) != 0) << b;
      if ((b & 1023) == 0) { EXPECT_EQ(to_float(half), b < 0x8000 ? INFINITY : -INFINITY); }
    } else {
      ASSERT_EQ(to_float(half), by_definition(half.bits)) << b;
      ASSERT_EQ(std::signbit(to_float(half)), b >= 0x8000) << b;
      ASSERT_EQ(to_half(to_float(half)), half) << b;
    }
  }
}

TEST(Half, IsTheNearestAndOfTwoTheEven) {
  Random random(3, 0, 0, 0);
  for (std::uint16_t low = 0; low < infinity; ++low) {
    const auto high = static_cast<std::uint16_t>(low + 1);
    const auto middle = static_cast<float>(0.5 * (neighbour(low) + neighbour(high)));  // exact: one bit more than a half
    std::vector<float> values{middle, std::nextafter(middle, 0.0f), std::nextafter(middle, INFINITY)};
    for (int i = 0; i < 8; ++i) values.push_back(static_cast<float>(random.uniform(neighbour(low), neighbour(high))));
    for (const float v : values) {
      ASSERT_EQ(to_half(v).bits, nearest(v, low)) << v;
      ASSERT_EQ(to_half(-v).bits, nearest(v, low) | 0x8000) << v;
    }
  }
}

TEST(Half, OfWhatHasNoValue) {
  EXPECT_EQ(to_half(65519.996f).bits, infinity - 1);
  EXPECT_EQ(to_half(65520.0f).bits, infinity);
  EXPECT_EQ(to_half(3e38f).bits, infinity);
  EXPECT_EQ(to_half(-INFINITY).bits, 0x8000 | infinity);
  for (const float nan : {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::signaling_NaN()}) {
    EXPECT_TRUE(std::isnan(to_float(to_half(nan))));
    EXPECT_EQ(to_half(nan).bits & 0x7fff, 0x7e00) << "one NaN, whatever it was";
  }
  EXPECT_EQ(to_half(std::numeric_limits<float>::denorm_min()).bits, 0);
  EXPECT_EQ(to_half(-0.0f).bits, 0x8000);
}

TEST(Half, IsAScalarForStorage) {
  EXPECT_EQ(scalar_of<Half>(), Scalar::f16);
  EXPECT_EQ(size_of(Scalar::f16), 2u);
  EXPECT_EQ(name_of(Scalar::f16), "float16");
  EXPECT_FALSE(is_integer(Scalar::f16));
  EXPECT_TRUE(is_integer(Scalar::i64));
  EXPECT_THROW(visit_scalar(Scalar::f16, [](auto) {}), std::logic_error);
}

}  // namespace ronchi
