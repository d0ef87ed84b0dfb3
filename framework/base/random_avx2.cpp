// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Compiled with -mavx2; called only where __builtin_cpu_supports says so.
#include "framework/base/poisson_loops.hpp"

namespace ronchi {

const RandomKernels detail::avx2_random = random_kernels("avx2");

}  // namespace ronchi
