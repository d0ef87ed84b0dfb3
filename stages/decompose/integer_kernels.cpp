// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/decompose/integer_kernels.hpp"

#ifdef RONCHI_X86_KERNELS
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace ronchi::decompose {

namespace {

#ifdef RONCHI_X86_KERNELS
/// The processor has the instructions, and the system lets this process use the tiles (Linux since 5.16 wants to be asked).
bool amx_granted() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0) return false;
  constexpr unsigned tile_bit = 1U << 24, int8_bit = 1U << 25;
  if ((d & tile_bit) == 0 || (d & int8_bit) == 0) return false;
  constexpr long request_permission = 0x1023, tile_data = 18;  // ARCH_REQ_XCOMP_PERM, XFEATURE_XTILE_DATA
  return ::syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
}
#endif

}  // namespace

KernelList<IntegerKernels> available_integer_kernels() {
  KernelList<IntegerKernels> list{};
#ifdef RONCHI_X86_KERNELS
  static const bool amx = amx_granted();
  if (processor_has_avx512() && amx) list.sets[list.count++] = &detail::amx_integers;
  if (processor_has_avx512() && __builtin_cpu_supports("avx512vnni")) list.sets[list.count++] = &detail::vnni_integers;
  if (processor_has_avx2()) list.sets[list.count++] = &detail::avx2_integers;
#endif
  list.sets[list.count++] = &detail::portable_integers;
  return list;
}

}  // namespace ronchi::decompose
