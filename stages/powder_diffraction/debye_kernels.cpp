// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/powder_diffraction/debye_kernels.hpp"

namespace ronchi::powder_diffraction {

DebyeKernels debye_kernels() {
  DebyeKernels kernels;
  const auto add = [&](const DebyeKernel& k) { kernels.list[static_cast<std::size_t>(kernels.count++)] = &k; };
#ifdef RONCHI_X86_KERNELS
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    add(detail::debye_avx512);
  if (__builtin_cpu_supports("avx2")) add(detail::debye_avx2);
#endif
  add(detail::debye_portable);
  return kernels;
}

}  // namespace ronchi::powder_diffraction
