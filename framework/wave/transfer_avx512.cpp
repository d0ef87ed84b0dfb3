// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/transfer_loops.hpp"

namespace ronchi::wave {

const TransferKernels detail::avx512_transfer = transfer_kernels("avx512");

}  // namespace ronchi::wave
