// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/md/gupta.hpp"

#include <algorithm>
#include <cmath>

#include "framework/md/gupta_pair.hpp"

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

namespace {

double tail(const std::array<double, 3>& c, double x) { return x * x * x * (c[0] + x * (c[1] + x * c[2])); }
double tail_slope(const std::array<double, 3>& c, double x) { return x * x * (3 * c[0] + x * (4 * c[1] + x * (5 * c[2]))); }

}  // namespace

PairCurve::PairCurve(const GuptaPair& pair)
    : a(pair.a),
      xi(pair.xi),
      alpha_decay(pair.p / pair.r0),
      hopping_decay(pair.q / pair.r0),
      r0(pair.r0),
      inner(pair.inner),
      outer(pair.outer),
      alpha_tail(smooth_tail(a * std::exp(-alpha_decay * (inner - r0)), alpha_decay, inner, outer)),
      hopping_tail(smooth_tail(xi * std::exp(-hopping_decay * (inner - r0)), hopping_decay, inner, outer)) {}

PairTerms PairCurve::terms(double r) const {
  if (r >= outer) return {};
  if (r < inner) {
    const double alpha = a * std::exp(-alpha_decay * (r - r0)), hopping = xi * std::exp(-hopping_decay * (r - r0));
    return {alpha, -alpha_decay * alpha, hopping, -hopping_decay * hopping};
  }
  const double x = r - outer;
  return {tail(alpha_tail, x), tail_slope(alpha_tail, x), tail(hopping_tail, x), tail_slope(hopping_tail, x)};
}

std::array<PairCurve, 3> curves_of(const Gupta& potential) {
  std::array<PairCurve, 3> curves;
  const std::size_t used = potential.symbols[1].empty() ? 1 : 3;
  for (std::size_t i = 0; i < used; ++i) curves[i] = PairCurve(potential.pairs[i]);
  return curves;
}

}  // namespace ronchi::md
