// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace ronchi {

/// Probability of n for a Poisson number with this mean, by Loader's saddle-point form (C. Loader, Fast and accurate computation of
/// binomial probabilities (2000)): 1e-14 of it at every mean.
[[nodiscard]] double poisson_probability(std::int64_t n, double mean);

/// The least n with P(N <= n) >= lower. `upper` is 1 - lower and decides above the middle, where it has more digits. Both in (0,
/// 1). 0 for a mean that is not above 0.
[[nodiscard]] std::int64_t poisson_quantile(double lower, double upper, double mean);

}  // namespace ronchi
