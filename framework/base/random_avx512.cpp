// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Compiled with -mavx512f -mavx512dq; called only where __builtin_cpu_supports says so.
#include "framework/base/poisson_loops.hpp"

namespace ronchi {

const RandomKernels detail::avx512_random = random_kernels("avx512");

}  // namespace ronchi
