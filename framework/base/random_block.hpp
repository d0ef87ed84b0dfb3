// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>

#include "framework/base/random_kernels.hpp"

namespace ronchi {

/// Arrays of random numbers for the pixels of an item, addressed like those of `Random` by (job seed, stage, item, use) and the
/// index within the array: number `first + i` is the same however the array is cut, on every instruction set. Philox4x32-10 too
/// (Salmon et al., SC'11); one 32-bit word per number, taken by inversion, so that a number is a monotone function of its word.
/// A RandomBlock and a Random of the same address share their words: give them different uses.
class RandomBlock {
 public:
  /// `use` is below 2^31 (the other half holds the second words of Poisson numbers).
  RandomBlock(std::uint64_t seed, std::uint32_t stage, std::uint64_t item, std::uint32_t use);

  /// Another instruction set, for tests and benchmarks.
  void use_kernels(const RandomKernels& kernels) { kernels_ = &kernels; }

  void bits(std::uint64_t first, std::span<std::uint32_t> out) const;
  /// Uniform in the open interval (0, 1), 23 bits.
  void uniform(std::uint64_t first, std::span<float> out) const;
  /// Standard normal: the inverse of its distribution in single precision (M. Giles, GPU Computing Gems 2 (2012) 109), 4e-7 of it
  /// and 4e-4 beyond 5.4 standard deviations; the largest is 6.3.
  void normal(std::uint64_t first, std::span<float> out) const;
  /// out[i] = Poisson number with mean means[i] (0 for what is not above 0): the least n with P(N <= n) >= U, for a U of 64 bits.
  /// Single precision decides where its error bound allows it, else the distribution function in double precision does: the
  /// numbers are exact at every mean, up to 2^24. `out` may be `means`.
  void poisson(std::uint64_t first, std::span<const float> means, std::span<float> out) const;

 private:
  [[nodiscard]] std::uint32_t second_word(std::uint64_t index) const;

  PhiloxAddress address_;
  const RandomKernels* kernels_;
};

}  // namespace ronchi
