// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

/// What the multislice does to one pixel: sums and products, each rounded by itself, so that host and devices have the same
/// numbers. In an unnamed namespace: each translation unit that includes this has its own, compiled for its own processor.
#ifndef RONCHI_PIXEL
#ifdef __CUDACC__
#define RONCHI_PIXEL __host__ __device__ inline
#else
#define RONCHI_PIXEL inline
#endif
#endif

namespace ronchi::wave {
namespace {

/// (a, b) *= (re, im), complex numbers.
RONCHI_PIXEL void times(float& a, float& b, float re, float im) {
  const float old = a;
  a = old * re - b * im;
  b = old * im + b * re;
}

/// Transmission (re, im) of an atom where the square of the distance is `position` steps of the table AtomTransmission::table(),
/// whose last entry, `end`, is 0: between entries linearly, 1 beyond.
RONCHI_PIXEL void transmission_of_atom(const float* table, int end, float position, float& re, float& im) {
  const float last = static_cast<float>(end), here = position < last ? position : last;
  const int j = static_cast<int>(here);
  const float f = here - static_cast<float>(j);
  re = 1 + (table[2 * j] + f * (table[2 * j + 2] - table[2 * j]));
  im = table[2 * j + 1] + f * (table[2 * j + 3] - table[2 * j + 1]);
}

}  // namespace
}  // namespace ronchi::wave
