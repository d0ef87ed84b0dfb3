// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/base/poisson_loops.hpp"

namespace ronchi {

const RandomKernels detail::avx2_random = random_kernels("avx2");

}  // namespace ronchi
