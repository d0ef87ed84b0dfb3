// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>

namespace ronchi {

/// The power of two by which real numbers are multiplied before they are rounded and summed as 64-bit integers, so that the sum
/// does not depend on an order: a sum of up to `largest_sum` then fits 61 bits.
[[nodiscard]] inline double fixed_point_scale(double largest_sum) {
  int exponent = 0;
  std::frexp(largest_sum, &exponent);
  return std::ldexp(1.0, 61 - exponent);
}

}  // namespace ronchi
