// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/base/random.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace ronchi {

TEST(Random, SameAddressSameNumbersOtherAddressOtherNumbers) {
  Random a(1, 2, 3, 4), b(1, 2, 3, 4);
  EXPECT_EQ(a.bits64(), b.bits64());
  const auto first = Random(1, 2, 3, 4).bits64();
  EXPECT_NE(first, Random(2, 2, 3, 4).bits64());
  EXPECT_NE(first, Random(1, 3, 3, 4).bits64());
  EXPECT_NE(first, Random(1, 2, 4, 4).bits64());
  EXPECT_NE(first, Random(1, 2, 3, 5).bits64());
}

// Chi-square of the counts against the Poisson probabilities, below and above the change of method.
TEST(Random, PoissonHasThePoissonDistribution) {
  for (const double mean : {0.1, 3.0, 9.9, 10.1, 40.0, 1000.0}) {
    constexpr int draws = 40000;
    Random random(7, 0, static_cast<std::uint64_t>(mean * 10), 0);
    const int centre = static_cast<int>(mean), half = static_cast<int>(6 * std::sqrt(mean)) + 6;
    const int low = std::max(0, centre - half), bins = centre + half - low + 1;
    std::vector<int> histogram(static_cast<std::size_t>(bins));
    int outside = 0;
    for (int i = 0; i < draws; ++i) {
      const auto k = random.poisson(mean) - low;
      if (k >= 0 && k < bins)
        ++histogram[static_cast<std::size_t>(k)];
      else
        ++outside;
    }
    EXPECT_LE(outside, 2) << mean;
    double chi2 = 0, expected = 0, seen = 0;
    int degrees = -1;
    for (int b = 0; b < bins; ++b) {
      const double k = low + b;
      expected += draws * std::exp(k * std::log(mean) - mean - std::lgamma(k + 1));
      seen += histogram[static_cast<std::size_t>(b)];
      if (expected < 10) continue;  // thin bins go together
      chi2 += (seen - expected) * (seen - expected) / expected;
      ++degrees;
      expected = seen = 0;
    }
    EXPECT_LT(chi2, degrees + 5 * std::sqrt(2.0 * degrees) + 5) << "mean " << mean;
  }
}

}  // namespace ronchi
