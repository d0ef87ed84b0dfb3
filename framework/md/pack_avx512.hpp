// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <immintrin.h>

#include "framework/md/body.hpp"

/// Sixteen floats in one register; what framework/md/pack.hpp says, for AVX-512 (F, BW, DQ, VL).
namespace ronchi::md {
namespace {

struct Floats {
  using Number = float;
  using Mask = __mmask16;
  using Kinds = __m512i;
  __m512 v;

  static Floats all(float value) { return {_mm512_set1_ps(value)}; }
  static Floats load(const float* from) { return {_mm512_loadu_ps(from)}; }
};

inline void store(float* to, Floats a) { _mm512_storeu_ps(to, a.v); }
inline Floats operator+(Floats a, Floats b) { return {_mm512_add_ps(a.v, b.v)}; }
inline Floats operator-(Floats a, Floats b) { return {_mm512_sub_ps(a.v, b.v)}; }
inline Floats operator*(Floats a, Floats b) { return {_mm512_mul_ps(a.v, b.v)}; }
inline Floats operator/(Floats a, Floats b) { return {_mm512_div_ps(a.v, b.v)}; }
inline Floats fma(Floats a, Floats b, Floats c) { return {_mm512_fmadd_ps(a.v, b.v, c.v)}; }
inline Floats root(Floats a) { return {_mm512_sqrt_ps(a.v)}; }
inline Floats least(Floats a, Floats b) { return {_mm512_min_ps(a.v, b.v)}; }
inline __mmask16 below(Floats a, Floats b) { return _mm512_cmp_ps_mask(a.v, b.v, _CMP_LT_OQ); }
template <class T>
inline unsigned bits(__mmask16 m) {
  return m;
}
inline Floats choose(__mmask16 m, Floats yes, Floats no) { return {_mm512_mask_blend_ps(m, no.v, yes.v)}; }
inline Floats scale2(Floats a, Floats shifted) {
  const __m512i n = _mm512_slli_epi32(_mm512_castps_si512(shifted.v), 23);
  return {_mm512_castsi512_ps(_mm512_add_epi32(_mm512_castps_si512(a.v), n))};
}
template <class T>
inline __m512i pairs_of(__m512i i, __m512i j) {
  return _mm512_add_epi32(_mm512_add_epi32(i, i), j);
}
inline Floats pick(Floats table, __m512i k) { return {_mm512_permutexvar_ps(k, table.v)}; }

/// Four atoms, one in each quarter.
inline __m512 four_atoms(const Atom<float>* atoms, const Index* which) {
  const auto at = [&](int l) { return _mm_load_ps(&atoms[which[l]].x); };
  __m512 r = _mm512_castps128_ps512(at(0));
  r = _mm512_insertf32x4(r, at(4), 1);
  r = _mm512_insertf32x4(r, at(8), 2);
  return _mm512_insertf32x4(r, at(12), 3);
}
/// A transposition of 4 x 4 in every quarter: sixteen loads of a whole atom cost less than three gathers.
inline void load_atoms(const Atom<float>* atoms, const Index* which, Floats& x, Floats& y, Floats& z, __m512i& kind) {
  const __m512 a = four_atoms(atoms, which), b = four_atoms(atoms, which + 1);
  const __m512 c = four_atoms(atoms, which + 2), d = four_atoms(atoms, which + 3);
  const __m512 ab = _mm512_unpacklo_ps(a, b), ab2 = _mm512_unpackhi_ps(a, b);
  const __m512 cd = _mm512_unpacklo_ps(c, d), cd2 = _mm512_unpackhi_ps(c, d);
  x.v = _mm512_shuffle_ps(ab, cd, 0x44);
  y.v = _mm512_shuffle_ps(ab, cd, 0xee);
  z.v = _mm512_shuffle_ps(ab2, cd2, 0x44);
  kind = _mm512_castps_si512(_mm512_shuffle_ps(ab2, cd2, 0xee));
}
inline Floats gather(const float* from, const Index* which, const Floats*) {
  const __m512i index = _mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(which)));
  return {_mm512_i32gather_ps(index, from, 4)};
}
inline void compress(Index* to, const Index* values, unsigned bits, const Floats*) {
  const __m512i wide = _mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(values)));
  const __m512i kept = _mm512_maskz_compress_epi32(static_cast<__mmask16>(bits), wide);
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), _mm512_cvtepi32_epi16(kept));
}

}  // namespace
}  // namespace ronchi::md
