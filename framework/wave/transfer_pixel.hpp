// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

/// The transfer function of one spatial frequency, from additions, multiplications and a square root alone, each rounded by itself:
/// the same bytes from every instruction set, and it compiles for devices. In an unnamed namespace: each translation unit that
/// includes this has its own, compiled for its own processor.
#ifdef __CUDACC__
#define RONCHI_PIXEL __host__ __device__ inline
#else
#define RONCHI_PIXEL inline
#endif

#include "framework/wave/transfer_kernels.hpp"

namespace ronchi::wave {
namespace {

#ifdef __CUDA_ARCH__
RONCHI_PIXEL float root(float v) { return sqrtf(v); }
RONCHI_PIXEL int bits_of(float v) { return __float_as_int(v); }
RONCHI_PIXEL float float_of(int bits) { return __int_as_float(bits); }
#else
RONCHI_PIXEL float root(float v) { return __builtin_sqrtf(v); }
RONCHI_PIXEL int bits_of(float v) { return __builtin_bit_cast(int, v); }
RONCHI_PIXEL float float_of(int bits) { return __builtin_bit_cast(float, bits); }
#endif

/// The distance to the nearest integer, for |v| < 2^51.
RONCHI_PIXEL double fraction(double v) {
  const double shift = 6755399441055744.0;  // 1.5 * 2^52: adding it rounds to an integer
  return v - ((v + shift) - shift);
}

/// sin and cos of 2 pi v for |v| <= 1/2; 1e-7.
RONCHI_PIXEL void sine_cosine_of_turns(float v, float& sine, float& cosine) {
  const float shift = 12582912.0f;  // 1.5 * 2^23
  const float shifted = 4.0f * v + shift, quarters = shifted - shift;
  const float x = (v - 0.25f * quarters) * 6.2831853071795865f, x2 = x * x;  // |x| <= pi / 4
  const float s = x * (1.0f + x2 * (-1.6666654611e-1f + x2 * (8.3321608736e-3f + x2 * -1.9515295891e-4f)));
  const float c = 1.0f + x2 * (-0.5f + x2 * (4.166664568298827e-2f + x2 * (-1.388731625493765e-3f + x2 * 2.443315711809948e-5f)));
  // The last bits of `shifted` count the quarters.
  const int quadrant = bits_of(shifted);
  const bool odd = (quadrant & 1) != 0;
  const float a = odd ? c : s, b = odd ? s : c;
  sine = (quadrant & 2) != 0 ? -a : a;
  cosine = ((quadrant + 1) & 2) != 0 ? -b : b;
}

/// exp(-v) for v >= 0; 2e-7 of it down to 1e-37, not below.
RONCHI_PIXEL float exponential_decay(float v) {
  const float shift = 12582912.0f;
  const float bits = v * 1.44269504088896341f;
  const float y = bits < 125.0f ? bits : 125.0f;
  const float shifted = y + shift, whole = shifted - shift;
  const float x = (whole - y) * 0.693147180559945309f;  // |x| <= ln 2 / 2
  const float tail = 8.3334519073e-3f + x * (1.3981999507e-3f + x * 1.9875691500e-4f);
  const float e = 1.0f + x * (1.0f + x * (0.5f + x * (1.6666665459e-1f + x * (4.1665795894e-2f + x * tail))));
  const int exponent = 127 - (bits_of(shifted) - 0x4b400000);
  return e * float_of(exponent << 23);
}

/// chi / 2 pi up to whole turns.
RONCHI_PIXEL float phase_of(const TransferColumn& column, double ky) {
  double turns = column.turns[6];
  for (int i = 5; i >= 0; --i) turns = turns * ky + column.turns[i];
  return static_cast<float>(fraction(turns));
}

/// exp(-i chi), `phase` being chi / 2 pi, damped by the envelopes and cut off by the aperture.
RONCHI_PIXEL void transfer(const TransferColumn& column, float ky, float phase, float& real, float& imaginary) {
  float along_x = column.along_x[5], along_y = column.along_y[5];
  for (int i = 4; i >= 0; --i) {
    along_x = along_x * ky + column.along_x[i];
    along_y = along_y * ky + column.along_y[i];
  }
  const float k2 = ky * ky + column.kx2, focal = column.focal * k2;
  const float envelope = exponential_decay(focal * focal + (along_x * along_x + along_y * along_y));
  const float ramp = (column.aperture - root(k2)) * column.steepness + 0.5f;
  const float upper = ramp < 1.0f ? ramp : 1.0f, inside = upper > 0.0f ? upper : 0.0f;
  const float amplitude = envelope * (inside * inside * (3.0f - 2.0f * inside));
  float sine, cosine;
  sine_cosine_of_turns(phase, sine, cosine);
  real = amplitude * cosine;
  imaginary = -amplitude * sine;
}

}  // namespace
}  // namespace ronchi::wave
