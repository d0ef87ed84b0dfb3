// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace ronchi::survey {

/// Pixels that do not say what their neighbours say; flat indices, ascending.
struct DetectorFaults {
  std::vector<std::int64_t> hot, dead;
  [[nodiscard]] std::vector<std::int64_t> all() const;  ///< ascending
};

/// From sums over many frames. With S the sum of a pixel and B that of its third-brightest neighbour (of 8):
///   hot:  S > ratio B + 6 sqrt(ratio B) + 10, seen in more than 8 frames (a cosmic ray is no bad pixel). The third
///         neighbour, so that two hot pixels side by side do not hide each other; a real spot spreads over its neighbours.
///   dead: S = 0, while the median of the 24 pixels around was not zero in 20 frames or more (chance: below e^-20).
[[nodiscard]] DetectorFaults find_faults(std::span<const double> sum, std::span<const std::int64_t> nonzero, std::int64_t height,
                                         std::int64_t width, double ratio);

}  // namespace ronchi::survey
