// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "stages/elements/nnls.hpp"
#include "tests/unit/elements/planted.hpp"

namespace ronchi::elements {

TEST(Lines, EnergiesFollowMoseleysLaw) {
  // sqrt(E) of a line rises with Z in steps (3.3 sqrt(eV) for Ka) that change slowly; a mistyped energy breaks that: 1 % of Cu
  // Ka would be a kink of 0.9.
  const auto all = all_elements();
  const auto smooth = [&](auto line, int from, double kink) {
    for (std::size_t i = 1; i + 1 < all.size(); ++i) {
      EXPECT_EQ(all[i].z, all[i - 1].z + 1);
      if (all[i - 1].z < from || line(all[i - 1]) == 0 || line(all[i]) == 0 || line(all[i + 1]) == 0) continue;
      EXPECT_NEAR(std::sqrt(line(all[i + 1])) - 2 * std::sqrt(line(all[i])) + std::sqrt(line(all[i - 1])), 0, kink)
          << all[i].symbol;
      EXPECT_GT(line(all[i]), line(all[i - 1])) << all[i].symbol;
    }
  };
  smooth([](const Element& e) { return e.ka; }, 4, 0.15);
  smooth([](const Element& e) { return e.kb; }, 11, 0.25);
  smooth([](const Element& e) { return e.la; }, 20, 0.25);
  smooth([](const Element& e) { return e.lb1; }, 20, 0.25);
  smooth([](const Element& e) { return e.ma; }, 57, 0.25);
  smooth([](const Element& e) { return e.mb; }, 57, 0.25);
}

TEST(Lines, EachFamilySumsToOneAndItsFirstLineIsTheStrongest) {
  for (const auto& e : all_elements())
    for (const auto& family : families(e)) {
      double sum = 0;
      for (const auto& line : family.lines) {
        sum += line.weight;
        EXPECT_GE(family.lines[0].weight, line.weight) << e.symbol << line.name;
      }
      EXPECT_NEAR(sum, 1, 1e-12);
    }
}

TEST(Lines, KBetaOfCopperIsAboutAnEighthOfTheFamily) {
  // Tabulated K beta / K alpha of Cu: 0.135 to 0.14 (Scofield 1974, and measurements).
  const auto k = families(*find_element("Cu"))[0];
  EXPECT_NEAR(k.lines[1].weight / k.lines[0].weight, 0.138, 0.005);
}

TEST(Spectrum, WidthIsTheResolutionAtManganese) {
  const Spectrum s;
  EXPECT_NEAR(s.width(5.8988), 0.130, 1e-12);
  EXPECT_LT(s.width(1), 0.08);
  EXPECT_GT(s.width(15), 0.19);
}

TEST(Spectrum, BeamsBelowTheShellSeeNoLine) {
  Spectrum s;
  s.counts.assign(1000, 1);
  const Line cu{"Ka", 8.048, 1};
  EXPECT_TRUE(s.sees(cu));
  s.beam_energy = 8.5;
  EXPECT_FALSE(s.sees(cu));
}

TEST(NonNegative, OverlappingColumnsHaveTheLeastSquaresSolution) {
  // Columns (1,1,0) and (0,1,1), unit variances, y = 2 a + 3 b: the solution is exact; the covariance is the inverse of
  // ((2,1),(1,2)), whose diagonal is 2/3.
  const auto fit = fit_non_negative({{1, 1, 0}, {0, 1, 1}}, {2, 5, 3}, {1, 1, 1});
  EXPECT_NEAR(fit.amplitude[0], 2, 1e-5);
  EXPECT_NEAR(fit.amplitude[1], 3, 1e-5);
  EXPECT_NEAR(fit.deviation[0], std::sqrt(2.0 / 3), 1e-6);
}

TEST(NonNegative, WhatWouldBeNegativeIsZeroAndTheRestRefitted) {
  // Unconstrained: a = 2, b = -1. With b = 0: a = (1,1,0).(2,1,-1) / 2 = 1.5.
  const auto fit = fit_non_negative({{1, 1, 0}, {0, 1, 1}}, {2, 1, -1}, {1, 1, 1});
  EXPECT_NEAR(fit.amplitude[0], 1.5, 1e-6);
  EXPECT_EQ(fit.amplitude[1], 0);
}

}  // namespace ronchi::elements
