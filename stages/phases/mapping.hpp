// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ronchi::phases {

/// Which phase lies where, from the loadings.
struct Map {
  std::vector<std::uint8_t> labels;  ///< per frame: 0 = outside, 1 + index of the phase
  double threshold = 0;              ///< counts; frames below it are outside
};

/// The rule: a frame's counts in component k are loading x sum of the factor; components of equal name are added; the phase with
/// the most counts wins. Counts rather than loadings are compared because the scale between a factor and its loadings is arbitrary.
/// Frames whose named components hold fewer counts than `vacuum` (absent: li_threshold) are outside, and so are masked ones.
/// loadings: frames x components, C order; totals: the sum of each factor over the unmasked pixels; names: phase of each component,
/// < 0: none.
[[nodiscard]] Map map_phases(std::span<const float> loadings, std::span<const double> totals, std::span<const int> names,
                             int phases, std::span<const std::uint8_t> navigation_mask, std::optional<double> vacuum);

/// How a map compares with the truth. Labels are compared by name.
struct Comparison {
  std::vector<std::int64_t> confusion;  ///< truth names x map names, C order: positions
  std::int64_t inside = 0, right = 0;   ///< positions that truly lie inside (truth label > 0); of these, those with the right name
  [[nodiscard]] double accuracy() const { return inside > 0 ? static_cast<double>(right) / static_cast<double>(inside) : 0; }
};
[[nodiscard]] Comparison compare(std::span<const std::uint8_t> truth, const std::vector<std::string>& truth_names,
                                 std::span<const std::uint8_t> labels, const std::vector<std::string>& names);

}  // namespace ronchi::phases
