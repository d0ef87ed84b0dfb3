// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/md/kernel_table.hpp"

namespace ronchi::md {

const KernelSet detail::avx512_kernels{kernels_of<SinglePack, float>("avx512"), kernels_of<DoublePack, double>("avx512")};

}  // namespace ronchi::md
