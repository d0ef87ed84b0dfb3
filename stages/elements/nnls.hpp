// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

namespace ronchi::elements {

struct NonNegativeFit {
  std::vector<double> amplitude;
  std::vector<double>
      deviation;  ///< standard deviations from the covariance of the columns with positive amplitude; else of the column alone
};

/// min sum_i (y_i - sum_k a_k columns[k][i])^2 / variance[i] over a >= 0, by coordinate descent on the normal equations.
[[nodiscard]] NonNegativeFit fit_non_negative(const std::vector<std::vector<double>>& columns, const std::vector<double>& y,
                                              const std::vector<double>& variance);

}  // namespace ronchi::elements
