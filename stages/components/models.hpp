// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "stages/decompose/data_pass.hpp"

namespace ronchi::components {

/// Non-negative factorisations of the same data that go through them together: their factors stand side by side, so that one pass
/// serves all of them, and HALS treats each on its own.
class Models {
 public:
  /// One model of each size. Factors begin with random numbers, addressed by pixel and `number` (which tells starts apart);
  /// loadings with zero. Memory: 4 bytes x rows x total size.
  Models(std::vector<int> sizes, const decompose::DataPass& pass, std::uint64_t seed, std::uint32_t number);

  /// W given H while the data are gone through, then H given W (see decompose::iterate). Collective; the same bytes for any
  /// number of ranks and threads.
  void iterate(decompose::DataPass& pass, int sweeps);

  /// W^T X~ and W^T W for the data of `pass`: columns() x padded_columns, columns() x columns(). Collective.
  [[nodiscard]] decompose::Products products(decompose::DataPass& pass) const;

  [[nodiscard]] const std::vector<int>& sizes() const { return sizes_; }
  [[nodiscard]] int first(std::size_t model) const { return first_[model]; }  ///< its first column of W and row of H
  [[nodiscard]] int columns() const { return first_.back(); }
  [[nodiscard]] std::span<const float> h() const { return h_; }  ///< columns() x padded_columns

 private:
  std::vector<int> sizes_, first_;
  std::int64_t padded_;
  std::vector<float> w_, h_, scale_;  ///< this rank's rows x columns(); columns() x padded; W is to be multiplied by scale
};

}  // namespace ronchi::components
