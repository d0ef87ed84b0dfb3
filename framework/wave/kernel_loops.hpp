// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/wave/kernels.hpp"
#include "framework/wave/multislice_pixel.hpp"

// Included once by each file that is compiled for an instruction set; nothing here is shared with another.
namespace ronchi::wave {
namespace {

[[maybe_unused]] void stamp(float* __restrict re, float* __restrict im, std::int64_t count, float dx, float dy, float per_square,
                            const float* __restrict table, int end) {
  const float dy2 = dy * dy;
  for (int i = 0; i < static_cast<int>(count); ++i) {
    const float x = dx + static_cast<float>(i);
    float t_re, t_im;
    transmission_of_atom(table, end, (x * x + dy2) * per_square, t_re, t_im);
    times(re[i], im[i], t_re, t_im);
  }
}

[[maybe_unused]] void multiply(float* __restrict wave, const float* __restrict re, const float* __restrict im, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) times(wave[2 * i], wave[2 * i + 1], re[i], im[i]);
}

[[maybe_unused]] void advance(float* __restrict wave, const float* __restrict factors, float re, float im, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) {
    float p = factors[2 * i], q = factors[2 * i + 1];
    times(p, q, re, im);
    times(wave[2 * i], wave[2 * i + 1], p, q);
  }
}

}  // namespace
}  // namespace ronchi::wave
