// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/wave/transfer_pixel.hpp"

/// The loops of transfer_kernels.hpp, written so that the compiler makes vectors of them.
namespace ronchi::wave {
namespace {

constexpr int strip = 64;  // pixels whose phases lie in the first cache

inline void apply_strip(const TransferRow& row, long start, int n, const float* wave, float* out) {
  float kx[strip], phase[strip];
  for (int i = 0; i < n; ++i) {
    const double k = row.first + static_cast<double>(start + i) * row.step;
    kx[i] = static_cast<float>(k);
    phase[i] = phase_of(row, k);
  }
  for (int i = 0; i < n; ++i) {
    float re, im;
    transfer(row, kx[i], phase[i], re, im);
    const float a = wave[2 * i], b = wave[2 * i + 1];
    out[2 * i] = a * re - b * im;
    out[2 * i + 1] = a * im + b * re;
  }
}

void apply_row(const TransferRow& row, long n, const float* wave, float* out) {
  for (long start = 0; start < n; start += strip) {
    const long left = n - start;
    if (left >= strip)
      apply_strip(row, start, strip, wave + 2 * start, out + 2 * start);  // of known length
    else
      apply_strip(row, start, static_cast<int>(left), wave + 2 * start, out + 2 * start);
  }
}

void intensity_of(const float* wave, long n, float scale, float* out) {
  for (long i = 0; i < n; ++i) out[i] = scale * (wave[2 * i] * wave[2 * i] + wave[2 * i + 1] * wave[2 * i + 1]);
}

void add_intensity_of(const float* wave, long n, float scale, float* out) {
  for (long i = 0; i < n; ++i) out[i] += scale * (wave[2 * i] * wave[2 * i] + wave[2 * i + 1] * wave[2 * i + 1]);
}

constexpr TransferKernels transfer_kernels(const char* name) { return {name, &apply_row, &intensity_of, &add_intensity_of}; }

}  // namespace
}  // namespace ronchi::wave
