// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/decompose/kernels.hpp"

namespace ronchi::decompose {

KernelList available_kernels() {
  KernelList list{};
#ifdef RONCHI_X86_KERNELS
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")) list.sets[list.count++] = &detail::avx512_kernels;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) list.sets[list.count++] = &detail::avx2_kernels;
#endif
  list.sets[list.count++] = &detail::portable_kernels;
  return list;
}

}  // namespace ronchi::decompose
