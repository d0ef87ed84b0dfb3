// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Compiled with -mavx512f -mavx512bw -mavx512dq -mavx512vl -mfma; called only where __builtin_cpu_supports says so.
#include "framework/md/kernel_table.hpp"

namespace ronchi::md {

const KernelSet detail::avx512_kernels{kernels_of<SinglePack, float>("avx512"), kernels_of<DoublePack, double>("avx512")};

}  // namespace ronchi::md
