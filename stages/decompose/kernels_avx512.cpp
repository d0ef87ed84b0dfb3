// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <immintrin.h>

#include "stages/decompose/kernel_loops.hpp"

namespace ronchi::decompose {
namespace {

struct Avx512 {
  using Vector = __m512;
  static constexpr int width = 16;
  static constexpr int dot_rows = 3, dot_components = 8, outer_strips = 3, outer_components = 8;  // 24 sums in 32 registers

  static Vector load(const unsigned char* p) {
    return _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))));
  }
  static Vector load(const unsigned short* p) {
    return _mm512_cvtepi32_ps(_mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p))));
  }
  static Vector load(const float* p) { return _mm512_loadu_ps(p); }
  static void store(float* p, Vector v) { _mm512_storeu_ps(p, v); }
  static Vector broadcast(float v) { return _mm512_set1_ps(v); }
  static Vector fma(Vector a, Vector b, Vector c) { return _mm512_fmadd_ps(a, b, c); }
  static Vector fnma(Vector a, Vector b, Vector c) { return _mm512_fnmadd_ps(a, b, c); }
  static Vector sub(Vector a, Vector b) { return _mm512_sub_ps(a, b); }
  static Vector mul(Vector a, Vector b) { return _mm512_mul_ps(a, b); }
  static Vector floor_at_zero(Vector v) { return _mm512_max_ps(v, _mm512_setzero_ps()); }
  static Vector projected(Vector gradient, Vector w) {
    const __mmask16 inside = _mm512_cmp_ps_mask(w, _mm512_setzero_ps(), _CMP_GT_OQ);
    return _mm512_mask_min_ps(gradient, static_cast<__mmask16>(~inside), gradient, _mm512_setzero_ps());
  }
  static float total(const float* p) {
    const __m256 eight = _mm256_add_ps(_mm256_loadu_ps(p), _mm256_loadu_ps(p + 8));
    const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
  }
  static void spill(const float* values, std::int64_t count, double scale, std::int64_t* units) {
    const __m512d s = _mm512_set1_pd(scale);
    std::int64_t i = 0;
    for (; i + 8 <= count; i += 8) {
      const __m512i rounded = _mm512_cvtpd_epi64(_mm512_mul_pd(_mm512_cvtps_pd(_mm256_loadu_ps(values + i)), s));
      _mm512_storeu_si512(units + i, _mm512_add_epi64(_mm512_loadu_si512(units + i), rounded));
    }
    for (; i < count; ++i) units[i] += _mm_cvtsd_si64(_mm_set_sd(static_cast<double>(values[i]) * scale));
  }
};

}  // namespace

const Kernels detail::avx512_kernels = kernels_of<Avx512>("avx512");

}  // namespace ronchi::decompose
