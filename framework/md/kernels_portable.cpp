// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/md/kernel_table.hpp"

namespace ronchi::md {

const KernelSet detail::portable_kernels{kernels_of<SinglePack, float>("portable"), kernels_of<DoublePack, double>("portable")};

}  // namespace ronchi::md
