// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "stages/components/half_counts.hpp"

/// Which components are distinct patterns, and which are the same reflections with other intensities, as bending and thickness make
/// them. See docs/components.md.
namespace ronchi::components {

/// Where the columns of the data matrix lie on the detector (or along a spectrum: one row).
struct Places {
  std::int64_t rows = 1, columns = 1;
  std::vector<std::int64_t> pixel;     ///< of each column of the matrix
  std::vector<std::int64_t> mirrored;  ///< the other pixel that it stands for, or -1

  Places(const FrameInfo& info, std::span<const std::int64_t> pixel_of_column, const std::optional<Mirror>& mirror);
};

/// What stands out of its surroundings by more than two standard deviations: sqrt(max(0, z - background - 2)) for every pixel of
/// the detector. `z`: a pattern, one value per column of the matrix, in units of its noise. The background is the pattern with its
/// peaks clipped: b <- min(b, (b(+p) + b(-p)) / 2) along rows, columns and diagonals for p = 1 to `width` pixels (C. G. Ryan et
/// al., Nucl. Instrum. Methods B 34 (1988) 396, without their logarithms).
[[nodiscard]] std::vector<float> peaks_of(std::span<const double> z, const Places& places, int width);

/// Cosines between patterns of peaks, n x n.
[[nodiscard]] std::vector<double> similarities(const std::vector<std::vector<float>>& peaks);

/// Groups of similar patterns, by average linkage: the two groups with the largest mean similarity are joined while it is at least
/// `threshold`. Returns the group of each, numbered from 0 in the order of their first member.
[[nodiscard]] std::vector<int> groups_of(std::vector<double> similarity, int n, double threshold);

/// The number of distinct patterns: of the groups, and of those that hide in one of them. A rare phase may have a component that
/// holds more of the matrix than of itself, and so lie in the matrix's group; but half and more of its peaks are eight times as
/// high as those of the group's larger components are in the same measure (which is the upper quartile of the ratio at these
/// components' highest peaks), and no other component has them. `mass`: of each component, for the order within groups.
[[nodiscard]] int distinct_patterns(const std::vector<std::vector<float>>& peaks, const std::vector<double>& mass,
                                    double threshold);

}  // namespace ronchi::components
