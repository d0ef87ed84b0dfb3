// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/transfer_loops.hpp"

namespace ronchi::wave {

const TransferKernels detail::avx2_transfer = transfer_kernels("avx2");

}  // namespace ronchi::wave
