// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <immintrin.h>

#include "stages/decompose/integer_kernels.hpp"

/// Bytes of X in the order of the dot product instructions; for files compiled with AVX-512 BW. In an unnamed namespace: the linker
/// must not merge the copies.
namespace ronchi::decompose {
namespace {

/// 64 elements of a row as bytes: all of a uint8, the low (plane 0) or high bytes of uint16.
template <int plane>
inline __m512i bytes_of(const unsigned char* x) {
  return _mm512_loadu_si512(x);
}
template <int plane>
inline __m512i bytes_of(const unsigned short* x) {
  __m512i a = _mm512_loadu_si512(x), b = _mm512_loadu_si512(x + 32);
  if constexpr (plane == 1) {
    a = _mm512_srli_epi16(a, 8);
    b = _mm512_srli_epi16(b, 8);
  }
  return _mm512_inserti64x4(_mm512_castsi256_si512(_mm512_cvtepi16_epi8(a)), _mm512_cvtepi16_epi8(b), 1);
}

/// Four rows at a time of 64 columns, interleaved: strip s (16 columns), group of four rows i: 64 bytes at scratch + (s * groups +
/// i) * 64, byte 4 * column + row.
/// False if all are zero, as high bytes mostly are.
template <int plane, class T>
inline bool interleave(const T* x, std::int64_t stride, int groups, unsigned char* scratch) {
  // Dword 4 s + l of a row goes to place s of lane l, so that the unpacked strips come out in the columns' order.
  const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  __m512i seen = _mm512_setzero_si512();
  for (int i = 0; i < groups; ++i) {
    const T* row = x + 4 * i * stride;
    const __m512i a = _mm512_permutexvar_epi32(order, bytes_of<plane>(row)),
                  b = _mm512_permutexvar_epi32(order, bytes_of<plane>(row + stride)),
                  c = _mm512_permutexvar_epi32(order, bytes_of<plane>(row + 2 * stride)),
                  d = _mm512_permutexvar_epi32(order, bytes_of<plane>(row + 3 * stride));
    seen = _mm512_or_si512(seen, _mm512_or_si512(_mm512_or_si512(a, b), _mm512_or_si512(c, d)));
    const __m512i ab = _mm512_unpacklo_epi8(a, b), cd = _mm512_unpacklo_epi8(c, d), ab2 = _mm512_unpackhi_epi8(a, b),
                  cd2 = _mm512_unpackhi_epi8(c, d);
    unsigned char* to = scratch + static_cast<std::int64_t>(i) * 64;
    const std::int64_t strip = static_cast<std::int64_t>(groups) * 64;
    _mm512_storeu_si512(to, _mm512_unpacklo_epi16(ab, cd));
    _mm512_storeu_si512(to + strip, _mm512_unpackhi_epi16(ab, cd));
    _mm512_storeu_si512(to + 2 * strip, _mm512_unpacklo_epi16(ab2, cd2));
    _mm512_storeu_si512(to + 3 * strip, _mm512_unpackhi_epi16(ab2, cd2));
  }
  return _mm512_test_epi32_mask(seen, seen) != 0;
}

}  // namespace
}  // namespace ronchi::decompose
