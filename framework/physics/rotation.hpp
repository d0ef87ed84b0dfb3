// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cmath>

#include "framework/base/random.hpp"

namespace ronchi::physics {

/// A proper rotation; row i, column j at 3 i + j.
using Rotation = std::array<double, 9>;

inline constexpr Rotation no_rotation{1, 0, 0, 0, 1, 0, 0, 0, 1};

/// w + x i + y j + z k, of length 1.
using Quaternion = std::array<double, 4>;

[[nodiscard]] constexpr Rotation rotation_of(const Quaternion& q) {
  const auto [w, x, y, z] = q;
  return {1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w), 2 * (x * y + z * w),    1 - 2 * (x * x + z * z),
          2 * (y * z - x * w),     2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)};
}

/// Uniform over all rotations (Shoemake, Graphics Gems III (1992), 124). Takes three uniform numbers.
[[nodiscard]] inline Quaternion uniform_quaternion(Random& random) {
  constexpr double turn = 6.283185307179586;
  const double a = random.uniform(), b = turn * random.uniform(), c = turn * random.uniform();
  const double s = std::sqrt(1 - a), t = std::sqrt(a);
  return {t * std::cos(c), s * std::sin(b), s * std::cos(b), t * std::sin(c)};
}

/// m v.
[[nodiscard]] constexpr std::array<double, 3> rotated(const Rotation& m, const double* v) {
  return {m[0] * v[0] + m[1] * v[1] + m[2] * v[2], m[3] * v[0] + m[4] * v[1] + m[5] * v[2],
          m[6] * v[0] + m[7] * v[1] + m[8] * v[2]};
}

}  // namespace ronchi::physics
