// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/md/body.hpp"

#ifdef KOKKOS_INLINE_FUNCTION
#define RONCHI_PAIR_FUNCTION KOKKOS_INLINE_FUNCTION
#else
#define RONCHI_PAIR_FUNCTION inline
#endif

/// What a pair of atoms does, for packs of numbers and for single ones. P needs + - * /, fma, root, least, below, choose, scale2;
/// each is one correctly rounded operation, so that all that have them agree in every bit.
namespace ronchi::md {
namespace {

/// 1.5 2^mantissa: added, it rounds to an integer, which then stands in the low bits.
RONCHI_PAIR_FUNCTION constexpr float integer_shift(float) { return 0x1.8p23f; }
RONCHI_PAIR_FUNCTION constexpr double integer_shift(double) { return 0x1.8p52; }

template <class P, int N>
RONCHI_PAIR_FUNCTION P polynomial(const P& x, const typename P::Number (&c)[N]) {
  P sum = P::all(c[N - 1]);
  for (int k = N - 2; k >= 0; --k) sum = fma(sum, x, P::all(c[k]));
  return sum;
}
/// Minimax polynomial of 2^f for |f| <= 1/2 (Remez exchange); relative error 2e-9 before rounding.
template <class P>
RONCHI_PAIR_FUNCTION P fraction_of_power(const P& f, float) {
  const float c[] = {1.f, 0.693147206f, 0.240226469f, 0.0555032878f, 0.00961848896f, 0.00133999312f, 0.00015345812f};
  return polynomial(f, c);
}
/// Taylor series, ln(2)^k / k!; the remainder is below 5e-18.
template <class P>
RONCHI_PAIR_FUNCTION P fraction_of_power(const P& f, double) {
  const double c[] = {1,
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
  return polynomial(f, c);
}

/// 2^y.
template <class P>
RONCHI_PAIR_FUNCTION P power2(const P& y) {
  using Number = typename P::Number;
  const P shift = P::all(integer_shift(Number())), shifted = y + shift;
  return scale2(fraction_of_power(y - (shifted - shift), Number()), shifted);
}

template <class P>
struct Bond {
  P repulsion;  ///< -2 alpha' / r
  P binding;    ///< Xi^2
  P slope;      ///< Xi Xi' / r
  P energy;     ///< alpha; with Energy only
};

/// At the distance whose square is r2. Exactly zero from `outer` on. `p(row)` is a parameter of framework/md/body.hpp.
template <bool Energy, class P, class Parameters>
RONCHI_PAIR_FUNCTION Bond<P> bond_of(const P& r2, const Parameters& p) {
  using Number = typename P::Number;
  const P distance = root(r2), inverse = P::all(1) / distance;
  const P r = least(distance, p(Row::outer)), x = r - p(Row::outer), x2 = x * x;
  const auto near = below(r, p(Row::inner));

  const P repulsion_near = power2(fma(p(Row::repulsion_rate), r, p(Row::repulsion_log)));
  const P repulsion_far = x2 * fma(fma(p(Row::r5), x, p(Row::r4)), x, p(Row::r3));
  const P repulsion = choose(near, repulsion_near, repulsion_far);

  const P binding_near = power2(fma(p(Row::binding_rate), r, p(Row::binding_log)));
  const P c5x = p(Row::b5) * x, tail = fma(c5x + p(Row::b4), x, p(Row::b3)),
          tail_slope = fma(c5x + p(Row::b4) + c5x, x, P::all(3) * tail);
  const P hopping = x2 * x * tail, hopping_slope = x2 * tail_slope;
  const P binding = choose(near, binding_near, hopping * hopping);
  const P slope = choose(near, p(Row::binding_slope) * binding_near, hopping * hopping_slope);

  Bond<P> terms{repulsion * inverse, binding, slope * inverse, {}};
  if constexpr (Energy) {
    const P far =
        fma(fma(p(Row::r5), x * P::all(Number(1) / 5), p(Row::r4) * P::all(Number(0.25))), x, p(Row::r3) * P::all(Number(1) / 3));
    terms.energy = choose(near, p(Row::repulsion_length) * repulsion_near, P::all(Number(-0.5)) * (x2 * x * far));
  }
  return terms;
}

}  // namespace
}  // namespace ronchi::md
