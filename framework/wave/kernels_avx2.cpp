// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/kernel_loops.hpp"

namespace ronchi::wave {

const Kernels detail::avx2_kernels{"avx2", stamp, multiply, advance};

}  // namespace ronchi::wave
