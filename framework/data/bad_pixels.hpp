// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "framework/data/scalar.hpp"

namespace ronchi {

/// Repairs bad pixels of a pattern: each becomes the median of its good neighbours. Good pixels alone are read, so the
/// result does not depend on an order.
class BadPixels {
 public:
  BadPixels() = default;
  /// `pixels`: flat indices, ascending. A spectrum has height 1.
  BadPixels(const std::vector<std::int64_t>& pixels, std::int64_t height, std::int64_t width);
  [[nodiscard]] bool empty() const { return pixels_.empty(); }
  /// In place; the frame has height x width values of `type`. Median of an even number: the mean of the middle two,
  /// rounded down for integers.
  void repair(std::byte* frame, Scalar type) const;
  /// Good neighbours of the k-th bad pixel: those of the nearest ring (largest of |dy|, |dx|) that has any.
  [[nodiscard]] const std::vector<std::int64_t>& neighbours(std::size_t k) const { return neighbours_[k]; }

 private:
  std::vector<std::int64_t> pixels_;
  std::vector<std::vector<std::int64_t>> neighbours_;
};

}  // namespace ronchi
