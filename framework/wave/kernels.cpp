// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/kernels.hpp"

namespace ronchi::wave {

KernelList<Kernels> available_kernels() {
  return kernels_for_this_processor(&detail::portable_kernels, RONCHI_X86_KERNEL(detail::avx2_kernels),
                                    RONCHI_X86_KERNEL(detail::avx512_kernels));
}

}  // namespace ronchi::wave
