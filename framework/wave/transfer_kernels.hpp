// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

/// The loops of image formation, once per instruction set; all sets give the same bytes. This header and what the kernels include
/// have no inline functions of the standard library: code compiled for a newer processor must not be what the linker keeps.
namespace ronchi::wave {

/// The transfer function along a row of spatial frequencies: everything that depends on ky is in the coefficients.
struct TransferRow {
  double turns[7];               ///< chi / 2 pi = sum_i turns[i] kx^i
  float along_x[6], along_y[6];  ///< gradient of chi along kx and ky in such units that exp(-|gradient|^2) is its envelope
  float ky2;                     ///< 1/A^2
  float focal;                   ///< envelope exp(-(focal k^2)^2)
  float aperture, steepness;     ///< radius (1/A) where half passes; 1 over the width of the edge
  double first, step;            ///< kx = first + i step, 1/A
};

struct TransferKernels {
  const char* name;
  /// out[i] = wave[i] H(first + i step) for i < n; both are pairs of real and imaginary parts.
  void (*apply)(const TransferRow& row, long n, const float* wave, float* out);
  /// out[i] (+)= scale |wave[i]|^2 for i < n.
  void (*intensity)(const float* wave, long n, float scale, float* out);
  void (*add_intensity)(const float* wave, long n, float scale, float* out);
};

/// What this processor can run, the fastest first; the last is the portable set.
struct TransferKernelList {
  const TransferKernels* sets[3];
  int count;
};
[[nodiscard]] TransferKernelList available_transfer_kernels();

namespace detail {
extern const TransferKernels portable_transfer;
extern const TransferKernels avx2_transfer;
extern const TransferKernels avx512_transfer;
}  // namespace detail

}  // namespace ronchi::wave
