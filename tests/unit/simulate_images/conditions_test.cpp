// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Truth: the distributions that are asked for; addresses that do not depend on what else is drawn.
#include "stages/simulate_images/conditions.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "framework/base/error.hpp"

namespace ronchi::simulate_images {

TEST(Conditions, SplitsHaveTheirSharesAndKnowNoImages) {
  Options o;
  o.shares = {0.7, 0.2, 0.1};
  constexpr int n = 20000;
  std::array<double, 3> count{};
  for (int item = 0; item < n; ++item) count.at(draw_split(o, 1, item)) += 1;
  for (std::size_t s = 0; s < 3; ++s)
    EXPECT_NEAR(count[s] / n, o.shares[s], 4 * std::sqrt(o.shares[s] * (1 - o.shares[s]) / n)) << "four standard deviations";
  Options more = o;
  more.images = 50;
  more.waves = 7;
  int moved = 0;
  for (int item = 0; item < 1000; ++item) {
    EXPECT_EQ(draw_split(o, 1, item), draw_split(more, 1, item));
    moved += draw_split(o, 1, item) != draw_split(o, 2, item);
  }
  EXPECT_GT(moved, 300) << "another seed cuts elsewhere: 46 % move";
  for (int first = 0; first < n; first += 10) {
    std::array<int, 3> of_ten{};
    for (int item = first; item < first + 10; ++item) of_ten.at(draw_split(o, 1, item)) += 1;
    ASSERT_EQ(of_ten, (std::array<int, 3>{7, 2, 1})) << "however small a set is, no split is empty";
  }
  o.shares = {0, 0, 1};
  EXPECT_EQ(draw_split(o, 1, 0), 2);
}

TEST(Conditions, SharesNeedNotBeTenths) {
  Options o;
  o.shares = {0.85, 0.123, 0.027};
  constexpr int n = 100000;
  std::array<double, 3> count{};
  std::array<std::array<int, 10>, 3> at{};
  for (int item = 0; item < n; ++item) {
    const std::uint8_t split = draw_split(o, 3, item);
    count.at(split) += 1;
    at.at(split).at(static_cast<std::size_t>(item % 10)) += 1;
  }
  for (std::size_t s = 0; s < 3; ++s) {
    EXPECT_NEAR(count[s] / n, o.shares[s], 4 * std::sqrt(o.shares[s] * (1 - o.shares[s]) / n));
    for (const int c : at[s]) EXPECT_NEAR(c, count[s] / 10, 4 * std::sqrt(count[s] / 10)) << "wherever it stands among ten";
  }
}

TEST(Conditions, AreDrawnFromTheirRanges) {
  Options o;
  o.vary = {
      {"C10", -8, 12}, {"C12", 1, 2}, {"focal_spread", 2, 4, Distribution::normal}, {"C30", 1, 100, Distribution::log_uniform}};
  o.dose = {100, 10000};
  constexpr int n = 4000;
  double defocus = 0, azimuth = 0, spread = 0, spread2 = 0, log_c30 = 0, log_dose = 0;
  for (int i = 0; i < n; ++i) {
    const Conditions c = draw_conditions(o, 3, i / 4, i % 4);
    const auto& a = c.lens.aberrations;
    ASSERT_TRUE(a.C10 >= -8 && a.C10 <= 12 && a.C12 >= 1 && a.C12 <= 2 && a.phi12 >= 0 && a.phi12 < 180);
    ASSERT_TRUE(c.dose >= 100 && c.dose <= 10000 && a.C30 >= 1 && a.C30 <= 100);
    ASSERT_EQ(a.C21, o.lens.aberrations.C21) << "does not vary";
    defocus += a.C10 / n;
    azimuth += a.phi12 / n;
    spread += *c.lens.focal_spread / n;
    spread2 += *c.lens.focal_spread * *c.lens.focal_spread / n;
    log_c30 += std::log10(a.C30) / n;
    log_dose += std::log10(c.dose) / n;
  }
  const double four = 4 / std::sqrt(n);
  EXPECT_NEAR(defocus, 2, four * 20 / std::sqrt(12));
  EXPECT_NEAR(azimuth, 90, four * 180 / std::sqrt(12));
  EXPECT_NEAR(spread, 3, four);
  EXPECT_NEAR(std::sqrt(spread2 - spread * spread), 1, 0.05);
  EXPECT_NEAR(log_c30, 1, four * 2 / std::sqrt(12));
  EXPECT_NEAR(log_dose, 3, four * 2 / std::sqrt(12));
}

TEST(Conditions, AreOfTheImageAlone) {
  Options o, more = o;
  more.images = 9;
  more.vary.push_back({"C34", 0, 10});
  std::set<double> seen;
  for (int image = 0; image < 5; ++image) {
    const auto a = draw_conditions(o, 1, 7, image), b = draw_conditions(more, 1, 7, image);
    EXPECT_EQ(a.lens.aberrations.C10, b.lens.aberrations.C10);
    EXPECT_EQ(a.dose, b.dose);
    seen.insert({a.lens.aberrations.C10, a.dose, draw_conditions(o, 2, 7, image).dose, draw_conditions(o, 1, 8, image).dose});
  }
  EXPECT_EQ(seen.size(), 20u);
}

/// A rotation is uniform when it takes a fixed direction to a uniform one: mean 0 and mean square 1/3 of each coordinate.
TEST(Conditions, OrientationsAreUniform) {
  Options o;
  constexpr int n = 6000;
  std::array<double, 9> mean{}, square{};
  for (int i = 0; i < n; ++i) {
    const auto& q = draw_stance(o, 1, i, 0).quaternion;
    ASSERT_NEAR(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3], 1, 1e-12);
    const auto m = physics::rotation_of(q);
    for (std::size_t k = 0; k < 9; ++k) {
      mean[k] += m[k] / n;
      square[k] += m[k] * m[k] / n;
    }
  }
  for (std::size_t k = 0; k < 9; ++k) {
    EXPECT_NEAR(mean[k], 0, 4 / std::sqrt(3.0 * n));
    EXPECT_NEAR(square[k], 1.0 / 3, 4 * std::sqrt(4.0 / 45 / n));
  }
}

