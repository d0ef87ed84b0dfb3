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

/// Of the unit quaternion w + x i + y j + z k.
[[nodiscard]] constexpr Rotation rotation_of(double w, double x, double y, double z) {
  return {1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w), 2 * (x * y + z * w),    1 - 2 * (x * x + z * z),
          2 * (y * z - x * w),     2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)};
}

/// Uniform over all rotations, from three numbers that are uniform in (0, 1) (Shoemake, Graphics Gems III (1992), 124).
[[nodiscard]] inline Rotation uniform_rotation(double a, double b, double c) {
  constexpr double turn = 6.283185307179586;
  const double s = std::sqrt(1 - a), t = std::sqrt(a);
  return rotation_of(t * std::cos(turn * c), s * std::sin(turn * b), s * std::cos(turn * b), t * std::sin(turn * c));
}
[[nodiscard]] inline Rotation random_rotation(Random& random) {
  const double a = random.uniform(), b = random.uniform(), c = random.uniform();
  return uniform_rotation(a, b, c);
}

/// m v.
[[nodiscard]] constexpr std::array<double, 3> rotated(const Rotation& m, const double* v) {
  return {m[0] * v[0] + m[1] * v[1] + m[2] * v[2], m[3] * v[0] + m[4] * v[1] + m[5] * v[2],
          m[6] * v[0] + m[7] * v[1] + m[8] * v[2]};
}

}  // namespace ronchi::physics
