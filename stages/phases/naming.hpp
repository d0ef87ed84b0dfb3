// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "stages/phases/templates.hpp"

namespace ronchi::phases {

/// Zero-normalised cross-correlation of two patterns after the power `exponent` (negative values count as 0), over the pixels
/// whose mask is 0: 1 for patterns that are multiples of each other, 0 if either is constant.
[[nodiscard]] double correlation(std::span<const float> a, std::span<const float> b, std::span<const std::uint8_t> mask,
                                 double exponent);

/// How much of a pattern its mean over rings about the centre explains: the correlation with that mean.
[[nodiscard]] double roundness(std::span<const float> pattern, const Grid& grid, std::span<const std::uint8_t> mask,
                               double exponent);

inline constexpr int unassigned = -1, background = -2;

/// The name of one component.
struct Match {
  int phase = unassigned;             ///< index into the phases, or unassigned, or background (nothing but rings)
  std::vector<double> scores;         ///< the best correlation with each phase's template over all placements tried
  std::vector<Placement> placements;  ///< where it was
  [[nodiscard]] int best() const;     ///< the phase with the highest score, named or not
};

struct Search {
  double rotation = 0;         ///< rad, the middle
  double range = 0, step = 0;  ///< rad, to either side
  double centre = 0;           ///< pixels to either side, in steps of half a pixel
};

/// Names each of the `count` factors (count x pixels, C order) by the template that it correlates best with.
[[nodiscard]] std::vector<Match> name_components(std::span<const float> factors, std::int64_t count,
                                                 std::span<const Template> templates, const Grid& grid,
                                                 std::span<const std::uint8_t> mask, const Search& search, double exponent,
                                                 double least_score, double least_margin);

}  // namespace ronchi::phases
