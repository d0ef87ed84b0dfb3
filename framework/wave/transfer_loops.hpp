// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/wave/transfer_pixel.hpp"

/// The loops of transfer_kernels.hpp, written so that the compiler makes vectors of them.
namespace ronchi::wave {
namespace {

constexpr int strip = 64;  // pixels whose phases lie in the first cache

inline void apply_strip(const TransferColumn& column, long start, int n, const float* wave, float* out) {
  float ky[strip], phase[strip];
  for (int i = 0; i < n; ++i) {
    const double k = column.first + static_cast<double>(start + i) * column.step;
    ky[i] = static_cast<float>(k);
    phase[i] = phase_of(column, k);
  }
  for (int i = 0; i < n; ++i) {
    float re, im;
    transfer(column, ky[i], phase[i], re, im);
    const float a = wave[2 * i], b = wave[2 * i + 1];
    out[2 * i] = a * re - b * im;
    out[2 * i + 1] = a * im + b * re;
  }
}

void apply_column(const TransferColumn& column, long n, const float* wave, float* out) {
  for (long start = 0; start < n; start += strip) {
    const long left = n - start;
    if (left >= strip)
      apply_strip(column, start, strip, wave + 2 * start, out + 2 * start);  // of known length
    else
      apply_strip(column, start, static_cast<int>(left), wave + 2 * start, out + 2 * start);
  }
}

void intensity_of(const float* wave, long n, float scale, float* out) {
  for (long i = 0; i < n; ++i) out[i] = scale * (wave[2 * i] * wave[2 * i] + wave[2 * i + 1] * wave[2 * i + 1]);
}

void add_intensity_of(const float* wave, long n, float scale, float* out) {
  for (long i = 0; i < n; ++i) out[i] += scale * (wave[2 * i] * wave[2 * i] + wave[2 * i + 1] * wave[2 * i + 1]);
}

int expected_of(const float* image, long n, float scale, float* expected) {
  int wrong = 0;
  for (long i = 0; i < n; ++i) {
    const float e = image[i] * scale;
    expected[i] = e;
    wrong += (e > -scale ? 0 : 1) | (e < 1e9f ? 0 : 1);  // NaN is neither
  }
  return wrong;
}

void digitise_all(const float* electrons, const float* noise, long n, const Digitisation& digitisation, unsigned short* counts,
                  int* high, int* low) {
  const Digitisation d = digitisation;
  const float shift = 12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer
  int above = 0, below = 0;
  for (long start = 0; start < n; start += strip) {
    const int m = n - start < strip ? static_cast<int>(n - start) : strip;
    int whole[strip];
    for (int i = 0; i < m; ++i) {
      const float value = d.gain * electrons[start + i] + (d.sigma * noise[start + i] + d.offset);
      const float bounded = value > -1.0f ? value : -1.0f, small = bounded < 70000.0f ? bounded : 70000.0f;
      whole[i] = static_cast<int>((small + shift) - shift);
    }
    for (int i = 0; i < m; ++i) above += whole[i] > d.most ? 1 : 0;
    for (int i = 0; i < m; ++i) below += whole[i] < 0 ? 1 : 0;
    for (int i = 0; i < m; ++i) {
      const int cut = whole[i] < d.most ? whole[i] : d.most;
      counts[start + i] = static_cast<unsigned short>(cut > 0 ? cut : 0);
    }
  }
  *high = above;
  *low = below;
}

constexpr TransferKernels transfer_kernels(const char* name) {
  return {name, &apply_column, &intensity_of, &add_intensity_of, &expected_of, &digitise_all};
}

}  // namespace
}  // namespace ronchi::wave
