// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/md/gupta.hpp"

#include <algorithm>

namespace ronchi::md {

double Gupta::cutoff() const {
  const std::size_t used = symbols[1].empty() ? 1 : 3;
  double largest = 0;
  for (std::size_t i = 0; i < used; ++i) largest = std::max(largest, pairs[i].outer);
  return largest;
}

std::array<double, 3> smooth_tail(double value, double decay, double inner, double outer) {
  // Value, slope and curvature at x = -d are those of value exp(-decay (r - inner)); three linear equations, solved by hand.
  const double d = outer - inner;
  const double v = -value / (d * d * d);
  const double s = -decay * value / (d * d);
  const double c = -decay * decay * value / d;
  return {(20 * v - 8 * s + c) / 2, (15 * v - 7 * s + c) / d, (12 * v - 6 * s + c) / (2 * d * d)};
}

}  // namespace ronchi::md
