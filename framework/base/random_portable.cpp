// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// What every processor can run.
#include "framework/base/poisson_loops.hpp"

namespace ronchi {

const RandomKernels detail::portable_random = random_kernels("portable");

}  // namespace ronchi
