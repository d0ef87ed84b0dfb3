// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <array>

#include "framework/md/gupta.hpp"

namespace ronchi::md {

/// alpha, Xi (eV) and their slopes (eV/A) at one distance.
struct PairTerms {
  double alpha = 0, alpha_slope = 0, hopping = 0, hopping_slope = 0;
};

/// A pair made ready: what `terms` needs at every distance.
struct PairCurve {
  double a = 0, xi = 0;                       ///< eV
  double alpha_decay = 0, hopping_decay = 0;  ///< p / r0 and q / r0, 1/A
  double r0 = 0, inner = 0, outer = 0;        ///< A
  std::array<double, 3> alpha_tail{}, hopping_tail{};

  PairCurve() = default;
  explicit PairCurve(const GuptaPair& pair);

  /// Zero from `outer` on.
  [[nodiscard]] PairTerms terms(double r) const;
};

/// The curves of the pairs 00, 11, 01; of a pure metal only the first is filled.
[[nodiscard]] std::array<PairCurve, 3> curves_of(const Gupta& potential);

}  // namespace ronchi::md
