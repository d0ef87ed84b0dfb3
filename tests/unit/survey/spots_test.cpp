// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/survey/spots.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace ronchi::survey {
namespace {

TEST(Spots, GaussianBlobsAreFoundWithTheirSize) {
  constexpr std::int64_t n = 96;
  const std::vector<Spot> planted{{20, 30, 0, 0}, {70, 62, 0, 0}, {30, 75, 0, 0}};
  std::vector<double> pattern(n * n, 5);
  const auto add = [&](double cy, double cx, double sigma, double height) {
    for (std::int64_t p = 0; p < n * n; ++p)
      pattern[static_cast<std::size_t>(p)] +=
          height * std::exp(-0.5 * (std::pow(static_cast<double>(p / n) - cy, 2) + std::pow(static_cast<double>(p % n) - cx, 2)) /
                            (sigma * sigma));
  };
  for (const auto& s : planted) add(s.y, s.x, 2.5, 100);
  add(48, 48, 3, 5000);  // the direct beam
  add(15, 80, 2.5, 4);   // a faint one below the threshold
  const auto found = find_spots(pattern, n, n, 48, 48, 12, 0.1);
  ASSERT_EQ(found.size(), planted.size());
  for (const auto& p : planted) {
    const bool there =
        std::any_of(found.begin(), found.end(), [&](const Spot& s) { return std::hypot(s.y - p.y, s.x - p.x) < 1.5; });
    EXPECT_TRUE(there) << p.y << " " << p.x;
  }
  // A Gaussian of sigma s answers strongest at scale s: the radius is sqrt(2) s within a step of the scales.
  for (const auto& s : found) EXPECT_NEAR(s.radius, std::sqrt(2.0) * 2.5, 0.25 * std::sqrt(2.0) * 2.5);
}

TEST(Spots, AFlatPatternHasNone) { EXPECT_TRUE(find_spots(std::vector<double>(40 * 40, 3), 40, 40, 20, 20, 4, 0.1).empty()); }

}  // namespace
}  // namespace ronchi::survey
