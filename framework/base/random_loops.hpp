// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include "framework/base/random_kernels.hpp"

/// The loops of random_kernels.hpp in vectors of the compiler's own. Additions, multiplications, divisions and square roots, each
/// rounded by itself: the same bytes for every width. In an unnamed namespace: each translation unit that includes this has its
/// own.
namespace ronchi {
namespace {

#if defined(__AVX512F__)
constexpr int lanes = 16;
#elif defined(__AVX2__)
constexpr int lanes = 8;
#else
constexpr int lanes = 4;
#endif
using Floats = float __attribute__((vector_size(4 * lanes), may_alias));
using Ints = int __attribute__((vector_size(4 * lanes), may_alias));
using Words = unsigned __attribute__((vector_size(4 * lanes), may_alias));

template <class V, class T>
V load(const T* p) {
  V v;
  __builtin_memcpy(&v, p, sizeof(V));
  return v;
}
template <class V, class T>
void store(T* p, V v) {
  __builtin_memcpy(p, &v, sizeof(V));
}
inline Floats select(Ints mask, Floats yes, Floats no) { return (Floats)(((Ints)yes & mask) | ((Ints)no & ~mask)); }
inline Floats magnitude(Floats v) { return (Floats)((Ints)v & 0x7fffffff); }
inline Floats lesser(Floats a, Floats b) {  // a < b ? a : b
#if defined(__AVX512F__)
  return (Floats)_mm512_min_ps((__m512)a, (__m512)b);
#elif defined(__AVX2__)
  return (Floats)_mm256_min_ps((__m256)a, (__m256)b);
#else
  return select(a < b, a, b);
#endif
}
inline Floats greater(Floats a, Floats b) {  // a > b ? a : b
#if defined(__AVX512F__)
  return (Floats)_mm512_max_ps((__m512)a, (__m512)b);
#elif defined(__AVX2__)
  return (Floats)_mm256_max_ps((__m256)a, (__m256)b);
#else
  return select(a > b, a, b);
#endif
}
/// A bit per lane of a comparison.
inline unsigned bits_of(Ints mask) {
#if defined(__AVX512F__)
  return _mm512_test_epi32_mask((__m512i)mask, (__m512i)mask);
#elif defined(__AVX2__)
  return static_cast<unsigned>(_mm256_movemask_ps((__m256)mask));
#elif defined(__SSE2__)
  return static_cast<unsigned>(_mm_movemask_ps((__m128)mask));
#else
  unsigned bits = 0;
  for (int i = 0; i < lanes; ++i) bits |= (mask[i] != 0 ? 1u : 0u) << i;
  return bits;
#endif
}
inline Floats floats(Ints v) { return __builtin_convertvector(v, Floats); }
inline Ints truncated(Floats v) { return __builtin_convertvector(v, Ints); }

inline Floats root(Floats v) {
#if defined(__AVX512F__)
  return (Floats)_mm512_sqrt_ps((__m512)v);
#elif defined(__AVX2__)
  return (Floats)_mm256_sqrt_ps((__m256)v);
#elif defined(__SSE2__)
  return (Floats)_mm_sqrt_ps((__m128)v);
#else
  for (int i = 0; i < lanes; ++i) v[i] = __builtin_sqrtf(v[i]);
  return v;
#endif
}

/// The upper and lower halves of the products with a constant.
inline void multiply(Words v, unsigned factor, Words& high, Words& low) {
#if defined(__AVX512F__)
  const __m512i f = _mm512_set1_epi32(static_cast<int>(factor)), even = _mm512_mul_epu32((__m512i)v, f),
                odd = _mm512_mul_epu32(_mm512_srli_epi64((__m512i)v, 32), f);
  low = (Words)_mm512_mask_blend_epi32(0xaaaa, even, _mm512_slli_epi64(odd, 32));
  high = (Words)_mm512_mask_blend_epi32(0xaaaa, _mm512_srli_epi64(even, 32), odd);
#elif defined(__AVX2__)
  const __m256i f = _mm256_set1_epi32(static_cast<int>(factor)), even = _mm256_mul_epu32((__m256i)v, f),
                odd = _mm256_mul_epu32(_mm256_srli_epi64((__m256i)v, 32), f);
  low = (Words)_mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xaa);
  high = (Words)_mm256_blend_epi32(_mm256_srli_epi64(even, 32), odd, 0xaa);
#else
  for (int i = 0; i < lanes; ++i) {
    const unsigned long long product = static_cast<unsigned long long>(v[i]) * factor;
    high[i] = static_cast<unsigned>(product >> 32);
    low[i] = static_cast<unsigned>(product);
  }
#endif
}

void fill_bits(const PhiloxAddress& address, unsigned group, long groups, unsigned* words) {
  Words lane;
  for (int i = 0; i < lanes; ++i) lane[i] = static_cast<unsigned>(i);
  for (long g = 0; g < groups; ++g, words += random_group)
    for (int block = 0; block < 16; block += lanes) {
      Words c0 = lane + ((group + static_cast<unsigned>(g)) * 16u + static_cast<unsigned>(block));
      Words c1 = Words{} + address.counter[0], c2 = Words{} + address.counter[1], c3 = Words{} + address.counter[2];
      unsigned k0 = address.key[0], k1 = address.key[1];
      for (int round = 0; round < 10; ++round) {
        Words high0, low0, high1, low1;
        multiply(c0, 0xD2511F53u, high0, low0);
        multiply(c2, 0xCD9E8D57u, high1, low1);
        c0 = high1 ^ c1 ^ k0;
        c1 = low1;
        c2 = high0 ^ c3 ^ k1;
        c3 = low0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
      }
      store(words + block, c0);
      store(words + 16 + block, c1);
      store(words + 32 + block, c2);
      store(words + 48 + block, c3);
    }
}

void fill_uniform(const unsigned* words, long n, float* out) {
  for (long i = 0; i < n; i += lanes) store(out + i, (floats((Ints)(load<Words>(words + i) >> 9)) + 0.5f) * 0x1p-23f);
}

/// Natural logarithm of normal numbers, 1e-7: v = m 2^e with m in [sqrt(1/2), sqrt(2)), log m = 2 artanh((m - 1) / (m + 1)).
inline Floats logarithm(Floats v) {
  const Ints bits = (Ints)v, e = (bits - 0x3f3504f3) >> 23;
  const Floats m = (Floats)(bits - (e << 23));
  const Floats s = (m - 1.f) / (m + 1.f), s2 = s * s;
  const Floats series = s2 * (1.f / 3 + s2 * (1.f / 5 + s2 * (1.f / 7 + s2 * (1.f / 9))));
  const Floats power = floats(e);
  return power * 0.693359375f + (power * -2.12194440e-4f + (2.f * s + 2.f * s * series));
}

/// exp(-v) for 0 <= v < 80, 2e-7.
inline Floats decay(Floats v) {
  const Floats y = v * 1.44269504088896341f, shifted = y + 12582912.0f, whole = shifted - 12582912.0f;
  const Floats x = (whole - y) * 0.693147180559945309f;
  const Floats tail = 8.3334519073e-3f + x * (1.3981999507e-3f + x * 1.9875691500e-4f);
  const Floats e = 1.0f + x * (1.0f + x * (0.5f + x * (1.6666665459e-1f + x * (4.1665795894e-2f + x * tail))));
  return e * (Floats)((127 - ((Ints)shifted - 0x4b400000)) << 23);
}

/// A word as x = 2 U - 1: its sign, magnitude and -log(1 - x^2), the latter two to single precision however close to 1.
inline void signed_uniform(Words word, Floats& x, Floats& w) {
  const Ints flipped = (Ints)word ^ static_cast<int>(0x80000000u);  // 0 is the least U
  const Ints negative = flipped >> 31, magnitude = flipped ^ negative;
  const Floats size = (floats(magnitude) + 0.5f) * 0x1p-31f, rest = (floats(0x7fffffff - magnitude) + 0.5f) * 0x1p-31f;
  w = -logarithm(rest * (2.0f - rest));
  x = select(negative, -size, size);
}

/// sqrt 2 erf^-1(x) where w < 5, that is within 2.9 standard deviations.
inline Floats central_normal(Floats x, Floats w) {
  const Floats v = w - 2.5f;
  Floats p = 2.81022636e-08f * v + 3.43273939e-07f;
  p = p * v + -3.5233877e-06f;
  p = p * v + -4.39150654e-06f;
  p = p * v + 0.00021858087f;
  p = p * v + -0.00125372503f;
  p = p * v + -0.00417768164f;
  p = p * v + 0.246640727f;
  p = p * v + 1.50140941f;
  return (p * 1.4142135623730951f) * x;
}
inline Floats outer_normal(Floats x, Floats w) {
  const Floats v = root(w) - 3.0f;
  Floats p = -0.000200214257f * v + 0.000100950558f;
  p = p * v + 0.00134934322f;
  p = p * v + -0.00367342844f;
  p = p * v + 0.00573950773f;
  p = p * v + -0.0076224613f;
  p = p * v + 0.00943887047f;
  p = p * v + 1.00167406f;
  p = p * v + 2.83297682f;
  return (p * 1.4142135623730951f) * x;
}

/// The outer ones are rare: most vectors have none.
inline Floats normal_number(Floats x, Floats w) {
  const Floats central = central_normal(x, w);
  const Ints outer = w >= 5.0f;
  return bits_of(outer) == 0 ? central : select(outer, outer_normal(x, w), central);
}

void fill_normal(const unsigned* words, long n, float* out) {
  for (long i = 0; i < n; i += lanes) {
    Floats x, w;
    signed_uniform(load<Words>(words + i), x, w);
    store(out + i, normal_number(x, w));
  }
}

}  // namespace
}  // namespace ronchi
