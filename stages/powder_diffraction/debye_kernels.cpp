// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/powder_diffraction/debye_kernels.hpp"

namespace ronchi::powder_diffraction {

KernelList<DebyeKernel> debye_kernels() {
  return kernels_for_this_processor(&detail::debye_portable, RONCHI_X86_KERNEL(detail::debye_avx2),
                                    RONCHI_X86_KERNEL(detail::debye_avx512));
}

}  // namespace ronchi::powder_diffraction
