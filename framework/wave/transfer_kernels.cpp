// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/transfer_kernels.hpp"

namespace ronchi::wave {

TransferKernelList available_transfer_kernels() {
  TransferKernelList list{};
#ifdef RONCHI_X86_KERNELS
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    list.sets[list.count++] = &detail::avx512_transfer;
  if (__builtin_cpu_supports("avx2")) list.sets[list.count++] = &detail::avx2_transfer;
#endif
  list.sets[list.count++] = &detail::portable_transfer;
  return list;
}

}  // namespace ronchi::wave
