// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "stages/powder_diffraction/debye_kernels.hpp"

// Compiled once per instruction set: everything here has internal linkage. Lanes are independent of each other, so that the
// compiler's vectors change nothing.
namespace ronchi::powder_diffraction {
namespace {

constexpr std::int64_t lanes = DebyeKernel::lanes;

template <std::int64_t Types>
inline void sum_lanes(const double* __restrict weights, std::int64_t bins, const double* __restrict sine,
                      const double* __restrict cosine, std::int64_t count, double* __restrict sums) {
  double s[lanes], c[lanes], total[Types][lanes] = {};
  for (std::int64_t j = 0; j < lanes; ++j) {
    s[j] = 0;
    c[j] = 1;
  }
  for (std::int64_t b = 1; b < bins; ++b) {
    for (std::int64_t j = 0; j < lanes; ++j) {
      const double next = s[j] * cosine[j] + c[j] * sine[j];
      c[j] = c[j] * cosine[j] - s[j] * sine[j];
      s[j] = next;
    }
    for (std::int64_t t = 0; t < Types; ++t) {
      const double w = weights[b * Types + t];
      for (std::int64_t j = 0; j < lanes; ++j) total[t][j] += w * s[j];
    }
  }
  for (std::int64_t t = 0; t < Types; ++t)
    for (std::int64_t j = 0; j < lanes; ++j) sums[t * count + j] = total[t][j];
}

inline void sum_bins(const double* weights, std::int64_t bins, std::int64_t types, const double* sine, const double* cosine,
                     std::int64_t count, double* sums) {
  for (std::int64_t j = 0; j < count; j += lanes) {
    if (types == 1)
      sum_lanes<1>(weights, bins, sine + j, cosine + j, count, sums + j);
    else
      sum_lanes<3>(weights, bins, sine + j, cosine + j, count, sums + j);
  }
}

}  // namespace
}  // namespace ronchi::powder_diffraction
