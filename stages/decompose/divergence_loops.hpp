// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#if defined(__AVX2__)
#include <immintrin.h>
#endif

#include "stages/decompose/divergence_kernels.hpp"

/// The loops of divergence_kernels.hpp in vectors of the compiler's own, which it makes of what the processor has. In an unnamed
/// namespace: each translation unit that includes this has its own, compiled for its own processor.
namespace ronchi::decompose {
namespace {

using Sixteen = float __attribute__((vector_size(64), may_alias));
using Sixteen32 = int __attribute__((vector_size(64), may_alias));
using Eight = float __attribute__((vector_size(32), may_alias));
using Four = float __attribute__((vector_size(16), may_alias));
constexpr int wide = 16;

inline Sixteen& sixteen(float* p) { return *reinterpret_cast<Sixteen*>(p); }
inline const Sixteen& sixteen(const float* p) { return *reinterpret_cast<const Sixteen*>(p); }
inline Eight& eight(float* p) { return *reinterpret_cast<Eight*>(p); }
inline Four& four(float* p) { return *reinterpret_cast<Four*>(p); }
inline const Four& four(const float* p) { return *reinterpret_cast<const Four*>(p); }

inline float total(const Sixteen& v) {
  float sum[8];
  for (int i = 0; i < 8; ++i) sum[i] = v[i] + v[i + 8];
  for (int i = 0; i < 4; ++i) sum[i] += sum[i + 4];
  for (int i = 0; i < 2; ++i) sum[i] += sum[i + 2];
  return sum[0] + sum[1];
}

/// Natural logarithm of normal numbers: v = m 2^e with m in [sqrt(1/2), sqrt(2)), log m = 2 artanh((m - 1) / (m + 1)); its series
/// ends below 3e-9 of the result, ln 2 is taken in two parts of which the first has few bits.
inline void logarithm(Sixteen& v) {
  const Sixteen32 bits = reinterpret_cast<Sixteen32&>(v);
  const Sixteen32 e = (bits - 0x3f3504f3) >> 23, rest = bits - (e << 23);
  const Sixteen m = reinterpret_cast<const Sixteen&>(rest);
  const Sixteen s = (m - 1.f) / (m + 1.f), s2 = s * s;
  const Sixteen series = s2 * (1.f / 3 + s2 * (1.f / 5 + s2 * (1.f / 7 + s2 * (1.f / 9))));
  const Sixteen power = __builtin_convertvector(e, Sixteen);
  v = power * 0.693359375f + (power * -2.12194440e-4f + (2.f * s + 2.f * s * series));
}

/// A bit for each of 64 values: it is not zero.
template <class T>
unsigned long long occupied(const T* x) {
#if defined(__AVX512BW__)
  if constexpr (sizeof(T) == 1) {
    const __m512i v = _mm512_loadu_si512(x);
    return _mm512_test_epi8_mask(v, v);
  } else if constexpr (sizeof(T) == 2) {
    const __m512i low = _mm512_loadu_si512(x), high = _mm512_loadu_si512(x + 32);
    return _mm512_test_epi16_mask(low, low) | static_cast<unsigned long long>(_mm512_test_epi16_mask(high, high)) << 32;
  }
#elif defined(__AVX2__)
  if constexpr (sizeof(T) == 1) {
    const auto half = [](const T* p) {
      const __m256i v = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
      return static_cast<unsigned>(~_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, _mm256_setzero_si256())));
    };
    return half(x) | static_cast<unsigned long long>(half(x + 32)) << 32;
  }
#endif
  unsigned long long bits = 0;
  for (int j = 0; j < 64; ++j) bits |= static_cast<unsigned long long>(x[j] != 0 ? 1 : 0) << j;
  return bits;
}

/// Their columns and values, in order. Eight at a time are written, some of them for nothing: how many there are can hardly be
/// predicted, and a wrong guess costs the processor more.
template <class T>
int find(const T* x, std::int64_t columns, const NonZeros& z) {
  int n = 0;
  int* const column = z.column;
  float* const value = z.x;
  const auto take = [&](std::int64_t first, unsigned long long bits) {
    const int count = __builtin_popcountll(bits);
    for (int from = 0; from < count; from += 8)
      for (int i = from; i < from + 8; ++i) {
        const auto j = static_cast<int>(first) + (bits != 0 ? __builtin_ctzll(bits) : 0);
        column[n + i] = j;
        value[n + i] = static_cast<float>(x[j]);
        bits &= bits - 1;
      }
    n += count;
  };
  std::int64_t j = 0;
  for (; j + 64 <= columns; j += 64) take(j, occupied(x + j));
  for (; j < columns; j += wide) {  // floats are padded to fewer
    unsigned long long bits = 0;
    for (int i = 0; i < wide; ++i) bits |= static_cast<unsigned long long>(x[j + i] != 0 ? 1 : 0) << i;
    take(j, bits);
  }
  return n;
}

/// Columns of H where x is not zero, four at a time, as rows of z.h.
inline void gather(const float* h, int width, int n, const NonZeros& z, const float* g) {
  const int* const column = z.column;
  const std::int64_t ld = z.ld;
  for (int i = 0; i < n; i += 4) {
    const float* from[4];
    for (int l = 0; l < 4; ++l) {
      const std::int64_t first = static_cast<std::int64_t>(column[i + l]) * width;
      from[l] = h + first;
      if (g != nullptr) __builtin_prefetch(g + first, 1);  // wanted at the end of the row
    }
    for (int c = 0; c < width; c += 4) {
      const Four a = four(from[0] + c), b = four(from[1] + c), d = four(from[2] + c), e = four(from[3] + c);
      const Four ab = __builtin_shufflevector(a, b, 0, 4, 1, 5), ab2 = __builtin_shufflevector(a, b, 2, 6, 3, 7);
      const Four de = __builtin_shufflevector(d, e, 0, 4, 1, 5), de2 = __builtin_shufflevector(d, e, 2, 6, 3, 7);
      float* const to = z.h + c * ld + i;
      four(to) = __builtin_shufflevector(ab, de, 0, 1, 4, 5);
      four(to + ld) = __builtin_shufflevector(ab, de, 2, 3, 6, 7);
      four(to + 2 * ld) = __builtin_shufflevector(ab2, de2, 0, 1, 4, 5);
      four(to + 3 * ld) = __builtin_shufflevector(ab2, de2, 2, 3, 6, 7);
    }
  }
}

