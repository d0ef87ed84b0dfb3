// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/phases/naming.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "framework/base/error.hpp"
#include "framework/base/random.hpp"
#include "framework/physics/electrons.hpp"

namespace ronchi::phases {

namespace {

constexpr double degree = std::numbers::pi / 180;
const Search search{0, 4 * degree, degree, 1};

struct Bench {
  std::vector<Axis> axes{{"ky", "1/A", 0.032, -1.016, 64}, {"kx", "1/A", 0.032, -1.016, 64}};
  Grid grid = grid_of(axes);
  std::vector<Template> templates;
  std::vector<std::uint8_t> mask = std::vector<std::uint8_t>(64 * 64, 0);

  Bench() {
    const physics::Illumination beam{physics::wavelength(200), physics::relativistic_mass(200), degree};
    const std::vector<double> thickness{80, 110};
    for (const auto& phase : physics::gallium_arsenide()) templates.emplace_back(phase, grid, beam, 0.032, thickness, 0.5 * degree);
    for (int y = 0; y < 64; ++y)
      for (int x = 0; x < 64; ++x)
        if (std::hypot(y - grid.centre_y, x - grid.centre_x) < 3) mask[static_cast<std::size_t>(64 * y + x)] = 1;
  }
  [[nodiscard]] std::vector<Match> named(const std::vector<std::vector<float>>& factors) const {
    std::vector<float> flat;
    for (const auto& f : factors) flat.insert(flat.end(), f.begin(), f.end());
    return name_components(flat, static_cast<std::int64_t>(factors.size()), templates, grid, mask, search, 0.5, 0.5, 0.05);
  }
};

}  // namespace

TEST(Grid, FollowsTheCalibration) {
  const Grid g = Bench().grid;
  EXPECT_NEAR(g.centre_x, 31.75, 1e-9);  // 64 pixels binned by two: zero lies between bins 31 and 32
  std::vector<Axis> nm{{"ky", "1/nm", 0.32, -10.16, 64}, {"kx", "1/nm", 0.32, -10.16, 64}};
  EXPECT_NEAR(grid_of(nm).pixel_y, g.pixel_y, 1e-12);
  EXPECT_NEAR(grid_of(nm).centre_y, g.centre_y, 1e-9);
  nm[0].units = "";
  EXPECT_THROW((void)grid_of(nm), Failure);
  EXPECT_THROW((void)grid_of(std::span(nm).first(1)), Failure);
}

TEST(Correlation, IgnoresScaleAndMaskedPixels) {
  const std::vector<float> a{1, 4, 9, 16}, b{3, 12, 27, 48}, broken{1, 4, 9, 5000};
  const std::vector<std::uint8_t> none(4, 0), last{0, 0, 0, 1};
  EXPECT_NEAR(correlation(a, b, none, 0.5), 1, 1e-12);
  EXPECT_NEAR(correlation(a, broken, last, 0.5), 1, 1e-12);
  EXPECT_LT(correlation(a, broken, none, 0.5), 0.95);
  EXPECT_EQ(correlation(a, std::vector<float>(4, 2), none, 0.5), 0);
  // With exponent 1/2 these are 1, 2, 3 against 3, 2, 1.
  EXPECT_NEAR(correlation(std::vector<float>{1, 4, 9}, std::vector<float>{9, 4, 1}, std::vector<std::uint8_t>(3, 0), 0.5), -1,
              1e-12);
}

TEST(Templates, EachMatchesItselfWithScoreOneAndTheOthersWorse) {
  const Bench bench;
  std::vector<std::vector<float>> own;
  for (const auto& t : bench.templates) own.push_back(t.draw({}));
  const auto matches = bench.named(own);
  for (int p = 0; p < 3; ++p) {
    const Match& m = matches[static_cast<std::size_t>(p)];
    EXPECT_EQ(m.phase, p);
    EXPECT_NEAR(m.scores[static_cast<std::size_t>(p)], 1, 1e-9);
    EXPECT_EQ(m.placements[static_cast<std::size_t>(p)].dy, 0);
    EXPECT_EQ(m.placements[static_cast<std::size_t>(p)].dx, 0);
    for (int other = 0; other < 3; ++other) {
      if (other != p) { EXPECT_LT(m.scores[static_cast<std::size_t>(other)], 0.6); }
    }
  }
}

TEST(Templates, TwinIsTheMirrorImage) {
  const Bench bench;
  const auto crystal = bench.templates[0].draw({0, 31.5 - bench.grid.centre_y, 31.5 - bench.grid.centre_x});
  const auto twin = bench.templates[1].draw({0, 31.5 - bench.grid.centre_y, 31.5 - bench.grid.centre_x});
  float most = 0;
  for (const float v : crystal) most = std::max(most, v);
  for (int y = 0; y < 64; ++y)
    for (int x = 0; x < 64; ++x)
      ASSERT_NEAR(crystal[static_cast<std::size_t>(64 * y + x)], twin[static_cast<std::size_t>(64 * (63 - y) + x)], 1e-4f * most);
}

TEST(Naming, FindsRotationAndCentreAndSurvivesNoiseAndScale) {
  const Bench bench;
  std::vector<std::vector<float>> seen{bench.templates[2].draw({3 * degree, 0.5, -1}),
                                       bench.templates[1].draw({-2 * degree, -0.5, 0})};
  Random random(5, 1, 0, 0);
  for (auto& f : seen) {
    double sum = 0;
    for (const float v : f) sum += v;
    for (float& v : f) v = static_cast<float>(random.poisson(20000 * v / sum) * 0.37);
  }
  seen[0][31 * 64 + 31] = 1e6f;  // masked
  const auto matches = bench.named(seen);
  EXPECT_EQ(matches[0].phase, 2);
  EXPECT_NEAR(matches[0].placements[2].rotation, 3 * degree, 1e-9);
  EXPECT_EQ(matches[0].placements[2].dy, 0.5);
  EXPECT_EQ(matches[0].placements[2].dx, -1);
  EXPECT_EQ(matches[1].phase, 1);
  EXPECT_NEAR(matches[1].placements[1].rotation, -2 * degree, 1e-9);
}

TEST(Naming, SharedReflectionsAndRingsGetNoPhase) {
  const Bench bench;
  // The systematic row along the growth axis is common to crystal and twin.
  auto row = bench.templates[0].draw({});
  for (int y = 0; y < 64; ++y)
    for (int x = 0; x < 64; ++x)
      if (std::abs(y - bench.grid.centre_y) > 2.5) row[static_cast<std::size_t>(64 * y + x)] = 0;
  std::vector<float> haze(64 * 64);
  for (int y = 0; y < 64; ++y)
    for (int x = 0; x < 64; ++x) {
      const double k = std::hypot(y - bench.grid.centre_y, x - bench.grid.centre_x) / 8;
      haze[static_cast<std::size_t>(64 * y + x)] = static_cast<float>(100 / std::pow(1 + k * k, 2));
    }
  const auto matches = bench.named({row, haze, std::vector<float>(64 * 64, 0.0f)});
  EXPECT_LT(matches[0].phase, 0);
  EXPECT_EQ(matches[1].phase, background);
  EXPECT_LT(matches[2].phase, 0);
}

TEST(Naming, SeveralComponentsMayBeOfOnePhase) {
  const Bench bench;
  const auto a = bench.templates[0].draw({}), b = bench.templates[0].draw({2 * degree, 0, 0.5});
  const auto matches = bench.named({a, b});
  EXPECT_EQ(matches[0].phase, 0);
  EXPECT_EQ(matches[1].phase, 0);
}

}  // namespace ronchi::phases
