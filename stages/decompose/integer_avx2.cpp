// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// AVX2 has no product of bytes that does not saturate: bytes are widened to 16 bits, and VPMADDWD adds two products of such.
#include <immintrin.h>

#include "stages/decompose/integer_kernels.hpp"

namespace ronchi::decompose {
namespace {

/// 16 elements of a row as 16-bit numbers: all of a uint8, the low (plane 0) or high bytes of uint16.
template <int plane>
inline __m256i words_of(const unsigned char* x) {
  return _mm256_cvtepu8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(x)));
}
template <int plane>
inline __m256i words_of(const unsigned short* x) {
  const __m256i a = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(x));
  return plane == 1 ? _mm256_srli_epi16(a, 8) : _mm256_and_si256(a, _mm256_set1_epi16(255));
}

inline __m256i load(const void* p) { return _mm256_loadu_si256(static_cast<const __m256i*>(p)); }
inline void store(void* p, __m256i v) { _mm256_storeu_si256(static_cast<__m256i*>(p), v); }
/// Four consecutive 16-bit numbers, four times.
inline __m256i four_times(const short* p) {
  long long four = 0;
  __builtin_memcpy(&four, p, sizeof four);
  return _mm256_set1_epi64x(four);
}

/// Two rows of 16-bit numbers and one tile of limb columns. Each sum is in two halves until the end.
template <int plane, class T>
void dots(const T* x, std::int64_t stride, std::int64_t columns, const signed char* factors, int flat, int* out) {
  __m256i sums[2][4];
  for (auto& row : sums)
    for (auto& s : row) s = _mm256_setzero_si256();
  alignas(32) short words[2][chunk];
  for (std::int64_t j = 0; j < columns; j += chunk) {
    for (int r = 0; r < 2; ++r)
      for (int i = 0; i < chunk; i += 16) store(&words[r][i], words_of<plane>(x + r * stride + j + i));
    const signed char* h = factors + j * flat;
    for (int i = 0; i < chunk; i += 4, h += 4 * tile) {
      const __m256i first = four_times(&words[0][i]), second = four_times(&words[1][i]);
      for (int q = 0; q < 4; ++q) {
        const __m256i limb = _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(h + 16 * q)));
        sums[0][q] = _mm256_add_epi32(sums[0][q], _mm256_madd_epi16(first, limb));
        sums[1][q] = _mm256_add_epi32(sums[1][q], _mm256_madd_epi16(second, limb));
      }
    }
  }
  for (int r = 0; r < 2; ++r)
    for (int q = 0; q < 4; q += 2)  // pairs added within lanes: limb columns 0 1 4 5 2 3 6 7
      store(out + r * flat + 4 * q,
            _mm256_permute4x64_epi64(_mm256_hadd_epi32(sums[r][q], sums[r][q + 1]), _MM_SHUFFLE(3, 1, 2, 0)));
}

template <int plane, class T>
void forward_plane(const T* x, std::int64_t stride, int rows, std::int64_t columns, const signed char* factors, int flat,
                   int* out) {
  for (int r = 0; r < rows; r += 2)
    for (int t = 0; t < flat; t += tile)
      dots<plane>(x + r * stride, stride, columns, factors + static_cast<std::int64_t>(t) * chunk, flat,
                  out + static_cast<std::int64_t>(r) * flat + t);
}

template <class T>
void forward(const void* matrix, std::int64_t stride, int rows, std::int64_t columns, const signed char* factors, int flat,
             int* out) {
  const T* x = static_cast<const T*>(matrix);
  forward_plane<0>(x, stride, rows, columns, factors, flat, out);
  if constexpr (sizeof(T) == 2)
    forward_plane<1>(x, stride, rows, columns, factors, flat, out + static_cast<std::int64_t>((rows + 31) / 32 * 32) * flat);
}

/// 64 rows and columns of X, pairs of rows side by side: pair i, column j at words[(i * 64 + j) * 2].
template <int plane, class T>
void pair_rows(const T* x, std::int64_t stride, short* words) {
  for (int i = 0; i < chunk / 2; ++i, x += 2 * stride)
    for (int j = 0; j < chunk; j += 16, words += 32) {
      const __m256i a = words_of<plane>(x + j), b = words_of<plane>(x + stride + j);
      const __m256i low = _mm256_unpacklo_epi16(a, b), high = _mm256_unpackhi_epi16(a, b);
      store(words, _mm256_permute2x128_si256(low, high, 0x20));
      store(words + 16, _mm256_permute2x128_si256(low, high, 0x31));
    }
}

/// Adds the outer products of 64 rows: 8 limb columns (as pairs of rows, pairs[f * 32 + i]) and 8 columns of X.
void outer(const short* words, const int* pairs, int* g, std::int64_t columns) {
  __m256i sums[8];
  for (int f = 0; f < 8; ++f) sums[f] = load(g + f * columns);
  for (int i = 0; i < chunk / 2; ++i, words += 2 * chunk) {
    const __m256i x = load(words);
    for (int f = 0; f < 8; ++f)
      sums[f] = _mm256_add_epi32(sums[f], _mm256_madd_epi16(x, _mm256_set1_epi32(pairs[f * (chunk / 2) + i])));
  }
  for (int f = 0; f < 8; ++f) store(g + f * columns, sums[f]);
}

template <int plane, class T>
void backward_plane(const T* x, std::int64_t stride, int rows, std::int64_t columns, const signed char* weights, int flat, int* g) {
  alignas(32) short words[chunk * chunk];
  alignas(32) int pairs[8 * chunk / 2];
  for (std::int64_t j = 0; j < columns; j += chunk)
    for (int r = 0; r < rows; r += chunk) {
      pair_rows<plane>(x + r * stride + j, stride, words);
      for (int f = 0; f < flat; f += 8) {
        const signed char* w = weights + static_cast<std::int64_t>(r) * flat + f * chunk;
        for (int i = 0; i < 8 * chunk; i += 16)
          store(pairs + i / 2, _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(w + i))));
        for (int s = 0; s < chunk; s += 8) outer(words + 2 * s, pairs, g + f * columns + j + s, columns);
      }
    }
}

template <class T>
void backward(const void* matrix, std::int64_t stride, int rows, std::int64_t columns, const signed char* weights, int flat, int* g,
              unsigned char*) {
  const T* x = static_cast<const T*>(matrix);
  backward_plane<0>(x, stride, rows, columns, weights, flat, g);
  if constexpr (sizeof(T) == 2) backward_plane<1>(x, stride, rows, columns, weights, flat, g + flat * columns);
}

}  // namespace

const IntegerKernels detail::avx2_integers = {
    "avx2", {forward<unsigned char>, forward<unsigned short>}, {backward<unsigned char>, backward<unsigned short>}};

}  // namespace ronchi::decompose
