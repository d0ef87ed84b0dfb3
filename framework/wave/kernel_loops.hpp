// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/wave/kernels.hpp"

// Included once by each file that is compiled for an instruction set; nothing here is shared with another.
namespace ronchi::wave {
namespace {

[[maybe_unused]] void stamp(float* __restrict re, float* __restrict im, std::int64_t count, float dx, float dy, float per_square,
                            const float* __restrict table, int table_end) {
  const float dy2 = dy * dy, end = static_cast<float>(table_end);
  for (int i = 0; i < static_cast<int>(count); ++i) {
    const float x = dx + static_cast<float>(i);
    float position = (x * x + dy2) * per_square;
    position = position < end ? position : end;
    const int j = static_cast<int>(position);
    const float f = position - static_cast<float>(j);
    const float t_re = 1 + (table[2 * j] + f * (table[2 * j + 2] - table[2 * j]));
    const float t_im = table[2 * j + 1] + f * (table[2 * j + 3] - table[2 * j + 1]);
    const float a = re[i], b = im[i];
    re[i] = a * t_re - b * t_im;
    im[i] = a * t_im + b * t_re;
  }
}

[[maybe_unused]] void multiply(float* __restrict wave, const float* __restrict re, const float* __restrict im, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) {
    const float a = wave[2 * i], b = wave[2 * i + 1];
    wave[2 * i] = a * re[i] - b * im[i];
    wave[2 * i + 1] = a * im[i] + b * re[i];
  }
}

[[maybe_unused]] void advance(float* __restrict wave, const float* __restrict factors, float re, float im, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) {
    const float p = factors[2 * i] * re - factors[2 * i + 1] * im, q = factors[2 * i] * im + factors[2 * i + 1] * re;
    const float a = wave[2 * i], b = wave[2 * i + 1];
    wave[2 * i] = a * p - b * q;
    wave[2 * i + 1] = a * q + b * p;
  }
}

}  // namespace
}  // namespace ronchi::wave
