// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/md/kernel_table.hpp"

namespace ronchi::md {

const KernelSet detail::avx2_kernels{kernels_of<SinglePack, float>("avx2"), kernels_of<DoublePack, double>("avx2")};

}  // namespace ronchi::md
