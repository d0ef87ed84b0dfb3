// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/decompose/divergence_kernels.hpp"

namespace ronchi::decompose {

DivergenceKernelList available_divergence_kernels() {
  DivergenceKernelList list{};
#ifdef RONCHI_X86_KERNELS
  const bool bits = __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt");
  if (bits && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq"))
    list.sets[list.count++] = &detail::avx512_divergence;
  if (bits && __builtin_cpu_supports("avx2")) list.sets[list.count++] = &detail::avx2_divergence;
#endif
  list.sets[list.count++] = &detail::portable_divergence;
  return list;
}

}  // namespace ronchi::decompose
