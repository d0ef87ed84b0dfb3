// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace ronchi::survey {

/// A blob of a pattern, raw pixels.
struct Spot {
  double y = 0, x = 0, radius = 0;
  double strength = 0;  ///< scale-normalised -LoG at its maximum
};

/// Bright blobs outside the direct beam: maxima over position and scale of -sigma^2 times the Laplacian of Gaussian (Lindeberg
/// 1998, doi:10.1023/A:1008045108935), sigma in 10 steps from 1 to min(height, width) / 16; radius = sqrt(2) sigma. Blobs below
/// `threshold` times the strongest are left; of two that overlap by more than half the stronger stays. Strongest first.
[[nodiscard]] std::vector<Spot> find_spots(std::span<const double> pattern, std::int64_t height, std::int64_t width, double beam_y,
                                           double beam_x, double inner, double threshold);

}  // namespace ronchi::survey
