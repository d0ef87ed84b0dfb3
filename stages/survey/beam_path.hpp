// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace ronchi::survey {

/// Beam positions over one scan of ny x nx: those measured on some lines, and what follows for every frame.
struct BeamPath {
  std::int64_t ny = 1, nx = 1;
  std::vector<std::int64_t> lines;  ///< surveyed, ascending
  std::vector<double> measured;     ///< [lines, nx, 3]: y, x, intensity; intensity 0 = no beam
};

/// position = at + per_line (i_y - (ny - 1) / 2) + per_column (i_x - (nx - 1) / 2), for y and x.
struct Plane {
  double at[2] = {0, 0}, per_line[2] = {0, 0}, per_column[2] = {0, 0};
  double spread[2] = {0, 0};  ///< 1.4826 x median absolute residual of the frames used
  std::int64_t used = 0;      ///< frames that the fit rests on; 0: no beam was found
  [[nodiscard]] double value(int axis, double line, double column) const {
    return at[axis] + per_line[axis] * line + per_column[axis] * column;
  }
};

/// Least absolute deviations first, then least squares without the frames farther than 4 spreads (0.05 pixels at least) off, until
/// these stay the same. Frames within `border` of the scan's edge are ignored. With fewer than 12 frames, or along an axis with
/// fewer than 3 lines, the slope is 0.
[[nodiscard]] Plane fit_plane(const BeamPath& path, std::int64_t border);

/// The position in every frame, [ny, nx, 2]: as measured; where a frame showed no beam, the plane's; on lines that were not
/// surveyed, linear between the nearest surveyed lines, column by column (before the first and after the last: theirs).
[[nodiscard]] std::vector<double> measured_path(const BeamPath& path, const Plane& plane);
[[nodiscard]] std::vector<double> plane_path(const BeamPath& path, const Plane& plane);

}  // namespace ronchi::survey
