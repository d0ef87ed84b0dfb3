// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>

namespace ronchi {

/// Half-open range of item (or frame, or row) numbers: first, first + 1, ..., last - 1.
struct Range {
  std::int64_t first = 0;
  std::int64_t last = 0;

  [[nodiscard]] constexpr std::int64_t size() const { return last - first; }
  [[nodiscard]] constexpr bool empty() const { return last <= first; }
  [[nodiscard]] constexpr bool contains(std::int64_t i) const { return first <= i && i < last; }
  [[nodiscard]] constexpr bool contains(Range r) const { return r.empty() || (first <= r.first && r.last <= last); }
  friend constexpr bool operator==(Range, Range) = default;
  friend constexpr auto operator<=>(Range, Range) = default;
};

[[nodiscard]] constexpr Range intersect(Range a, Range b) {
  const Range r{std::max(a.first, b.first), std::min(a.last, b.last)};
  return r.empty() ? Range{r.first, r.first} : r;
}

[[nodiscard]] constexpr std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

/// Part `index` of `parts` nearly equal pieces of [0, size), each beginning at a multiple of `grain`.
[[nodiscard]] constexpr Range slab(std::int64_t size, std::int64_t parts, std::int64_t index, std::int64_t grain = 1) {
  const std::int64_t grains = ceil_div(size, grain);
  const auto edge = [&](std::int64_t p) { return std::min(size, grains * p / parts * grain); };
  return {edge(index), edge(index + 1)};
}

}  // namespace ronchi
