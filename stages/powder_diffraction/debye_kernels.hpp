// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "framework/base/kernel_list.hpp"

namespace ronchi::powder_diffraction {

/// sums[t, j] = sum over bins b > 0 of weights[b, t] sin(b x_j), for x_j of which sine[j] and cosine[j] are given; `count` is a
/// multiple of `lanes`. The sine of each bin comes from that of the one before by a rotation, in double precision. Every kernel
/// gives the same bytes.
struct DebyeKernel {
  static constexpr std::int64_t lanes = 32;
  const char* name;
  void (*sum)(const double* weights, std::int64_t bins, std::int64_t types, const double* sine, const double* cosine,
              std::int64_t count, double* sums);
};

[[nodiscard]] KernelList<DebyeKernel> debye_kernels();

namespace detail {
extern const DebyeKernel debye_portable, debye_avx2, debye_avx512;
}

}  // namespace ronchi::powder_diffraction
