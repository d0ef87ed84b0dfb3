// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/base/poisson_loops.hpp"

namespace ronchi {

const RandomKernels detail::avx512_random = random_kernels("avx512");

}  // namespace ronchi
