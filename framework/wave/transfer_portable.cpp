// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// What every processor can run.
#include "framework/wave/transfer_loops.hpp"

namespace ronchi::wave {

const TransferKernels detail::portable_transfer = transfer_kernels("portable");

}  // namespace ronchi::wave
