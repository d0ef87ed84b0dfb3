// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "framework/base/random.hpp"
#include "framework/data/frames.hpp"

namespace ronchi::testing {

/// Frames held in memory, n frames of m pixels.
template <class T>
class VectorFrames : public FrameSource {
 public:
  VectorFrames(std::int64_t n, std::int64_t m, std::vector<T> values) : values_(std::move(values)) {
    info_.type = scalar_of<T>();
    info_.navigation = {{"x", "", 1, 0, n}};
    info_.signal = {{"channel", "", 1, 0, m}};
  }
  void read(Range frames, std::span<std::byte> out) const override {
    std::memcpy(out.data(), values_.data() + frames.first * info_.pixels(), out.size());
  }
  [[nodiscard]] std::vector<T>& values() { return values_; }

 private:
  std::vector<T> values_;
};

/// Counts with `k` true components: Poisson numbers about a product of two sparse non-negative matrices, `dose` per frame.
template <class T>
std::vector<T> poisson_counts(std::int64_t n, std::int64_t m, int k, double dose, std::uint64_t seed = 1) {
  std::vector<double> h(static_cast<std::size_t>(k * m));
  for (int c = 0; c < k; ++c) {
    double sum = 0;
    for (std::int64_t j = 0; j < m; ++j) {
      Random random(seed, 1, static_cast<std::uint64_t>(c * m + j), 0);
      const double value = random.uniform() < 0.3 ? random.uniform() : 0.01;
      h[static_cast<std::size_t>(c * m + j)] = value;
      sum += value;
    }
    for (std::int64_t j = 0; j < m; ++j) h[static_cast<std::size_t>(c * m + j)] /= sum;
  }
  std::vector<T> x(static_cast<std::size_t>(n * m));
  std::vector<double> w(static_cast<std::size_t>(k));
  for (std::int64_t i = 0; i < n; ++i) {
    Random random(seed, 2, static_cast<std::uint64_t>(i), 0);
    double sum = 0;
    for (double& v : w) sum += v = std::pow(random.uniform(), 3);
    for (std::int64_t j = 0; j < m; ++j) {
      double mean = 0;
      for (int c = 0; c < k; ++c) mean += w[static_cast<std::size_t>(c)] / sum * h[static_cast<std::size_t>(c * m + j)];
      x[static_cast<std::size_t>(i * m + j)] =
          static_cast<T>(std::min<std::int64_t>(random.poisson(dose * mean), std::is_same_v<T, std::uint8_t> ? 255 : 65535));
    }
  }
  return x;
}

}  // namespace ronchi::testing
