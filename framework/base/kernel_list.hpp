// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

/// Loops that are compiled once per instruction set (`ronchi_kernels` in cmake/RonchiKernels.cmake) and chosen at run time. Kernels
/// include this and no inline functions of the standard library: code compiled for a newer processor must not be what the linker
/// keeps for an older one.
namespace ronchi {

/// Tables of loops that this processor can run, the fastest first; the last is the portable one. All give the same bytes.
template <class Kernels>
struct KernelList {
  const Kernels* sets[4];
  int count;
};

/// What a `_avx2` source is compiled with: AVX2, FMA, BMI and POPCNT (Intel since Haswell, AMD since Zen).
[[nodiscard]] bool processor_has_avx2();
/// What a `_avx512` source is compiled with: that and AVX-512 F, BW, DQ and VL (Intel since Skylake's servers, AMD since Zen 4).
[[nodiscard]] bool processor_has_avx512();

/// Null stands for what was not compiled.
template <class Kernels>
[[nodiscard]] KernelList<Kernels> kernels_for_this_processor(const Kernels* portable, const Kernels* avx2, const Kernels* avx512) {
  KernelList<Kernels> list{};
  if (avx512 != nullptr && processor_has_avx512()) list.sets[list.count++] = avx512;
  if (avx2 != nullptr && processor_has_avx2()) list.sets[list.count++] = avx2;
  list.sets[list.count++] = portable;
  return list;
}

}  // namespace ronchi

/// The address of a table that is compiled for x86 processors alone, or null.
#ifdef RONCHI_X86_KERNELS
#define RONCHI_X86_KERNEL(table) (&(table))
#else
#define RONCHI_X86_KERNEL(table) nullptr
#endif
