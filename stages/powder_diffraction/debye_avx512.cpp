// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/powder_diffraction/debye_loops.hpp"

namespace ronchi::powder_diffraction {

const DebyeKernel detail::debye_avx512{"avx512", sum_bins};

}  // namespace ronchi::powder_diffraction
