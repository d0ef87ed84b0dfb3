// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <immintrin.h>

#include "framework/wave/kernel_loops.hpp"

namespace ronchi::wave {
namespace {

/// As the plain loop, sixteen pixels at a time: a pair (re, im) of the table is gathered as one value of eight bytes.
void stamp_gathered(float* __restrict re, float* __restrict im, std::int64_t count, float dx, float dy, float per_square,
                    const float* __restrict table, int table_end) {
  const __m512 dy2 = _mm512_set1_ps(dy * dy), scale = _mm512_set1_ps(per_square),
               end = _mm512_set1_ps(static_cast<float>(table_end));
  const __m512i low = _mm512_setr_epi32(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7),
                high = _mm512_add_epi32(low, _mm512_set1_epi32(8));
  const __m512i even = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30),
                odd = _mm512_add_epi32(even, _mm512_set1_epi32(1));
  const auto* pairs = reinterpret_cast<const double*>(table);
  __m512i number = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  for (std::int64_t i = 0; i < count; i += 16, number = _mm512_add_epi32(number, _mm512_set1_epi32(16))) {
    const __m512 x = _mm512_add_ps(_mm512_set1_ps(dx), _mm512_cvtepi32_ps(number));
    const __m512 position = _mm512_min_ps(_mm512_mul_ps(_mm512_add_ps(_mm512_mul_ps(x, x), dy2), scale), end);
    const __m512i j = _mm512_cvttps_epi32(position);
    const __m512 f = _mm512_sub_ps(position, _mm512_cvtepi32_ps(j));
    const auto between = [&](__m256i index, __m512i spread) {
      const __m512 here = _mm512_castpd_ps(_mm512_i32gather_pd(index, pairs, 8));
      const __m512 next = _mm512_castpd_ps(_mm512_i32gather_pd(index, pairs + 1, 8));
      return _mm512_add_ps(here, _mm512_mul_ps(_mm512_permutexvar_ps(spread, f), _mm512_sub_ps(next, here)));
    };
    const __m512 first = between(_mm512_castsi512_si256(j), low), second = between(_mm512_extracti64x4_epi64(j, 1), high);
    const __m512 t_re = _mm512_add_ps(_mm512_set1_ps(1), _mm512_permutex2var_ps(first, even, second));
    const __m512 t_im = _mm512_permutex2var_ps(first, odd, second);
    const __m512 a = _mm512_loadu_ps(re + i), b = _mm512_loadu_ps(im + i);
    _mm512_storeu_ps(re + i, _mm512_sub_ps(_mm512_mul_ps(a, t_re), _mm512_mul_ps(b, t_im)));
    _mm512_storeu_ps(im + i, _mm512_add_ps(_mm512_mul_ps(a, t_im), _mm512_mul_ps(b, t_re)));
  }
}

// GCC 12 makes fused instructions out of the plain loops over pairs even where -ffp-contract=off forbids it (in its pattern for
// alternating differences and sums), so they are spelled out: products, and a sum with one of them negated.

__m512 real_parts(__m512 pairs) { return _mm512_moveldup_ps(pairs); }
__m512 imaginary_parts(__m512 pairs) { return _mm512_movehdup_ps(pairs); }

/// Products of pairs (re, im) with factors whose parts stand twice each.
__m512 product(__m512 pairs, __m512 re, __m512 im) {
  const __m512 minus_even = _mm512_castsi512_ps(_mm512_set1_epi64(0x80000000));
  const __m512 crossed = _mm512_mul_ps(_mm512_permute_ps(pairs, 0xB1), im);  // im im, re im
  return _mm512_add_ps(_mm512_mul_ps(pairs, re), _mm512_xor_ps(crossed, minus_even));
}

/// The first n lanes, or all.
__mmask16 first(std::int64_t n) { return static_cast<__mmask16>(n >= 16 ? 0xFFFF : (1u << n) - 1); }

void multiply_pairs(float* __restrict wave, const float* __restrict re, const float* __restrict im, std::int64_t count) {
  const __m512i twice = _mm512_setr_epi32(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7);
  for (std::int64_t i = 0; i < count; i += 8) {
    const __mmask16 here = first(2 * (count - i)), single = first(count - i) & 0xFF;
    const __m512 r = _mm512_permutexvar_ps(twice, _mm512_maskz_loadu_ps(single, re + i));
    const __m512 m = _mm512_permutexvar_ps(twice, _mm512_maskz_loadu_ps(single, im + i));
    _mm512_mask_storeu_ps(wave + 2 * i, here, product(_mm512_maskz_loadu_ps(here, wave + 2 * i), r, m));
  }
}

void advance_pairs(float* __restrict wave, const float* __restrict factors, float re, float im, std::int64_t count) {
  const __m512 r = _mm512_set1_ps(re), m = _mm512_set1_ps(im);
  for (std::int64_t i = 0; i < count; i += 8) {
    const __mmask16 here = first(2 * (count - i));
    const __m512 factor = product(_mm512_maskz_loadu_ps(here, factors + 2 * i), r, m);
    const __m512 value = _mm512_maskz_loadu_ps(here, wave + 2 * i);
    _mm512_mask_storeu_ps(wave + 2 * i, here, product(value, real_parts(factor), imaginary_parts(factor)));
  }
}

}  // namespace

const Kernels detail::avx512_kernels{"avx512", stamp_gathered, multiply_pairs, advance_pairs};

}  // namespace ronchi::wave
