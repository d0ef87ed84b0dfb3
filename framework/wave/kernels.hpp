// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "framework/base/kernel_list.hpp"

/// The loops of the multislice over pixels, once per instruction set. Every pixel is by itself and no product is fused with a
/// sum, so all sets give the same bytes.
namespace ronchi::wave {

struct Kernels {
  const char* name;

  /// Multiplies the transmission (re, im) of pixels 0 <= i < count, a multiple of 16, by that of an atom at a distance of
  /// (dx + i, dy) pixels: 1 + the table's value at ((dx + i)^2 + dy^2) per_square, between entries linearly, that of `end`
  /// beyond. The table has end + 2 pairs (re, im).
  void (*stamp)(float* re, float* im, std::int64_t count, float dx, float dy, float per_square, const float* table, int end);

  /// wave[i] *= (re[i], im[i]), wave as pairs (re, im).
  void (*multiply)(float* wave, const float* re, const float* im, std::int64_t count);

  /// wave[i] *= factors[i] * (re, im), all pairs.
  void (*advance)(float* wave, const float* factors, float re, float im, std::int64_t count);
};

[[nodiscard]] KernelList<Kernels> available_kernels();
[[nodiscard]] inline const Kernels& best_kernels() { return *available_kernels().sets[0]; }

namespace detail {
extern const Kernels portable_kernels;
extern const Kernels avx2_kernels;
extern const Kernels avx512_kernels;
}  // namespace detail

}  // namespace ronchi::wave
