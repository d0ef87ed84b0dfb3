// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "framework/comm/exact_sum.hpp"
#include "stages/components/distinct.hpp"
#include "stages/decompose/sketch.hpp"

namespace ronchi::components {

/// The correlation of the noise of neighbouring pixels, as a detector makes it that counts an electron in two of them: from
/// the products of neighbours over all frames, less those of the sketch, which has the signal.
class Neighbours {
 public:
  Neighbours(const decompose::Matrix& x, const Places& places);
  /// A decompose::OnBlock: sums x^2 / g, and x y / g for the pixels to the right and below.
  void add(Range rows, const decompose::Scaling& so_far);
  /// Mean of the residuals' products over that of their squares, from 0 (also when there are no neighbours) to 0.24. What belongs
  /// to the signal are the directions above the noise edge for `noise` per element, which depends on the correlation: found by
  /// turns. Collective.
  [[nodiscard]] double correlation(const decompose::Scaling& scaling, const decompose::Sketch& sketch, double noise);

 private:
  [[nodiscard]] double without(int directions, const decompose::Scaling& scaling, const decompose::Sketch& sketch) const;
  struct Pair {
    std::int64_t a, b;  ///< columns; equal: a variance
  };
  const decompose::Matrix* x_;
  int dimensions_;
  std::vector<Pair> pairs_;
  std::once_flag bounded_;
  std::optional<ExactSum> sums_;
  std::mutex adding_;
};

}  // namespace ronchi::components
