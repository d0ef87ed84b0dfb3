// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/kernels.hpp"

namespace ronchi::wave {

KernelList available_kernels() {
  KernelList list{};
#ifdef RONCHI_X86_KERNELS
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    list.sets[list.count++] = &detail::avx512_kernels;
  if (__builtin_cpu_supports("avx2")) list.sets[list.count++] = &detail::avx2_kernels;
#endif
  list.sets[list.count++] = &detail::portable_kernels;
  return list;
}

}  // namespace ronchi::wave
