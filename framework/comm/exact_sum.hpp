// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "framework/comm/communicator.hpp"

namespace ronchi {

/// Sums over items that give the same bytes for any number of ranks and threads.
///
/// The caller sums in float or double inside fixed blocks of `block` items (by global index, in order), and adds each
/// block's result here, in any order and from any rank: values become 64-bit integers in units of 2^-shift, whose sum
/// does not depend on the order. `bound` is an upper bound of the absolute value of every final sum, known before the
/// first addition; the resolution is bound * 2^-60 or finer, far below the rounding of the floats inside a block.
class ExactSum {
 public:
  static constexpr std::int64_t block = 1024;  ///< items per block; row slabs of ranks begin at multiples of it

  ExactSum(std::size_t elements, double bound) : units_(elements, 0) {
    int exponent = 0;
    std::frexp(bound > 0 ? bound : 1.0, &exponent);  // bound < 2^exponent
    scale_ = std::ldexp(1.0, 61 - exponent);
  }

  [[nodiscard]] std::size_t size() const { return units_.size(); }
  [[nodiscard]] std::int64_t to_units(double value) const { return std::llrint(value * scale_); }
  /// Not safe against other threads: give each thread its own range of elements, or its own ExactSum and `merge`.
  void add(std::size_t element, double value) { units_[element] += to_units(value); }
  void merge(const ExactSum& other) {
    for (std::size_t i = 0; i < units_.size(); ++i) units_[i] += other.units_[i];
  }
  void reduce(const Communicator& comm) { comm.sum(std::span(units_)); }
  [[nodiscard]] double operator[](std::size_t element) const { return static_cast<double>(units_[element]) / scale_; }
  [[nodiscard]] std::span<std::int64_t> units() { return units_; }
  [[nodiscard]] double scale() const { return scale_; }

 private:
  std::vector<std::int64_t> units_;
  double scale_ = 1;
};

}  // namespace ronchi
