// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Called only where processor and system have tiles.
//
// Tiles are 16 rows of 64 bytes. Six of the eight hold sums: tiles 0 to 2 and 3 to 5, of up to three tiles of limb columns for two
// groups of 16 rows (forward) or of 16 columns of X (backward); 6 is the left operand, 7 the right one.
#include "stages/decompose/integer_bytes.hpp"

namespace ronchi::decompose {
namespace {

struct alignas(64) TileConfig {
  unsigned char palette = 1, start_row = 0, reserved[14] = {};
  unsigned short bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
  unsigned char rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
};

/// The tiles belong to this thread while one exists.
struct Tiles {
  Tiles() {
    const TileConfig config;
    _tile_loadconfig(&config);
  }
  ~Tiles() { _tile_release(); }
  Tiles(const Tiles&) = delete;
  Tiles& operator=(const Tiles&) = delete;
};

/// What was written must be in memory before a tile is loaded from it: the compiler does not know what tile loads read.
inline void memory_is_written() { __asm__ volatile("" ::: "memory"); }

template <int tiles>
inline void clear() {
  _tile_zero(0);
  _tile_zero(3);
  if constexpr (tiles > 1) _tile_zero(1);
  if constexpr (tiles > 1) _tile_zero(4);
  if constexpr (tiles > 2) _tile_zero(2);
  if constexpr (tiles > 2) _tile_zero(5);
}

/// Rows a and b of X (16 each) times `tiles` tiles of limb columns, `step` bytes apart.
template <int tiles>
inline void dot_step(const unsigned char* a, const unsigned char* b, std::int64_t stride, const signed char* h) {
  constexpr std::int64_t step = tile * chunk;
  _tile_loadd(6, a, stride);
  _tile_loadd(7, h, 64);
  _tile_dpbusd(0, 6, 7);
  _tile_loadd(6, b, stride);
  _tile_dpbusd(3, 6, 7);
  if constexpr (tiles > 1) {
    _tile_loadd(7, h + step, 64);
    _tile_dpbusd(4, 6, 7);
    _tile_loadd(6, a, stride);
    _tile_dpbusd(1, 6, 7);
  }
  if constexpr (tiles > 2) {
    _tile_loadd(7, h + 2 * step, 64);
    _tile_dpbusd(2, 6, 7);
    _tile_loadd(6, b, stride);
    _tile_dpbusd(5, 6, 7);
  }
}

/// The first group alone: high bytes are mostly zero.
template <int tiles>
inline void low_step(const unsigned char* a, const signed char* h) {
  constexpr std::int64_t step = tile * chunk;
  _tile_loadd(6, a, chunk);
  _tile_loadd(7, h, 64);
  _tile_dpbusd(0, 6, 7);
  if constexpr (tiles > 1) {
    _tile_loadd(7, h + step, 64);
    _tile_dpbusd(1, 6, 7);
  }
  if constexpr (tiles > 2) {
    _tile_loadd(7, h + 2 * step, 64);
    _tile_dpbusd(2, 6, 7);
  }
}

/// Sums of the first and second group to `first` and `second`, rows `stride` integers apart, tiles `step` integers apart.
template <int tiles>
inline void store(int* first, int* second, std::int64_t stride, std::int64_t step) {
  _tile_stored(0, first, 4 * stride);
  _tile_stored(3, second, 4 * stride);
  if constexpr (tiles > 1) _tile_stored(1, first + step, 4 * stride);
  if constexpr (tiles > 1) _tile_stored(4, second + step, 4 * stride);
  if constexpr (tiles > 2) _tile_stored(2, first + 2 * step, 4 * stride);
  if constexpr (tiles > 2) _tile_stored(5, second + 2 * step, 4 * stride);
}
template <int tiles>
inline void load(const int* first, const int* second, std::int64_t stride, std::int64_t step) {
  _tile_loadd(0, first, 4 * stride);
  _tile_loadd(3, second, 4 * stride);
  if constexpr (tiles > 1) _tile_loadd(1, first + step, 4 * stride);
  if constexpr (tiles > 1) _tile_loadd(4, second + step, 4 * stride);
  if constexpr (tiles > 2) _tile_loadd(2, first + 2 * step, 4 * stride);
  if constexpr (tiles > 2) _tile_loadd(5, second + 2 * step, 4 * stride);
}

/// 32 rows of bytes, as they stand in memory.
template <int tiles>
void dots(const unsigned char* x, std::int64_t stride, std::int64_t columns, const signed char* factors, int flat, int* out,
          std::int64_t) {
  clear<tiles>();
  const unsigned char* second = x + 16 * stride;
  for (std::int64_t j = 0; j < columns; j += chunk, factors += static_cast<std::int64_t>(flat) * chunk)
    dot_step<tiles>(x + j, second + j, stride, factors);
  store<tiles>(out, out + 16 * flat, flat, tile);
}

/// 32 rows of 16-bit integers: for each group of 16 rows, the low bytes are the first group of tiles and the high bytes the second.
template <int tiles>
void dots(const unsigned short* x, std::int64_t stride, std::int64_t columns, const signed char* factors, int flat, int* out,
          std::int64_t plane) {
  alignas(64) unsigned char low[16][chunk], high[16][chunk];
  for (int group = 0; group < 32; group += 16) {
    clear<tiles>();
    const signed char* h = factors;
    for (std::int64_t j = 0; j < columns; j += chunk, h += static_cast<std::int64_t>(flat) * chunk) {
      __m512i seen = _mm512_setzero_si512();
      for (int r = 0; r < 16; ++r) {
        const __m512i of_row = bytes_of<1>(x + (group + r) * stride + j);
        _mm512_store_si512(low[r], bytes_of<0>(x + (group + r) * stride + j));
        _mm512_store_si512(high[r], of_row);
        seen = _mm512_or_si512(seen, of_row);
      }
      memory_is_written();
      if (_mm512_test_epi32_mask(seen, seen) != 0)
        dot_step<tiles>(low[0], high[0], chunk, h);
      else
        low_step<tiles>(low[0], h);
    }
    store<tiles>(out + group * flat, out + plane + group * flat, flat, tile);
  }
}

/// Calls f.template operator()<tiles>(first tile) for all tiles, three at a time.
template <class F>
inline void in_threes(int tiles, const F& f) {
  int t = 0;
  for (; tiles - t >= 3; t += 3) f.template operator()<3>(t);
  if (tiles - t == 2) f.template operator()<2>(t);
  if (tiles - t == 1) f.template operator()<1>(t);
}

template <class T>
void forward(const void* matrix, std::int64_t stride, int rows, std::int64_t columns, const signed char* factors, int flat,
             int* out) {
  const Tiles tiles;
  const std::int64_t plane = static_cast<std::int64_t>((rows + 31) / 32 * 32) * flat;
  for (int r = 0; r < rows; r += 32)
    in_threes(flat / tile, [&]<int n>(int t) {
      dots<n>(static_cast<const T*>(matrix) + r * stride, stride, columns, factors + static_cast<std::int64_t>(t) * tile * chunk,
              flat, out + static_cast<std::int64_t>(r) * flat + t * tile, plane);
    });
  memory_is_written();
}

template <int plane, class T>
void backward_plane(const T* x, std::int64_t stride, int rows, std::int64_t columns, const signed char* weights, int flat, int* g,
                    unsigned char* scratch) {
  constexpr std::int64_t step = tile * chunk;
  const int groups = (rows + chunk - 1) / chunk * (chunk / 4);
  const std::int64_t strip = static_cast<std::int64_t>(groups) * 64;
  for (std::int64_t j = 0; j < columns; j += chunk) {
    if (!interleave<plane>(x + j, stride, groups, scratch)) continue;
    memory_is_written();
    in_threes(flat / tile, [&]<int n>(int t) {
      for (int s = 0; s < 4; s += 2) {
        int* first = g + (static_cast<std::int64_t>(plane) * flat + t * tile) * columns + j + 16 * s;
        load<n>(first, first + 16, columns, tile * columns);
        const unsigned char *left = scratch + s * strip, *right = left + strip;
        const signed char* w = weights + t * step;
        for (int i = 0; i < groups; i += chunk / 4, w += static_cast<std::int64_t>(flat) * chunk) {
          _tile_loadd(7, left + i * 64, 64);
          _tile_loadd(6, w, chunk);
          _tile_dpbsud(0, 6, 7);
          if constexpr (n > 1) {
            _tile_loadd(6, w + step, chunk);
            _tile_dpbsud(1, 6, 7);
          }
          if constexpr (n > 2) {
            _tile_loadd(6, w + 2 * step, chunk);
            _tile_dpbsud(2, 6, 7);
          }
          _tile_loadd(7, right + i * 64, 64);
          if constexpr (n > 2) {
            _tile_dpbsud(5, 6, 7);
            _tile_loadd(6, w + step, chunk);
          }
          if constexpr (n > 1) {
            _tile_dpbsud(4, 6, 7);
            _tile_loadd(6, w, chunk);
          }
          _tile_dpbsud(3, 6, 7);
        }
        store<n>(first, first + 16, columns, tile * columns);
      }
    });
    memory_is_written();
  }
}

template <class T>
void backward(const void* matrix, std::int64_t stride, int rows, std::int64_t columns, const signed char* weights, int flat, int* g,
              unsigned char* scratch) {
  const Tiles tiles;
  backward_plane<0>(static_cast<const T*>(matrix), stride, rows, columns, weights, flat, g, scratch);
  if constexpr (sizeof(T) == 2) backward_plane<1>(static_cast<const T*>(matrix), stride, rows, columns, weights, flat, g, scratch);
}

}  // namespace

const IntegerKernels detail::amx_integers = {
    "amx_int8", {forward<unsigned char>, forward<unsigned short>}, {backward<unsigned char>, backward<unsigned short>}};

}  // namespace ronchi::decompose
