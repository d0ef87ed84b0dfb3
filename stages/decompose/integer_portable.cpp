// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/decompose/integer_loops.hpp"

namespace ronchi::decompose {
const IntegerKernels detail::portable_integers = integer_loops("portable");
}
