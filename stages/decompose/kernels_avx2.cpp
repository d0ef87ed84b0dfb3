// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <immintrin.h>

#include "stages/decompose/kernel_loops.hpp"

namespace ronchi::decompose {
namespace {

struct Avx2 {
  using Vector = __m256;
  static constexpr int width = 8;
  static constexpr int dot_rows = 3, dot_components = 4, outer_strips = 3, outer_components = 4;  // 12 sums in 16 registers

  static Vector load(const unsigned char* p) {
    return _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p))));
  }
  static Vector load(const unsigned short* p) {
    return _mm256_cvtepi32_ps(_mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))));
  }
  static Vector load(const float* p) { return _mm256_loadu_ps(p); }
  static void store(float* p, Vector v) { _mm256_storeu_ps(p, v); }
  static Vector broadcast(float v) { return _mm256_set1_ps(v); }
  static Vector fma(Vector a, Vector b, Vector c) { return _mm256_fmadd_ps(a, b, c); }
  static Vector fnma(Vector a, Vector b, Vector c) { return _mm256_fnmadd_ps(a, b, c); }
  static Vector sub(Vector a, Vector b) { return _mm256_sub_ps(a, b); }
  static Vector mul(Vector a, Vector b) { return _mm256_mul_ps(a, b); }
  static Vector floor_at_zero(Vector v) { return _mm256_max_ps(v, _mm256_setzero_ps()); }
  static Vector projected(Vector gradient, Vector w) {
    const Vector inside = _mm256_cmp_ps(w, _mm256_setzero_ps(), _CMP_GT_OQ);
    return _mm256_blendv_ps(_mm256_min_ps(gradient, _mm256_setzero_ps()), gradient, inside);
  }
  static float total(const float* p) {
    const __m256 eight = _mm256_add_ps(_mm256_loadu_ps(p), _mm256_loadu_ps(p + 8));
    const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
  }
  static void spill(const float* values, std::int64_t count, double scale, std::int64_t* units) {
    for (std::int64_t i = 0; i < count; ++i) units[i] += _mm_cvtsd_si64(_mm_set_sd(static_cast<double>(values[i]) * scale));
  }
};

}  // namespace

const Kernels detail::avx2_kernels = kernels_of<Avx2>("avx2");

}  // namespace ronchi::decompose
