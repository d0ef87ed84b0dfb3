// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "framework/data/frames.hpp"
#include "stages/phases/options.hpp"

namespace ronchi::phases {

/// The pixels that templates are drawn on: those of the frames, as calibrated.
struct Grid {
  std::int64_t rows = 0, columns = 0;
  double pixel_y = 1, pixel_x = 1;    ///< 1/A
  double centre_y = 0, centre_x = 0;  ///< the pixel position of zero
};
/// From two signal axes in 1/A or 1/nm; Failure(usage) when they are not calibrated or there are not two.
[[nodiscard]] Grid grid_of(std::span<const Axis> signal);

/// Angle in the pattern (rad) and offset of its centre (pixels).
struct Placement {
  double rotation = 0, dy = 0, dx = 0;
};

/// A noise-free pattern of one phase, as reflections with their mean intensities.
class Template {
 public:
  /// Kinematical intensities with precession, averaged over all thicknesses (nm) and a grid of 5 x 5 tilts up to `tilt` (rad).
  Template(const physics::Phase& phase, const Grid& grid, const physics::Illumination& illumination, double disk,
           std::span<const double> thickness, double tilt);
  /// The pattern on the grid, C order: disks of radius `disk` (1/A) whose edges fall off over one pixel.
  [[nodiscard]] std::vector<float> draw(const Placement& placement) const;

 private:
  struct Spot {
    double up, across, intensity;
  };
  Grid grid_;
  double disk_;
  std::vector<Spot> spots_;
};

}  // namespace ronchi::phases
