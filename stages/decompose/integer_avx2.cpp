// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Compiled with -mavx2; called only where the processor has it.
#include "stages/decompose/integer_loops.hpp"

namespace ronchi::decompose {
const IntegerKernels detail::avx2_integers = integer_loops("avx2");
}
