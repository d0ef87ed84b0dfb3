// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "stages/decompose/kernels.hpp"

/// The loops of kernels.hpp over an instruction set I, which has
///   Vector, width (8 or 16 floats), and the register blocking: rows x components of dot products, strips x components
///   of outer products; load(T*), store, broadcast, fma(a, b, c) = a * b + c, fnma(a, b, c) = c - a * b,
///   add, sub, mul, floor_at_zero, zero_if_not_positive(gradient, w), total(float[16]), spill.
/// In an unnamed namespace: each translation unit that includes this has its own, compiled for its own processor.
namespace ronchi::decompose {
namespace {

constexpr std::int64_t column_tile = 512;  // a tile of 8 rows of H then takes 16 KB of the first-level cache
constexpr int group = 8;                   // components whose partial sums are kept between column tiles

/// `halves` vectors make the 16 canonical lanes.
template <class I>
constexpr int halves = lanes / I::width;

template <class I, class T, int R, int C>
void dot_tile(const T* x, std::int64_t stride, std::int64_t columns, const float* h, std::int64_t h_stride, float* partial,
              bool first) {
  using V = typename I::Vector;
  for (int half = 0; half < halves<I>; ++half) {
    const int lane = half * I::width;
    V sum[R][C];
#pragma GCC unroll 16
    for (int r = 0; r < R; ++r)
#pragma GCC unroll 16
      for (int c = 0; c < C; ++c) sum[r][c] = first ? I::broadcast(0.f) : I::load(partial + (r * group + c) * lanes + lane);
    for (std::int64_t j = lane; j < columns; j += lanes) {
      V values[R];
#pragma GCC unroll 16
      for (int r = 0; r < R; ++r) values[r] = I::load(x + r * stride + j);
#pragma GCC unroll 16
      for (int c = 0; c < C; ++c) {
        const V factor = I::load(h + c * h_stride + j);
#pragma GCC unroll 16
        for (int r = 0; r < R; ++r) sum[r][c] = I::fma(values[r], factor, sum[r][c]);
      }
    }
#pragma GCC unroll 16
    for (int r = 0; r < R; ++r)
#pragma GCC unroll 16
      for (int c = 0; c < C; ++c) I::store(partial + (r * group + c) * lanes + lane, sum[r][c]);
  }
}

/// The rows of a tile that come `ahead` rows later, into the cache: a tile is too narrow for the processor to see them coming.
template <class T>
void prefetch(const T* x, std::int64_t stride, int first, int last, std::int64_t columns) {
  constexpr std::int64_t line = 64 / static_cast<std::int64_t>(sizeof(T));
  for (int r = first; r < last; ++r)
    for (std::int64_t j = 0; j < columns; j += line) __builtin_prefetch(x + r * stride + j);
}

template <class I, class T, int C>
void dot_rows(const T* x, std::int64_t stride, int rows, std::int64_t columns, const float* h, std::int64_t h_stride,
              float* partial, bool first) {
  constexpr int ahead = 2 * I::dot_rows;
  int r = 0;
  for (; r + I::dot_rows <= rows; r += I::dot_rows) {
    const int from = r + ahead < rows ? r + ahead : rows, to = from + I::dot_rows < rows ? from + I::dot_rows : rows;
    prefetch(x, stride, from, to, columns);
    // The last rows bring in the first ones of the next tile; beyond the last tile that does no harm.
    if (r + 2 * I::dot_rows > rows) prefetch(x + columns, stride, 0, ahead < rows ? ahead : rows, columns);
    dot_tile<I, T, I::dot_rows, C>(x + r * stride, stride, columns, h, h_stride, partial + r * group * lanes, first);
  }
  for (; r < rows; ++r) dot_tile<I, T, 1, C>(x + r * stride, stride, columns, h, h_stride, partial + r * group * lanes, first);
}

/// Calls f with the number of components as a constant: C at a time, then what is left.
template <int C, class F>
void by_components(int k, F f) {
  int c = 0;
  for (; c + C <= k; c += C) f.template operator()<C>(c);
  if constexpr (C > 1) {
    switch (k - c) {
      case 7:
        if constexpr (C > 7) f.template operator()<7>(c);
        break;
      case 6:
        if constexpr (C > 6) f.template operator()<6>(c);
        break;
      case 5:
        if constexpr (C > 5) f.template operator()<5>(c);
        break;
      case 4:
        if constexpr (C > 4) f.template operator()<4>(c);
        break;
      case 3:
        if constexpr (C > 3) f.template operator()<3>(c);
        break;
      case 2:
        if constexpr (C > 2) f.template operator()<2>(c);
        break;
      case 1:
        f.template operator()<1>(c);
        break;
      default:
        break;
    }
  }
}

template <class I, class T>
void forward(const void* data, std::int64_t stride, int rows, std::int64_t columns, const float* h, std::int64_t h_stride, int k,
             float* partial, float* a, int ld) {
  const T* x = static_cast<const T*>(data);
  for (int c0 = 0; c0 < k; c0 += group) {
    const int members = k - c0 < group ? k - c0 : group;
    for (std::int64_t j = 0; j < columns; j += column_tile) {
      const std::int64_t tile = columns - j < column_tile ? columns - j : column_tile;
      by_components<I::dot_components>(members, [&]<int C>(int c) {
        dot_rows<I, T, C>(x + j, stride, rows, tile, h + (c0 + c) * h_stride + j, h_stride, partial + c * lanes, j == 0);
      });
    }
    for (int c = 0; c < members; ++c)
      for (int r = 0; r < rows; ++r) a[(c0 + c) * ld + r] = columns > 0 ? I::total(partial + (r * group + c) * lanes) : 0.f;
  }
}

template <class I, class T, int C, int S>
void outer_strip(const T* x, std::int64_t stride, int rows, const float* w, int k, float* g, std::int64_t g_stride) {
  using V = typename I::Vector;
  V sum[C][S];
#pragma GCC unroll 16
  for (int c = 0; c < C; ++c)
#pragma GCC unroll 16
    for (int s = 0; s < S; ++s) sum[c][s] = I::load(g + c * g_stride + s * I::width);
  for (int r = 0; r < rows; ++r) {
    V values[S];
#pragma GCC unroll 16
    for (int s = 0; s < S; ++s) values[s] = I::load(x + r * stride + s * I::width);
#pragma GCC unroll 16
    for (int c = 0; c < C; ++c) {
      const V weight = I::broadcast(w[r * k + c]);
#pragma GCC unroll 16
      for (int s = 0; s < S; ++s) sum[c][s] = I::fma(weight, values[s], sum[c][s]);
    }
  }
#pragma GCC unroll 16
  for (int c = 0; c < C; ++c)
#pragma GCC unroll 16
    for (int s = 0; s < S; ++s) I::store(g + c * g_stride + s * I::width, sum[c][s]);
}

template <class I, class T>
void backward(const void* data, std::int64_t stride, int rows, std::int64_t columns, const float* w, int k, float* g,
              std::int64_t g_stride) {
  const T* x = static_cast<const T*>(data);
  constexpr std::int64_t strip = I::outer_strips * I::width;
  // Strips outside: the rows of a strip are then in the first-level cache for all components but the first ones.
  const auto columns_from = [&]<int S>(std::int64_t j) {
    by_components<I::outer_components>(
        k, [&]<int C>(int c) { outer_strip<I, T, C, S>(x + j, stride, rows, w + c, k, g + c * g_stride + j, g_stride); });
  };
  std::int64_t j = 0;
  for (; j + strip <= columns; j += strip) columns_from.template operator()<I::outer_strips>(j);
  for (; j < columns; j += I::width) columns_from.template operator()<1>(j);
}

template <class I>
double hals(const float* a, float* w, int ld, int items, int k, const float* b, const float* inverse, int sweeps, float epsilon2) {
  using V = typename I::Vector;
  const V zero = I::broadcast(0.f);
  float sums[lanes];
  double residual = 0;
  for (int i = 0; i < items; i += lanes) {
    for (int half = 0; half < halves<I>; ++half) {
      const int at = i + half * I::width;
      V sum = zero;
      for (int c = 0; c < k; ++c) {
        V gradient = I::sub(zero, I::load(a + c * ld + at));
        for (int d = 0; d < k; ++d) gradient = I::fma(I::load(w + d * ld + at), I::broadcast(b[c * k + d]), gradient);
        gradient = I::projected(gradient, I::load(w + c * ld + at));
        sum = I::fma(I::mul(gradient, gradient), I::broadcast(inverse[c]), sum);
      }
      I::store(sums + half * I::width, sum);
    }
    residual += static_cast<double>(I::total(sums));

    float first = 0;
    for (int sweep = 0; sweep < sweeps; ++sweep) {
      for (int half = 0; half < halves<I>; ++half) {
        const int at = i + half * I::width;
        V step = zero;
        for (int c = 0; c < k; ++c) {
          if (inverse[c] == 0.f) continue;
          V rest = I::load(a + c * ld + at);
          for (int d = 0; d < c; ++d) rest = I::fnma(I::load(w + d * ld + at), I::broadcast(b[c * k + d]), rest);
          for (int d = c + 1; d < k; ++d) rest = I::fnma(I::load(w + d * ld + at), I::broadcast(b[c * k + d]), rest);
          const V now = I::floor_at_zero(I::mul(rest, I::broadcast(inverse[c])));
          const V change = I::sub(now, I::load(w + c * ld + at));
          step = I::fma(I::mul(change, change), I::broadcast(b[c * k + c]), step);
          I::store(w + c * ld + at, now);
        }
        I::store(sums + half * I::width, step);
      }
      const float total = I::total(sums);
      if (sweep == 0) first = total;
      if (!(total > epsilon2 * first)) break;
    }
  }
  return residual;
}

template <class I>
void gram(const float* w, int rows, int k, double* s) {
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < k; ++c) {
      const double weight = static_cast<double>(w[r * k + c]);
      for (int d = 0; d <= c; ++d) s[c * k + d] += weight * static_cast<double>(w[r * k + d]);
    }
}

template <class I>
constexpr Kernels kernels_of(const char* name) {
  return {name,
          {forward<I, unsigned char>, forward<I, unsigned short>, forward<I, float>},
          {backward<I, unsigned char>, backward<I, unsigned short>, backward<I, float>},
          hals<I>,
          gram<I>,
          I::spill};
}

}  // namespace
}  // namespace ronchi::decompose
