// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <immintrin.h>

#include "framework/md/body.hpp"

/// Sixteen floats in two registers; what framework/md/pack.hpp says, for AVX2 and FMA.
namespace ronchi::md {
namespace {

struct Floats {
  using Number = float;
  struct Mask {
    __m256 low, high;
  };
  struct Kinds {
    __m256i low, high;
  };
  __m256 low, high;

  static Floats all(float value) { return {_mm256_set1_ps(value), _mm256_set1_ps(value)}; }
  static Floats load(const float* from) { return {_mm256_loadu_ps(from), _mm256_loadu_ps(from + 8)}; }
};

inline void store(float* to, const Floats& a) {
  _mm256_storeu_ps(to, a.low);
  _mm256_storeu_ps(to + 8, a.high);
}
inline Floats operator+(const Floats& a, const Floats& b) { return {_mm256_add_ps(a.low, b.low), _mm256_add_ps(a.high, b.high)}; }
inline Floats operator-(const Floats& a, const Floats& b) { return {_mm256_sub_ps(a.low, b.low), _mm256_sub_ps(a.high, b.high)}; }
inline Floats operator*(const Floats& a, const Floats& b) { return {_mm256_mul_ps(a.low, b.low), _mm256_mul_ps(a.high, b.high)}; }
inline Floats operator/(const Floats& a, const Floats& b) { return {_mm256_div_ps(a.low, b.low), _mm256_div_ps(a.high, b.high)}; }
inline Floats fma(const Floats& a, const Floats& b, const Floats& c) {
  return {_mm256_fmadd_ps(a.low, b.low, c.low), _mm256_fmadd_ps(a.high, b.high, c.high)};
}
inline Floats root(const Floats& a) { return {_mm256_sqrt_ps(a.low), _mm256_sqrt_ps(a.high)}; }
inline Floats least(const Floats& a, const Floats& b) { return {_mm256_min_ps(a.low, b.low), _mm256_min_ps(a.high, b.high)}; }
inline Floats::Mask below(const Floats& a, const Floats& b) {
  return {_mm256_cmp_ps(a.low, b.low, _CMP_LT_OQ), _mm256_cmp_ps(a.high, b.high, _CMP_LT_OQ)};
}
template <class T>
inline unsigned bits(const Floats::Mask& m) {
  return static_cast<unsigned>(_mm256_movemask_ps(m.low)) | static_cast<unsigned>(_mm256_movemask_ps(m.high)) << 8;
}
inline Floats choose(const Floats::Mask& m, const Floats& yes, const Floats& no) {
  return {_mm256_blendv_ps(no.low, yes.low, m.low), _mm256_blendv_ps(no.high, yes.high, m.high)};
}
inline __m256 scale2(__m256 a, __m256 shifted) {
  const __m256i n = _mm256_slli_epi32(_mm256_castps_si256(shifted), 23);
  return _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(a), n));
}
inline Floats scale2(const Floats& a, const Floats& shifted) { return {scale2(a.low, shifted.low), scale2(a.high, shifted.high)}; }
template <class T>
inline Floats::Kinds pairs_of(const Floats::Kinds& i, const Floats::Kinds& j) {
  return {_mm256_add_epi32(_mm256_add_epi32(i.low, i.low), j.low), _mm256_add_epi32(_mm256_add_epi32(i.high, i.high), j.high)};
}
inline Floats pick(const Floats& table, const Floats::Kinds& k) {
  return {_mm256_permutevar8x32_ps(table.low, k.low), _mm256_permutevar8x32_ps(table.low, k.high)};
}

/// Eight atoms: a transposition of 4 x 4 in both halves.
inline void load_eight(const Atom<float>* atoms, const Index* which, __m256& x, __m256& y, __m256& z, __m256i& kind) {
  const auto two = [&](int l) {
    return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_load_ps(&atoms[which[l]].x)), _mm_load_ps(&atoms[which[l + 4]].x), 1);
  };
  const __m256 a = two(0), b = two(1), c = two(2), d = two(3);
  const __m256 ab = _mm256_unpacklo_ps(a, b), ab2 = _mm256_unpackhi_ps(a, b);
  const __m256 cd = _mm256_unpacklo_ps(c, d), cd2 = _mm256_unpackhi_ps(c, d);
  x = _mm256_shuffle_ps(ab, cd, 0x44);
  y = _mm256_shuffle_ps(ab, cd, 0xee);
  z = _mm256_shuffle_ps(ab2, cd2, 0x44);
  kind = _mm256_castps_si256(_mm256_shuffle_ps(ab2, cd2, 0xee));
}
inline void load_atoms(const Atom<float>* atoms, const Index* which, Floats& x, Floats& y, Floats& z, Floats::Kinds& kind) {
  load_eight(atoms, which, x.low, y.low, z.low, kind.low);
  load_eight(atoms, which + 8, x.high, y.high, z.high, kind.high);
}
inline __m256 gather(const float* from, const Index* which) {
  return _mm256_setr_ps(from[which[0]], from[which[1]], from[which[2]], from[which[3]], from[which[4]], from[which[5]],
                        from[which[6]], from[which[7]]);
}
inline Floats gather(const float* from, const Index* which, const Floats*) {
  return {gather(from, which), gather(from, which + 8)};
}
inline void compress(Index* to, const Index* values, unsigned bits, const Floats*) {
  for (; bits != 0; bits &= bits - 1) *to++ = values[__builtin_ctz(bits)];
}

}  // namespace
}  // namespace ronchi::md
