// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/base/kernel_list.hpp"

/// The loops of image formation and of the detector, once per instruction set; all sets give the same bytes. This header and what
/// the kernels include have no inline functions of the standard library: code compiled for a newer processor must not be what the
/// linker keeps.
namespace ronchi::wave {

/// The transfer function along a column of spatial frequencies: everything that depends on kx is in the coefficients.
struct TransferColumn {
  double turns[7];               ///< chi / 2 pi = sum_i turns[i] ky^i
  float along_x[6], along_y[6];  ///< gradient of chi along kx and ky in such units that exp(-|gradient|^2) is its envelope
  float kx2;                     ///< 1/A^2
  float focal;                   ///< envelope exp(-(focal k^2)^2)
  float aperture, steepness;     ///< radius (1/A) where half passes; 1 over the width of the edge
  double first, step;            ///< ky = first + i step, 1/A
};

/// From electrons to counts.
struct Digitisation {
  float gain, sigma, offset;
  int most;
};

struct TransferKernels {
  const char* name;
  /// out[i] = wave[i] H(first + i step) for i < n; both are pairs of real and imaginary parts.
  void (*apply)(const TransferColumn& column, long n, const float* wave, float* out);
  /// out[i] (+)= scale |wave[i]|^2 for i < n.
  void (*intensity)(const float* wave, long n, float scale, float* out);
  void (*add_intensity)(const float* wave, long n, float scale, float* out);
  /// expected[i] = scale image[i]; how many are not between -scale and 1e9.
  int (*expect)(const float* image, long n, float scale, float* expected);
  /// counts[i] = gain electrons[i] + sigma noise[i] + offset, rounded (halves to even) and cut off to 0 ... most; how many were
  /// above (high) and below (low).
  void (*digitise)(const float* electrons, const float* noise, long n, const Digitisation& digitisation, unsigned short* counts,
                   int* high, int* low);
};

[[nodiscard]] KernelList<TransferKernels> available_transfer_kernels();

namespace detail {
extern const TransferKernels portable_transfer;
extern const TransferKernels avx2_transfer;
extern const TransferKernels avx512_transfer;
}  // namespace detail

}  // namespace ronchi::wave
