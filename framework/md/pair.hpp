// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/device.hpp"
#include "framework/md/body.hpp"

/// What a pair of atoms does, for packs of numbers and for single ones. P needs + - * /, fma, root, least, below, choose, scale2;
/// each is one correctly rounded operation, so that all that have them agree in every bit.
namespace ronchi::md {
namespace {

template <class T>
struct Power;
/// Minimax polynomial of 2^f for |f| <= 1/2, relative error 2e-9 before rounding (computed with the Remez exchange).
template <>
struct Power<float> {
  static constexpr int degree = 6;
  static constexpr float shift = 0x1.8p23f;
  static RONCHI_FUNCTION float c(int k) {
    constexpr float of[] = {1.f, 0.693147206f, 0.240226469f, 0.0555032878f, 0.00961848896f, 0.00133999312f, 0.00015345812f};
    return of[k];
  }
};
/// Taylor series, ln(2)^k / k!; the remainder is below 5e-18.
template <>
struct Power<double> {
  static constexpr int degree = 13;
  static constexpr double shift = 0x1.8p52;
  static RONCHI_FUNCTION double c(int k) {
    constexpr double of[] = {1,
                             0.69314718055994529,
                             0.24022650695910069,
                             0.055504108664821576,
                             0.0096181291076284769,
                             0.0013333558146428441,
                             0.00015403530393381606,
                             1.5252733804059838e-05,
                             1.3215486790144305e-06,
                             1.0178086009239696e-07,
                             7.0549116208011209e-09,
                             4.4455382718708101e-10,
                             2.5678435993488196e-11,
                             1.3691488853904124e-12};
    return of[k];
  }
};

/// 2^y.
template <class P>
RONCHI_FUNCTION P power2(const P& y) {
  using Number = typename P::Number;
  using Terms = Power<Number>;
  const P shift = P::all(Terms::shift), shifted = y + shift, f = y - (shifted - shift);
  P sum = P::all(Terms::c(Terms::degree));
  for (int k = Terms::degree - 1; k >= 0; --k) sum = fma(sum, f, P::all(Terms::c(k)));
  return scale2(sum, shifted);
}

template <class P>
struct PairTerms {
  P repulsion;  ///< -2 alpha' / r
  P binding;    ///< Xi^2
  P slope;      ///< Xi Xi' / r
  P energy;     ///< alpha; with Energy only
};

/// At the distance whose square is r2. Exactly zero from `outer` on. `p(row)` is a parameter of framework/md/body.hpp.
template <bool Energy, class P, class Parameters>
RONCHI_FUNCTION PairTerms<P> pair_terms(const P& r2, const Parameters& p) {
  using Number = typename P::Number;
  const P distance = root(r2), inverse = P::all(1) / distance;
  const P r = least(distance, p(outer)), x = r - p(outer), x2 = x * x;
  const auto near = below(r, p(inner));

  const P repulsion_near = power2(fma(p(repulsion_rate), r, p(repulsion_log)));
  const P repulsion_far = x2 * fma(fma(p(r5), x, p(r4)), x, p(r3));
  const P repulsion = choose(near, repulsion_near, repulsion_far);

  const P binding_near = power2(fma(p(binding_rate), r, p(binding_log)));
  const P c5x = p(b5) * x, tail = fma(c5x + p(b4), x, p(b3)), tail_slope = fma(c5x + p(b4) + c5x, x, P::all(3) * tail);
  const P hopping = x2 * x * tail, hopping_slope = x2 * tail_slope;
  const P binding = choose(near, binding_near, hopping * hopping);
  const P slope = choose(near, p(binding_slope) * binding_near, hopping * hopping_slope);

  PairTerms<P> terms{repulsion * inverse, binding, slope * inverse, {}};
  if constexpr (Energy) {
    const P far = fma(fma(p(r5), x * P::all(Number(1) / 5), p(r4) * P::all(Number(0.25))), x, p(r3) * P::all(Number(1) / 3));
    terms.energy = choose(near, p(repulsion_length) * repulsion_near, P::all(Number(-0.5)) * (x2 * x * far));
  }
  return terms;
}

}  // namespace
}  // namespace ronchi::md