/// x / (w H) for all non-zeros; with `divergence` also the sum of x log(x / (w H)).
template <bool Divergence>
float ratios(const NonZeros& z, int n, int k, const float* w) {
  const float *const h = z.h, *const values = z.x;
  float* const all = z.ratio;
  const std::int64_t ld = z.ld;
  Sixteen sum{};
  for (int i = 0; i < n; i += wide) {
    Sixteen fit{};
    for (int c = 0; c < k; ++c) fit += sixteen(h + c * ld + i) * w[c];
    fit = fit > smallest_fit ? fit : Sixteen{} + smallest_fit;
    const Sixteen x = sixteen(values + i), ratio = x / fit;
    sixteen(all + i) = ratio;
    if constexpr (Divergence) {
      Sixteen log = ratio > 1e-30f ? ratio : Sixteen{} + 1e-30f;  // where x = 0, which counts nothing
      logarithm(log);
      sum += x * log;
    }
  }
  return Divergence ? total(sum) : 0.f;
}

/// z.next[c] = sum over the non-zeros of h_c x / (w H).
template <int C>
void numerators(const NonZeros& z, int n, int c) {
  Sixteen sum[C] = {};
  for (int i = 0; i < n; i += wide) {
    const Sixteen ratio = sixteen(z.ratio + i);
#pragma GCC unroll 8
    for (int l = 0; l < C; ++l) sum[l] += sixteen(z.h + (c + l) * z.ld + i) * ratio;
  }
  for (int l = 0; l < C; ++l) z.next[c + l] = total(sum[l]);
}

/// One update of w; returns the counts that moved.
inline float update(const NonZeros& z, int k, DivergenceRow& row, bool first) {
  float step = 0, moved = 0;
  for (int c = 0; c < k; ++c) {
    const float old = row.w[c], rate = z.next[c] * row.inverse_sums[c];
    const float now = old > 0 ? old * rate : rate > 1 ? row.lift * row.inverse_sums[c] : 0.f;
    const float change = (now > old ? now - old : old - now) * row.sums[c];
    const float larger = now > old ? now : old;
    step += change;
    if (larger > 0) moved += change * ((now > old ? now - old : old - now) / larger);
    row.w[c] = now;
  }
  if (first) row.moved = static_cast<double>(moved);
  return step;
}

/// Adds w x / (w H) to the non-zeros' places in g. `Parts` of eight components, when it is known (else 0).
template <int Parts>
void scatter(const NonZeros& z, int count, int parts, float* w, float* g) {
  const int* const column = z.column;
  const float* const ratio = z.ratio;
  Eight known[Parts > 0 ? Parts : 1];
  for (int p = 0; p < Parts; ++p) known[p] = eight(w + p * pixel_lanes);
  for (int i = 0; i < count; ++i) {
    float* const to = g + static_cast<std::int64_t>(column[i]) * (Parts > 0 ? Parts : parts) * pixel_lanes;
    for (int p = 0; p < Parts; ++p) eight(to + p * pixel_lanes) += known[p] * ratio[i];
    for (int p = Parts; p < parts; ++p) eight(to + p * pixel_lanes) += eight(w + p * pixel_lanes) * ratio[i];
  }
}

template <class T>
void row_of(const void* x, std::int64_t columns, const float* h, int k, NonZeros& z, DivergenceRow& row, float* g) {
  const int width = pixel_width(k), count = find(static_cast<const T*>(x), columns, z);
  int n = count;
  if (row.following != nullptr)
    for (std::int64_t j = 0; j < columns; j += 64 / static_cast<std::int64_t>(sizeof(T)))
      __builtin_prefetch(static_cast<const T*>(row.following) + j);
  for (; n % wide != 0; ++n) {
    z.column[n] = 0;
    z.x[n] = 0;
  }
  z.ld = n | wide;  // an odd number of vectors: rows that are a power of two apart would share few lines of the cache
  gather(h, width, n, z, g);
  row.divergence = static_cast<double>(ratios<true>(z, n, k, row.w));
  float first = 0;
  for (int u = 0; u < row.updates; ++u) {
    int c = 0;
    for (; c + 4 <= k; c += 4) numerators<4>(z, n, c);
    for (; c < k; ++c) numerators<1>(z, n, c);
    const float step = update(z, k, row, u == 0);
    if (u == 0) first = step;
    ratios<false>(z, n, k, row.w);
    if (!(step > row.step * first) || !(step > row.least * row.counts)) break;
  }
  if (g == nullptr) return;
  if (width == pixel_lanes)
    scatter<1>(z, count, 1, row.w, g);
  else if (width == 2 * pixel_lanes)
    scatter<2>(z, count, 2, row.w, g);
  else
    scatter<0>(z, count, width / pixel_lanes, row.w, g);
}

constexpr DivergenceKernels divergence_kernels(const char* name) {
  return {name, {row_of<unsigned char>, row_of<unsigned short>, row_of<float>}};
}

}  // namespace
}  // namespace ronchi::decompose
