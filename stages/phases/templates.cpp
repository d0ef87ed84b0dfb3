// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/phases/templates.hpp"

#include <algorithm>
#include <cmath>

#include "framework/base/error.hpp"

namespace ronchi::phases {

namespace {

double per_angstrom(const Axis& axis) {
  if (axis.units == "1/A") return axis.scale;
  if (axis.units == "1/nm") return axis.scale / 10;
  fail(Fault::usage, "Calibrate the input in 1/A or 1/nm; templates need the size of a pixel.",
       "signal axis '{}' has the unit '{}'", axis.name, axis.units);
}

}  // namespace

Grid grid_of(std::span<const Axis> signal) {
  if (signal.size() != 2)
    fail(Fault::usage, "Name phases of diffraction patterns only; spectra go to the stage `elements`.",
         "the frames have {} signal axes, 2 expected", signal.size());
  const Axis &y = signal[0], &x = signal[1];
  if (y.scale == 0 || x.scale == 0) fail(Fault::usage, "Calibrate the input.", "a signal axis has scale 0");
  return {y.size, x.size, per_angstrom(y), per_angstrom(x), -y.offset / y.scale, -x.offset / x.scale};
}

Template::Template(const physics::Phase& phase, const Grid& grid, const physics::Illumination& illumination, double disk,
                   std::span<const double> thickness, double tilt)
    : grid_(grid), disk_(disk) {
  // To the farthest corner of the grid.
  const double y = std::max(grid.centre_y, static_cast<double>(grid.rows) - grid.centre_y) * grid.pixel_y;
  const double x = std::max(grid.centre_x, static_cast<double>(grid.columns) - grid.centre_x) * grid.pixel_x;
  constexpr int steps = 2;  // to either side
  for (const auto& r : physics::reflections_of(phase, std::hypot(y, x), illumination)) {
    double sum = 0;
    for (const double t : thickness)
      for (int i = -steps; i <= steps; ++i)
        for (int j = -steps; j <= steps; ++j)
          sum += physics::intensity(r, illumination, {tilt * i / steps, tilt * j / steps}, 10 * t);
    spots_.push_back({r.up, r.across, sum});
  }
}

std::vector<float> Template::draw(const Placement& placement) const {
  std::vector<float> pattern(static_cast<std::size_t>(grid_.rows * grid_.columns), 0.0f);
  const double c = std::cos(placement.rotation), s = std::sin(placement.rotation);
  const double radius_y = disk_ / std::abs(grid_.pixel_y), radius_x = disk_ / std::abs(grid_.pixel_x);
  const double pixel = std::sqrt(std::abs(grid_.pixel_y * grid_.pixel_x)), radius = disk_ / pixel;
  for (const Spot& spot : spots_) {
    const double y = grid_.centre_y + placement.dy + (spot.up * s + spot.across * c) / grid_.pixel_y;
    const double x = grid_.centre_x + placement.dx + (spot.up * c - spot.across * s) / grid_.pixel_x;
    const auto first = [](double v) { return std::max<std::int64_t>(0, static_cast<std::int64_t>(std::floor(v))); };
    const auto last_row = std::min(grid_.rows - 1, static_cast<std::int64_t>(std::ceil(y + radius_y + 1)));
    const auto last_column = std::min(grid_.columns - 1, static_cast<std::int64_t>(std::ceil(x + radius_x + 1)));
    for (std::int64_t row = first(y - radius_y - 1); row <= last_row; ++row)
      for (std::int64_t column = first(x - radius_x - 1); column <= last_column; ++column) {
        const double dy = (static_cast<double>(row) - y) * grid_.pixel_y / pixel;
        const double dx = (static_cast<double>(column) - x) * grid_.pixel_x / pixel;
        const double cover = std::clamp(radius + 0.5 - std::hypot(dy, dx), 0.0, 1.0);
        pattern[static_cast<std::size_t>(row * grid_.columns + column)] += static_cast<float>(cover * spot.intensity);
      }
  }
  return pattern;
}

}  // namespace ronchi::phases