TEST(Conditions, MistakesAreNamed) {
  Options o;
  o.shares = {1, 0};
  EXPECT_THROW(check(o), Failure);
  o.shares = {0, 0, 0};
  EXPECT_THROW(check(o), Failure);
  o = {};
  o.dose = {1, 2, 3};
  EXPECT_THROW(check(o), Failure);
  o = {};
  o.vary = {{"C10", -1, 1, Distribution::log_uniform}};
  EXPECT_THROW(check(o), Failure);
  EXPECT_NO_THROW(check(Options{}));
}

/// What would fail for some of the images only, and so leave a set without them.
TEST(Conditions, WhatCouldNotBeTakenIsNamedBefore) {
  const auto refused = [](auto change, const std::string& word) {
    Options o;
    change(o);
    try {
      check(o);
      ADD_FAILURE() << word;
    } catch (const Failure& f) {
      EXPECT_EQ(f.error().fault, Fault::usage) << word;
      EXPECT_NE(f.error().message.find(word), std::string::npos) << f.error().message;
    }
  };
  refused([](Options& o) { o.lens.aperture = 10, o.lens.aperture_edge = 30; }, "aperture");
  refused([](Options& o) { o.dose = {1e4, 1e7}; }, "electrons per pixel");
  refused([](Options& o) { o.dose = {1e7, 1e4}; }, "electrons per pixel");
  refused([](Options& o) { o.vary.push_back({"C10", 0, 1}); }, "C10 stands twice");
  const auto averaged = [](Options& o) {
    o.lens.coherence = wave::Coherence::focal;
    o.lens.focal_steps = 9;
    o.vary = {{"focal_spread", 0.1, 8}};
  };
  refused(averaged, "9 steps");
  refused([&](Options& o) { averaged(o), o.vary = {{"focal_spread", 8, 0.1}}; }, "9 steps");
  refused(
      [](Options& o) {
        o.lens.coherence = wave::Coherence::full;
        o.lens.angle_steps = 7;
        o.lens.source_angle = 0.3;
        o.vary = {{"C10", -100, 5}, {"C30", -50, 0}};
      },
      "7 steps");
  Options o;
  averaged(o);
  o.lens.focal_steps.reset();
  EXPECT_NO_THROW(check(o));
}

}  // namespace ronchi::simulate_images
