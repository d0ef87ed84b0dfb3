// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "framework/report/html.hpp"
#include "stages/report/content.hpp"

/// The data behind the clicks: loadings and factors everywhere, measured patterns on a grid.
namespace ronchi::report {

/// Bytes that each piece may take in the page.
struct Budget {
  double pictures = 9e6, loadings = 5e6, factors = 3e6, measured = 6e6;
  [[nodiscard]] Budget scaled(double by) const { return {pictures * by, loadings * by, factors * by, measured * by}; }
};

/// Non-negative numbers as round(levels * sqrt(v / max)), little-endian, deflated, base64: {"bits":16,"max":[..],"bytes":".."}
/// One max per plane; planes have equal lengths. The error of a value v is below sqrt(v * max) / levels.
[[nodiscard]] std::string packed_planes(const std::vector<std::vector<float>>& planes, int bits);

/// Sums over `bin` x `bin` pixels (the last ones smaller).
[[nodiscard]] std::vector<float> binned(const std::vector<float>& pattern, std::int64_t height, std::int64_t width,
                                        std::int64_t bin);

/// Adds the inspector to the page. `marks` are labels for the spectra's x axis.
void add_explorer(Page& page, const Content& content, const Layout& layout, const Decomposition& d, const Budget& budget,
                  const std::vector<Curve::Mark>& marks);

}  // namespace ronchi::report
