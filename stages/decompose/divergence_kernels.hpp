// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "framework/base/kernel_list.hpp"

/// The inner loops of the Kullback-Leibler loss, once per instruction set. All sets give the same bytes: sums have 16 lanes over
/// the non-zeros of a row and a fixed tree, and every step is one rounded operation (no fused ones).
///
/// As in kernels.hpp, nothing here has inline functions of the standard library.
namespace ronchi::decompose {

/// Floats of one pixel in the layout [pixel][component] are padded to a multiple of this.
inline constexpr int pixel_lanes = 8;
[[nodiscard]] constexpr int pixel_width(int k) { return (k + pixel_lanes - 1) / pixel_lanes * pixel_lanes; }

/// Fits below this (in counts) are taken as this, so that a count where nothing is expected has a finite divergence.
inline constexpr float smallest_fit = 1e-20f;

/// Scratch for the non-zeros of one row, at 64-byte boundaries, with room for all columns.
struct NonZeros {
  int* column;
  float* x;
  float* ratio;         ///< x / (w H)
  float* h;             ///< pixel_width(k) x (columns + 16): the columns of H where x is not zero
  float* next;          ///< pixel_width(k): numerators
  std::int64_t ld = 0;  ///< made: from row to row of h
};

/// One row of W given H: multiplicative updates (D. D. Lee, H. S. Seung, Adv. Neural Inf. Process. Syst. 13 (2001) 556, eq. 5),
///   w_c <- w_c (sum over j of h_cj x_j / (w H)_j) / S_c,   S_c = sum over j of h_cj,
/// each of which lowers D(x | w H). A weight that is zero where the gradient points inwards becomes `lift` / S_c, as a product
/// would leave it at zero (E. C. Chi, T. G. Kolda, SIAM J. Matrix Anal. Appl. 33 (2012) 1272, section 3.4).
struct DivergenceRow {
  const float* inverse_sums = nullptr;  ///< 1 / S_c; 0 for a component without a factor, whose weight becomes zero
  const float* sums = nullptr;          ///< S_c
  float* w = nullptr;                   ///< pixel_width(k), zeros in the padding; replaced
  const void* following = nullptr;      ///< the row of X that comes next, to be fetched meanwhile; null: there is none
  float counts = 0;                     ///< of the row
  float lift = 0;                       ///< in counts
  int updates = 1;                      ///< at most; 0: only `divergence` is made
  float step = 0;                       ///< updates end when one moves less than this share of what the first one moved ...
  float least = 0;                      ///< ... or less than this share of the row's counts
  double divergence = 0;                ///< made: sum over j of x_j log(x_j / (w H)_j) at the w that came in
  double moved = 0;                     ///< made: sum over c of S_c (w'_c - w_c)^2 / max(w'_c, w_c), in counts, of the first update
};

struct DivergenceKernels {
  const char* name;
  /// One row of X (u8, u16, f32; `columns` a multiple of 16, zeros in the padding) with `h` as [column][pixel_width(k)]. When `g`
  /// is there, [column][pixel_width(k)], w_c x_j / (w H)_j at the new w is added to it.
  void (*row[3])(const void* x, std::int64_t columns, const float* h, int k, NonZeros& scratch, DivergenceRow& row, float* g);
};

[[nodiscard]] KernelList<DivergenceKernels> available_divergence_kernels();
[[nodiscard]] inline const DivergenceKernels& best_divergence_kernels() { return *available_divergence_kernels().sets[0]; }

namespace detail {
extern const DivergenceKernels portable_divergence, avx2_divergence, avx512_divergence;
}  // namespace detail

}  // namespace ronchi::decompose
