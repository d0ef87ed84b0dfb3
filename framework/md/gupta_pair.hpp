// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cmath>

#include "framework/kokkos.hpp"
#include "framework/md/gupta.hpp"

namespace ronchi::md {

/// alpha, Xi (eV) and their slopes (eV/A) at one distance.
template <class T>
struct PairTerms {
  T alpha = 0, alpha_slope = 0, hopping = 0, hopping_slope = 0;
};

/// A pair made ready: what `terms` needs at every distance, for host and device, in the number type T.
template <class T>
struct PairCurve {
  T a = 0, xi = 0;                       ///< eV
  T alpha_decay = 0, hopping_decay = 0;  ///< p / r0 and q / r0, 1/A
  T r0 = 0, inner = 0, outer = 0;        ///< A
  T alpha_tail[3] = {}, hopping_tail[3] = {};

  /// Zero from `outer` on. The exponentials are the only calls of a function here.
  [[nodiscard]] KOKKOS_INLINE_FUNCTION PairTerms<T> terms(T r) const {
    if (r >= outer) return {};
    if (r < inner) {
      using std::exp;  // nvcc and hipcc have it for devices under this name
      const T alpha = a * exp(-alpha_decay * (r - r0));
      const T hopping = xi * exp(-hopping_decay * (r - r0));
      return {alpha, -alpha_decay * alpha, hopping, -hopping_decay * hopping};
    }
    const T x = r - outer;
    return {tail(alpha_tail, x), tail_slope(alpha_tail, x), tail(hopping_tail, x), tail_slope(hopping_tail, x)};
  }

 private:
  [[nodiscard]] static KOKKOS_INLINE_FUNCTION T tail(const T (&c)[3], T x) { return x * x * x * (c[0] + x * (c[1] + x * c[2])); }
  [[nodiscard]] static KOKKOS_INLINE_FUNCTION T tail_slope(const T (&c)[3], T x) {
    return x * x * (3 * c[0] + x * (4 * c[1] + x * (5 * c[2])));
  }
};

/// The tails are solved in double precision whatever T is.
template <class T>
[[nodiscard]] PairCurve<T> curve_of(const GuptaPair& pair) {
  const double alpha_decay = pair.p / pair.r0, hopping_decay = pair.q / pair.r0;
  const auto alpha_tail =
      smooth_tail(pair.a * std::exp(-alpha_decay * (pair.inner - pair.r0)), alpha_decay, pair.inner, pair.outer);
  const auto hopping_tail =
      smooth_tail(pair.xi * std::exp(-hopping_decay * (pair.inner - pair.r0)), hopping_decay, pair.inner, pair.outer);
  PairCurve<T> curve{T(pair.a), T(pair.xi), T(alpha_decay), T(hopping_decay), T(pair.r0), T(pair.inner), T(pair.outer), {}, {}};
  for (std::size_t k = 0; k < 3; ++k) {
    curve.alpha_tail[k] = T(alpha_tail[k]);
    curve.hopping_tail[k] = T(hopping_tail[k]);
  }
  return curve;
}

/// The curves of the pairs 00, 11, 01; of a pure metal only the first is filled.
template <class T>
[[nodiscard]] std::array<PairCurve<T>, 3> curves_of(const Gupta& potential) {
  std::array<PairCurve<T>, 3> curves;
  const std::size_t used = potential.symbols[1].empty() ? 1 : 3;
  for (std::size_t i = 0; i < used; ++i) curves[i] = curve_of<T>(potential.pairs[i]);
  return curves;
}

}  // namespace ronchi::md
