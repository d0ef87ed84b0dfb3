// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/decompose/divergence_loops.hpp"

namespace ronchi::decompose {

const DivergenceKernels detail::avx2_divergence = divergence_kernels("avx2");

}  // namespace ronchi::decompose
