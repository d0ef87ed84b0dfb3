// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include "framework/data/frames.hpp"

namespace ronchi::ingest {

/// Pixels of the shifted raw pattern whose sum makes one pixel of a virtual image; kept as runs along rows.
struct VirtualDetector {
  struct Run {
    std::int64_t y, first, last;
  };  ///< columns [first, last)
  std::string name;
  std::string caption;
  std::vector<Run> runs;
};

/// Ring inner <= r <= outer around (y, x), in lengths of `unit` per raw pixel along y and x; judged by pixel centres.
[[nodiscard]] VirtualDetector ring(std::string name, std::int64_t height, std::int64_t width, const double (&beam)[2],
                                   const double (&unit)[2], double inner, double outer);
/// Channels of a spectrum whose energies lie in [from, to].
[[nodiscard]] VirtualDetector window(std::string name, const Axis& energy, double from, double to);

/// Sum of an unshifted raw frame under a detector that sees it shifted by (dy, dx). Exact for integers; floats in the order of the
/// runs.
template <class T>
[[nodiscard]] double sum_under(const VirtualDetector& detector, const T* frame, std::int64_t height, std::int64_t width,
                               std::int64_t dy, std::int64_t dx) {
  using Total = std::conditional_t<std::is_floating_point_v<T> || sizeof(T) == 8, double, std::int64_t>;
  // Rows of 16-bit values cannot overflow 32 bits, and twice as many fit into a vector register.
  using Row = std::conditional_t<(std::is_unsigned_v<T> && sizeof(T) <= 2), std::uint32_t, Total>;
  Total total = 0;
  for (const auto& run : detector.runs) {
    const std::int64_t y = run.y - dy, first = std::max<std::int64_t>(0, run.first - dx), last = std::min(width, run.last - dx);
    if (y < 0 || y >= height || first >= last) continue;
    const T* v = frame + y * width;
    Row row = 0;
    for (std::int64_t x = first; x < last; ++x) row += static_cast<Row>(v[x]);
    total += static_cast<Total>(row);
  }
  return static_cast<double>(total);
}

}  // namespace ronchi::ingest
