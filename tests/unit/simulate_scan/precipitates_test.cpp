// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/simulate_scan/precipitates.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <numeric>

#include "framework/base/error.hpp"
#include "stages/simulate_scan/simulation.hpp"

namespace ronchi::simulate_scan {
namespace {

Options foil() {
  Options o;
  o.specimen = SpecimenKind::precipitates;
  o.scan = {60, 80};
  o.phases.resize(3);  // matrix, and two that are in it
  o.precipitates.resize(2);
  o.precipitates[0].phase = o.phases[1].name;
  o.precipitates[0].area_fraction = 0.1;
  o.precipitates[1].phase = o.phases[2].name;
  o.precipitates[1].axis = Axis3::plane;
  o.precipitates[1].diameter = 30;
  o.precipitates[1].height = 8;
  o.precipitates[1].area_fraction = 0.04;
  return o;
}

TEST(Precipitates, CoverThePartOfTheScanThatTheyShould) {
  const Options o = foil();
  const Precipitates p(o, 3);
  for (int phase = 1; phase <= 2; ++phase) {
    double covered = 0, largest = 0;
    for (const auto& body : p.bodies())
      if (body.phase == phase)
        largest =
            std::max(largest, body.lying ? body.diameter * body.height : std::numbers::pi / 4 * body.diameter * body.diameter);
    for (std::int64_t y = 0; y < o.scan[0]; ++y)
      for (std::int64_t x = 0; x < o.scan[1]; ++x) {
        bool here = false;
        for (const auto& body : p.bodies())
          if (body.phase == phase) here |= p.chord(body, static_cast<double>(x) * o.step, static_cast<double>(y) * o.step) > 0;
        covered += here;
      }
    const double all = static_cast<double>(o.scan[0] * o.scan[1]),
                 wanted = o.precipitates[static_cast<std::size_t>(phase - 1)].area_fraction;
    EXPECT_GE(covered / all, wanted);
    EXPECT_LE(covered / all, wanted + 1.3 * largest / (o.step * o.step) / all) << "the last one may be too much, no more";
  }
}

TEST(Precipitates, ChordsOfACylinder) {
  Options o = foil();
  o.wedge = 0;
  o.foil_thickness = 100;
  const Precipitates p(o, 1);
  const Precipitates::Body needle{1, 20, 20, 50, 10, 60, false, 0, {}};
  EXPECT_DOUBLE_EQ(p.chord(needle, 20, 20), 60);
  EXPECT_DOUBLE_EQ(p.chord(needle, 24.9, 20), 60);
  EXPECT_DOUBLE_EQ(p.chord(needle, 25.1, 20), 0);
  Precipitates::Body lying{1, 20, 20, 50, 10, 60, true, std::numbers::pi / 2, {}};  // along y
  EXPECT_NEAR(p.chord(lying, 20, 20), 10, 1e-12);
  EXPECT_NEAR(p.chord(lying, 23, 40), 8, 1e-12) << "2 sqrt(5^2 - 3^2)";
  EXPECT_DOUBLE_EQ(p.chord(lying, 40, 20), 0);
  EXPECT_DOUBLE_EQ(p.chord(lying, 20, 51), 0);
  lying.z = 2;
  EXPECT_NEAR(p.chord(lying, 20, 20), 7, 1e-12) << "the foil's surface cuts it";
}

TEST(Precipitates, ThicknessIsSharedOutAmongTheGrains) {
  const Options o = foil();
  const Precipitates p(o, 5);
  int mixed = 0;
  for (double y = 0; y < 120; y += 7)
    for (double x = 0; x < 160; x += 7) {
      const auto point = p.at(x, y);
      double sum = 0;
      for (const auto& grain : point.grains) sum += grain.weight * grain.thickness;
      EXPECT_NEAR(sum, p.foil(x, y), 1e-9);
      EXPECT_NEAR(std::accumulate(point.weights.begin(), point.weights.end(), 0.0), 1, 1e-12);
      mixed += point.grains.size() > 1;
    }
  EXPECT_GT(mixed, 20) << "a precipitate goes through a part of the foil";
}

TEST(Precipitates, MatrixBendsSlowlyAndPrecipitatesHaveATiltOfTheirOwn) {
  Options o = foil();
  o.misorientation = 0.5;
  const Precipitates p(o, 9);
  double sum = 0, sum2 = 0;
  for (const auto& b : p.bodies())
    for (const double tilt : {b.misoriented.up, b.misoriented.across}) {
      sum += tilt;
      sum2 += tilt * tilt;
    }
  const double n = 2 * static_cast<double>(p.bodies().size());
  ASSERT_GT(n, 20);
  EXPECT_NEAR(std::sqrt(sum2 / n), 0.5 * std::numbers::pi / 180, 4 * 0.5 * std::numbers::pi / 180 / std::sqrt(2 * n));
  const auto a = p.at(40, 40), b = p.at(42, 40);
  EXPECT_LT(std::abs(a.tilt.up - b.tilt.up), 0.05 * o.bend * std::numbers::pi / 180 * 2 * std::numbers::pi);
}

TEST(Precipitates, ASimulationOfThemHasItsDoseAndBothPatterns) {
  Options o = foil();
  o.scan = {20, 20};
  o.detector = 64;
  o.pixel = 0.032;
  o.dose = 300;
  const Simulation s(o, 2);
  double sum = 0;
  bool more = false;
  for (std::int64_t f = 0; f < s.frames(); ++f) {
    const auto e = s.expected(f);
    EXPECT_TRUE(e.point.inside);
    sum += e.scattered();
    more |= e.point.phase > 0;
  }
  EXPECT_TRUE(more);
  EXPECT_NEAR(sum / static_cast<double>(s.frames()), 300, 6);
}

TEST(Precipitates, OfAPhaseThatIsNotThereAreRefused) {
  Options o = foil();
  o.precipitates[0].phase = "gold";
  EXPECT_THROW(Precipitates(o, 1), Failure);
  o.precipitates[0].phase = o.phases[0].name;
  EXPECT_THROW(Precipitates(o, 1), Failure) << "the matrix";
}

TEST(Precipitates, EachPhaseButTheFirstHasSomeWhenNoneAreNamed) {
  Options o = foil();
  o.precipitates.clear();
  std::vector<int> seen(3, 0);
  const Precipitates p(o, 1);
  for (const auto& b : p.bodies()) ++seen[static_cast<std::size_t>(b.phase)];
  EXPECT_EQ(seen[0], 0);
  EXPECT_GT(seen[1], 0);
  EXPECT_GT(seen[2], 0);
}

}  // namespace
}  // namespace ronchi::simulate_scan
