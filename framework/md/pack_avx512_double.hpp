// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <immintrin.h>

#include "framework/md/body.hpp"

/// Sixteen doubles in two registers; what framework/md/pack.hpp says, for AVX-512 (F, BW, DQ, VL).
namespace ronchi::md {
namespace {

struct Doubles {
  using Number = double;
  struct Mask {
    __mmask8 low, high;
  };
  struct Kinds {
    __m512i low, high;
  };
  __m512d low, high;

  static Doubles all(double value) { return {_mm512_set1_pd(value), _mm512_set1_pd(value)}; }
  static Doubles load(const double* from) { return {_mm512_loadu_pd(from), _mm512_loadu_pd(from + 8)}; }
};

inline void store(double* to, const Doubles& a) {
  _mm512_storeu_pd(to, a.low);
  _mm512_storeu_pd(to + 8, a.high);
}
inline Doubles operator+(const Doubles& a, const Doubles& b) {
  return {_mm512_add_pd(a.low, b.low), _mm512_add_pd(a.high, b.high)};
}
inline Doubles operator-(const Doubles& a, const Doubles& b) {
  return {_mm512_sub_pd(a.low, b.low), _mm512_sub_pd(a.high, b.high)};
}
inline Doubles operator*(const Doubles& a, const Doubles& b) {
  return {_mm512_mul_pd(a.low, b.low), _mm512_mul_pd(a.high, b.high)};
}
inline Doubles operator/(const Doubles& a, const Doubles& b) {
  return {_mm512_div_pd(a.low, b.low), _mm512_div_pd(a.high, b.high)};
}
inline Doubles fma(const Doubles& a, const Doubles& b, const Doubles& c) {
  return {_mm512_fmadd_pd(a.low, b.low, c.low), _mm512_fmadd_pd(a.high, b.high, c.high)};
}
inline Doubles root(const Doubles& a) { return {_mm512_sqrt_pd(a.low), _mm512_sqrt_pd(a.high)}; }
inline Doubles least(const Doubles& a, const Doubles& b) { return {_mm512_min_pd(a.low, b.low), _mm512_min_pd(a.high, b.high)}; }
inline Doubles::Mask below(const Doubles& a, const Doubles& b) {
  return {_mm512_cmp_pd_mask(a.low, b.low, _CMP_LT_OQ), _mm512_cmp_pd_mask(a.high, b.high, _CMP_LT_OQ)};
}
template <class T>
inline unsigned bits(const Doubles::Mask& m) {
  return m.low | static_cast<unsigned>(m.high) << 8;
}
inline Doubles choose(const Doubles::Mask& m, const Doubles& yes, const Doubles& no) {
  return {_mm512_mask_blend_pd(m.low, no.low, yes.low), _mm512_mask_blend_pd(m.high, no.high, yes.high)};
}
inline __m512d scale2(__m512d a, __m512d shifted) {
  return _mm512_castsi512_pd(_mm512_add_epi64(_mm512_castpd_si512(a), _mm512_slli_epi64(_mm512_castpd_si512(shifted), 52)));
}
inline Doubles scale2(const Doubles& a, const Doubles& shifted) {
  return {scale2(a.low, shifted.low), scale2(a.high, shifted.high)};
}
template <class T>
inline Doubles::Kinds pairs_of(const Doubles::Kinds& i, const Doubles::Kinds& j) {
  return {_mm512_add_epi64(_mm512_add_epi64(i.low, i.low), j.low), _mm512_add_epi64(_mm512_add_epi64(i.high, i.high), j.high)};
}
inline Doubles pick(const Doubles& table, const Doubles::Kinds& k) {
  return {_mm512_permutexvar_pd(k.low, table.low), _mm512_permutexvar_pd(k.high, table.low)};
}

/// Eight atoms: a transposition of 4 x 4 in both halves.
inline void load_eight(const Atom<double>* atoms, const Index* which, __m512d& x, __m512d& y, __m512d& z, __m512i& kind) {
  const auto two = [&](int l) {
    return _mm512_insertf64x4(_mm512_castpd256_pd512(_mm256_load_pd(&atoms[which[l]].x)), _mm256_load_pd(&atoms[which[l + 4]].x),
                              1);
  };
  const __m512d a = two(0), b = two(1), c = two(2), d = two(3);
  const __m512d xz = _mm512_unpacklo_pd(a, b), xz2 = _mm512_unpacklo_pd(c, d);
  const __m512d yk = _mm512_unpackhi_pd(a, b), yk2 = _mm512_unpackhi_pd(c, d);
  const __m512i first = _mm512_setr_epi64(0, 1, 8, 9, 4, 5, 12, 13), second = _mm512_setr_epi64(2, 3, 10, 11, 6, 7, 14, 15);
  x = _mm512_permutex2var_pd(xz, first, xz2);
  y = _mm512_permutex2var_pd(yk, first, yk2);
  z = _mm512_permutex2var_pd(xz, second, xz2);
  kind = _mm512_castpd_si512(_mm512_permutex2var_pd(yk, second, yk2));
}
inline void load_atoms(const Atom<double>* atoms, const Index* which, Doubles& x, Doubles& y, Doubles& z, Doubles::Kinds& kind) {
  load_eight(atoms, which, x.low, y.low, z.low, kind.low);
  load_eight(atoms, which + 8, x.high, y.high, z.high, kind.high);
}
inline __m512d gather(const double* from, const Index* which) {
  return _mm512_i32gather_pd(_mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(which))), from, 8);
}
inline Doubles gather(const double* from, const Index* which, const Doubles*) {
  return {gather(from, which), gather(from, which + 8)};
}
inline void compress(Index* to, const Index* values, unsigned bits, const Doubles*) {
  compress(to, values, bits, static_cast<const Floats*>(nullptr));
}

}  // namespace
}  // namespace ronchi::md
