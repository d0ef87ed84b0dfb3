// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Compiled for every processor.
#include "stages/decompose/divergence_loops.hpp"

namespace ronchi::decompose {

const DivergenceKernels detail::portable_divergence = divergence_kernels("portable");

}  // namespace ronchi::decompose
