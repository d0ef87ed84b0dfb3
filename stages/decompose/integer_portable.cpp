// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/decompose/integer_kernels.hpp"

namespace ronchi::decompose {
namespace {

template <class T>
void forward(const void* matrix, std::int64_t stride, int rows, std::int64_t columns, const signed char* factors, int flat,
             int* out) {
  constexpr int planes = sizeof(T);
  const T* x = static_cast<const T*>(matrix);
  const int out_rows = (rows + 31) / 32 * 32;
  for (int plane = 0; plane < planes; ++plane)
    for (int r = 0; r < rows; ++r)
      for (int f = 0; f < flat; f += tile) {
        int sums[tile] = {};
        for (std::int64_t j = 0; j < columns; j += 4) {
          const T* four = x + r * stride + j;
          short bytes[4];
          for (int i = 0; i < 4; ++i) bytes[i] = static_cast<short>(four[i] >> (8 * plane) & 255);
          const signed char* h = factors + factor_place(j, f, flat);
          for (int e = 0; e < tile; ++e)
            sums[e] += bytes[0] * h[4 * e] + bytes[1] * h[4 * e + 1] + bytes[2] * h[4 * e + 2] + bytes[3] * h[4 * e + 3];
        }
        int* to = out + (static_cast<std::int64_t>(plane) * out_rows + r) * flat + f;
        for (int e = 0; e < tile; ++e) to[e] = sums[e];
      }
}

template <class T>
void backward(const void* matrix, std::int64_t stride, int rows, std::int64_t columns, const signed char* weights, int flat, int* g,
              unsigned char*) {
  constexpr int planes = sizeof(T);
  const T* x = static_cast<const T*>(matrix);
  for (int plane = 0; plane < planes; ++plane)
    for (std::int64_t j = 0; j < columns; j += chunk)
      for (int r = 0; r < rows; ++r) {
        short bytes[chunk];
        for (int i = 0; i < chunk; ++i) bytes[i] = static_cast<short>(x[r * stride + j + i] >> (8 * plane) & 255);
        for (int f = 0; f < flat; ++f) {
          const short w = weights[weight_place(r, f, flat)];
          if (w == 0) continue;
          int* to = g + (static_cast<std::int64_t>(plane) * flat + f) * columns + j;
          for (int i = 0; i < chunk; ++i) to[i] += w * bytes[i];
        }
      }
}

}  // namespace

const IntegerKernels detail::portable_integers = {
    "portable", {forward<unsigned char>, forward<unsigned short>}, {backward<unsigned char>, backward<unsigned short>}};

}  // namespace ronchi::decompose
