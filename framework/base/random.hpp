// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <Random123/philox.h>

#include <cmath>
#include <cstdint>

namespace ronchi {

/// Random numbers addressed by (job seed, stage, item, use) instead of drawn in an order: the same bytes for any rank
/// count, retry or restart. Philox4x32-10 (Salmon et al., SC'11, doi:10.1145/2063384.2063405).
class Random {
 public:
  /// `stage` tells streams of one job apart (a hash or small number), `use` those of one item (below 2^32).
  Random(std::uint64_t seed, std::uint32_t stage, std::uint64_t item, std::uint32_t use)
      : key_{{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32) ^ (stage * 0x9E3779B9u)}},
        counter_{{0, use, static_cast<std::uint32_t>(item), static_cast<std::uint32_t>(item >> 32)}} {}

  [[nodiscard]] std::uint32_t bits() {
    if (left_ == 0) {
      words_ = r123::Philox4x32()(counter_, key_);
      ++counter_[0];
      left_ = 4;
    }
    return words_[--left_];
  }
  [[nodiscard]] std::uint64_t bits64() {
    const std::uint64_t high = bits();
    return high << 32 | bits();
  }
  /// Uniform in the open interval (0, 1), 53 bits.
  [[nodiscard]] double uniform() { return (static_cast<double>(bits64() >> 11) + 0.5) * 0x1.0p-53; }
  [[nodiscard]] double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// Standard normal (Box-Muller; one of each pair).
  [[nodiscard]] double normal() {
    const double r = std::sqrt(-2 * std::log(uniform()));
    return r * std::cos(6.283185307179586 * uniform());
  }
  /// Poisson. Exact for every mean: inversion below 10, Hormann's transformed rejection (PTRS, 1993) from there on.
  [[nodiscard]] std::int64_t poisson(double mean) {
    if (!(mean > 0)) return 0;
    if (mean < 10) {
      std::int64_t k = 0;
      for (double p = std::exp(-mean), u = uniform(); u > p && k < 1000; p *= mean / static_cast<double>(++k)) u -= p;
      return k;
    }
    const double b = 0.931 + 2.53 * std::sqrt(mean), a = -0.059 + 0.02483 * b;
    const double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4), v_r = 0.9277 - 3.6224 / (b - 2), log_mean = std::log(mean);
    for (;;) {
      const double u = uniform() - 0.5, v = uniform(), us = 0.5 - std::abs(u);
      const double k = std::floor((2 * a / us + b) * u + mean + 0.43);
      if (us >= 0.07 && v <= v_r) return static_cast<std::int64_t>(k);
      if (k < 0 || (us < 0.013 && v > us)) continue;
      if (std::log(v * inverse_alpha / (a / (us * us) + b)) <= k * log_mean - mean - std::lgamma(k + 1))
        return static_cast<std::int64_t>(k);
    }
  }

 private:
  r123::Philox4x32::key_type key_;
  r123::Philox4x32::ctr_type counter_;
  r123::Philox4x32::ctr_type words_{};
  int left_ = 0;
};

}  // namespace ronchi
