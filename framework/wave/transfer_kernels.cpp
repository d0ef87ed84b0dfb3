// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/transfer_kernels.hpp"

namespace ronchi::wave {

KernelList<TransferKernels> available_transfer_kernels() {
  return kernels_for_this_processor(&detail::portable_transfer, RONCHI_X86_KERNEL(detail::avx2_transfer),
                                    RONCHI_X86_KERNEL(detail::avx512_transfer));
}

}  // namespace ronchi::wave
