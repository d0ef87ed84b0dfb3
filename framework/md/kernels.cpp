// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/md/kernels.hpp"

namespace ronchi::md {

KernelList available_kernels() {
  KernelList list{};
#ifdef RONCHI_X86_KERNELS
  const bool fma = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (fma && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    list.sets[list.count++] = &detail::avx512_kernels;
  if (fma) list.sets[list.count++] = &detail::avx2_kernels;
#endif
  list.sets[list.count++] = &detail::portable_kernels;
  return list;
}

}  // namespace ronchi::md
