// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/survey/beam_path.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "framework/base/random.hpp"

namespace ronchi::survey {
namespace {

constexpr double at(int axis, double line, double column) {
  return axis == 0 ? 60 + 0.05 * line - 0.02 * column : 64 - 0.03 * line + 0.04 * column;
}

BeamPath made(std::int64_t ny, std::int64_t nx, std::int64_t step, double noise) {
  BeamPath path{ny, nx, {}, {}};
  Random random(3, 1, 0, 0);
  for (std::int64_t line = step / 2; line < ny; line += step) {
    path.lines.push_back(line);
    for (std::int64_t column = 0; column < nx; ++column) {
      const double l = static_cast<double>(line), c = static_cast<double>(column);
      path.measured.insert(path.measured.end(),
                           {at(0, l, c) + noise * random.normal(), at(1, l, c) + noise * random.normal(), 100});
    }
  }
  return path;
}

void expect_plane(const std::vector<double>& found, std::int64_t ny, std::int64_t nx, double tolerance) {
  for (std::int64_t line = 0; line < ny; ++line)
    for (std::int64_t column = 0; column < nx; ++column)
      for (int axis = 0; axis < 2; ++axis)
        ASSERT_NEAR(found[static_cast<std::size_t>(2 * (line * nx + column) + axis)],
                    at(axis, static_cast<double>(line), static_cast<double>(column)), tolerance);
}

TEST(BeamPath, APlaneIsFoundExactly) {
  const auto path = made(20, 30, 1, 0);
  expect_plane(plane_path(path, fit_plane(path, 0)), 20, 30, 1e-9);
}

TEST(BeamPath, OutliersAndABorderDoNotBendThePlane) {
  auto path = made(40, 50, 1, 0.05);
  for (std::size_t i = 0; i < path.measured.size(); i += 3 * 5)
    path.measured[i] += 9;  // every fifth frame: a reflection outshines the beam
  for (std::int64_t column = 0; column < 50; ++column) path.measured[static_cast<std::size_t>(3 * column)] = 20;  // the first line
  const auto plane = fit_plane(path, 3);
  expect_plane(plane_path(path, plane), 40, 50, 0.05);
  EXPECT_NEAR(plane.spread[1], 0.05, 0.02);
}

TEST(BeamPath, ASampleOfLinesGivesThePlaneEverywhere) {
  const auto path = made(64, 20, 8, 0);
  expect_plane(plane_path(path, fit_plane(path, 0)), 64, 20, 1e-9);
}

TEST(BeamPath, MeasuredPathIsTheMeasurementAndLinearBetweenSurveyedLines) {
  auto path = made(17, 6, 4, 0);                          // lines 2, 6, 10, 14
  path.measured[static_cast<std::size_t>(3 * 2)] += 0.7;  // line 2, column 2
  const auto found = measured_path(path, fit_plane(path, 0));
  const auto y = [&](std::int64_t line, std::int64_t column) { return found[static_cast<std::size_t>(2 * (line * 6 + column))]; };
  EXPECT_DOUBLE_EQ(y(2, 2), at(0, 2, 2) + 0.7);
  EXPECT_NEAR(y(4, 2), at(0, 4, 2) + 0.35, 1e-9);  // half way to line 6
  EXPECT_NEAR(y(0, 2), y(2, 2), 1e-12);            // before the first line: as the first
  EXPECT_NEAR(y(16, 3), at(0, 14, 3), 1e-9);       // after the last
}

TEST(BeamPath, AFrameWithoutBeamGetsThePlanesPosition) {
  auto path = made(10, 10, 1, 0);
  path.measured[static_cast<std::size_t>(3 * 44)] = 0;
  path.measured[static_cast<std::size_t>(3 * 44 + 2)] = 0;
  const auto found = measured_path(path, fit_plane(path, 0));
  EXPECT_NEAR(found[2 * 44], at(0, 4, 4), 1e-9);
}

TEST(BeamPath, FewFramesGiveTheirMean) {
  BeamPath path{1, 2, {0}, {10, 20, 5, 12, 22, 5}};
  const auto plane = fit_plane(path, 0);
  EXPECT_DOUBLE_EQ(plane.at[0], 11);
  EXPECT_DOUBLE_EQ(plane.at[1], 21);
  EXPECT_DOUBLE_EQ(plane.per_column[0], 0);
}

TEST(BeamPath, NoBeamAtAllIsSaid) {
  const BeamPath path{2, 2, {0, 1}, std::vector<double>(12, 0)};
  EXPECT_EQ(fit_plane(path, 0).used, 0);
}

}  // namespace
}  // namespace ronchi::survey
