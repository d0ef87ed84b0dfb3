// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/decompose/divergence_kernels.hpp"

namespace ronchi::decompose {

KernelList<DivergenceKernels> available_divergence_kernels() {
  return kernels_for_this_processor(&detail::portable_divergence, RONCHI_X86_KERNEL(detail::avx2_divergence),
                                    RONCHI_X86_KERNEL(detail::avx512_divergence));
}

}  // namespace ronchi::decompose
