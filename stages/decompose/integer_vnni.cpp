// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/decompose/integer_bytes.hpp"

namespace ronchi::decompose {
namespace {

constexpr int row_group = 4;  // divides 32, to which the rows of the output are rounded up

/// Four consecutive bytes, sixteen times.
inline __m512i four_bytes(const void* p) {
  int bytes = 0;
  __builtin_memcpy(&bytes, p, sizeof bytes);
  return _mm512_set1_epi32(bytes);
}

/// Limb columns of `tiles` tiles, of four rows: each dword of a row meets 16 limb columns at once.
template <int tiles, class T>
void dots(const T* x, std::int64_t stride, std::int64_t columns, const signed char* factors, int flat, int* out,
          std::int64_t plane) {
  constexpr int planes = sizeof(T);
  __m512i sums[planes][row_group][tiles];
  for (auto& p : sums)
    for (auto& r : p)
      for (auto& s : r) s = _mm512_setzero_si512();
  alignas(64) unsigned char bytes[row_group][chunk];
  for (std::int64_t j = 0; j < columns; j += chunk) {
    const signed char* h = factors + j / chunk * flat * chunk;
    const auto add = [&]<int p>() {
      __m512i seen = _mm512_setzero_si512();
      for (int r = 0; r < row_group; ++r) {
        const __m512i row = bytes_of<p>(x + r * stride + j);
        _mm512_store_si512(bytes[r], row);
        seen = _mm512_or_si512(seen, row);
      }
      if (_mm512_test_epi32_mask(seen, seen) == 0) return;  // as high bytes mostly are
      for (int i = 0; i < chunk / 4; ++i)
        for (int t = 0; t < tiles; ++t) {
          const __m512i limb = _mm512_loadu_si512(h + i * 4 * tile + t * tile * chunk);
          for (int r = 0; r < row_group; ++r)
            sums[p][r][t] = _mm512_dpbusd_epi32(sums[p][r][t], four_bytes(&bytes[r][4 * i]), limb);
        }
    };
    add.template operator()<0>();
    if constexpr (planes == 2) add.template operator()<1>();
  }
  for (int p = 0; p < planes; ++p)
    for (int r = 0; r < row_group; ++r)
      for (int t = 0; t < tiles; ++t) _mm512_storeu_si512(out + p * plane + r * flat + t * tile, sums[p][r][t]);
}

template <class T>
void forward(const void* matrix, std::int64_t stride, int rows, std::int64_t columns, const signed char* factors, int flat,
             int* out) {
  const T* x = static_cast<const T*>(matrix);
  const std::int64_t plane = static_cast<std::int64_t>((rows + 31) / 32 * 32) * flat;
  for (int r = 0; r < rows; r += row_group)
    for (int t = 0; t < flat / tile;) {
      const int left = flat / tile - t;
      const signed char* h = factors + static_cast<std::int64_t>(t) * tile * chunk;
      int* to = out + static_cast<std::int64_t>(r) * flat + t * tile;
      const T* row = x + r * stride;
      if (left >= 3)
        dots<3>(row, stride, columns, h, flat, to, plane);
      else if (left == 2)
        dots<2>(row, stride, columns, h, flat, to, plane);
      else
        dots<1>(row, stride, columns, h, flat, to, plane);
      t += left >= 3 ? 3 : left;
    }
}

/// One tile of limb columns of one strip of 16 columns of X.
void outer(const unsigned char* strip, int rows, const signed char* weights, int flat, int* g, std::int64_t columns) {
  __m512i sums[tile];
  for (int f = 0; f < tile; ++f) sums[f] = _mm512_loadu_si512(g + f * columns);
  for (int r = 0; r < rows; r += chunk, weights += static_cast<std::int64_t>(flat) * chunk)
    for (int i = 0; i < chunk / 4; ++i, strip += 64) {
      const __m512i x = _mm512_loadu_si512(strip);
      for (int f = 0; f < tile; ++f) sums[f] = _mm512_dpbusd_epi32(sums[f], x, four_bytes(weights + f * chunk + 4 * i));
    }
  for (int f = 0; f < tile; ++f) _mm512_storeu_si512(g + f * columns, sums[f]);
}

template <int plane, class T>
void backward_plane(const T* x, std::int64_t stride, int rows, std::int64_t columns, const signed char* weights, int flat, int* g,
                    unsigned char* scratch) {
  const int groups = (rows + chunk - 1) / chunk * (chunk / 4);
  for (std::int64_t j = 0; j < columns; j += chunk) {
    if (!interleave<plane>(x + j, stride, groups, scratch)) continue;
    for (int f = 0; f < flat; f += tile)
      for (int s = 0; s < 4; ++s)
        outer(scratch + static_cast<std::int64_t>(s) * groups * 64, rows, weights + static_cast<std::int64_t>(f) * chunk, flat,
              g + (static_cast<std::int64_t>(plane) * flat + f) * columns + j + 16 * s, columns);
  }
}

template <class T>
void backward(const void* matrix, std::int64_t stride, int rows, std::int64_t columns, const signed char* weights, int flat, int* g,
              unsigned char* scratch) {
  backward_plane<0>(static_cast<const T*>(matrix), stride, rows, columns, weights, flat, g, scratch);
  if constexpr (sizeof(T) == 2) backward_plane<1>(static_cast<const T*>(matrix), stride, rows, columns, weights, flat, g, scratch);
}

}  // namespace

const IntegerKernels detail::vnni_integers = {
    "avx512_vnni", {forward<unsigned char>, forward<unsigned short>}, {backward<unsigned char>, backward<unsigned short>}};

}  // namespace ronchi::decompose
