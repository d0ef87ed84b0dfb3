// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "stages/components/halves.hpp"
#include "stages/components/models.hpp"
#include "stages/components/sweep.hpp"

namespace ronchi::components {

/// One model, seen with the second half of the counts.
struct Seen {
  int distinct = 0;
  double deviance = 0;          ///< ||X2~ - W H||^2 within the sketch, but for a constant, over the noise
  std::vector<float> patterns;  ///< H in the sketch's coordinates, k x size
};

/// Looks at solved models with the second half of the counts.
class Examiner {
 public:
  Examiner(const Halves& halves, const Places& places, const SweepOptions& options);
  /// `held`: products of the models with the second half.
  [[nodiscard]] Seen look(const Models& models, std::size_t model, const decompose::Products& held) const;

 private:
  [[nodiscard]] double deviance(const Models& models, int first, int k, const std::vector<double>& gram,
                                const decompose::Products& held) const;
  [[nodiscard]] std::vector<float> in_sketch(const Models& models, int first, int k) const;
  const Halves* halves_;
  const Places* places_;
  double similarity_;
  int width_;
};

}  // namespace ronchi::components
