// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Compiled with -mavx2; called only where __builtin_cpu_supports says so.
#include "framework/wave/kernel_loops.hpp"

namespace ronchi::wave {

const Kernels detail::avx2_kernels{"avx2", stamp, multiply, advance};

}  // namespace ronchi::wave
