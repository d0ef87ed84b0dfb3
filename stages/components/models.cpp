// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/components/models.hpp"

#include <algorithm>
#include <cmath>

#include "framework/base/random.hpp"
#include "stages/decompose/workers.hpp"

namespace ronchi::components {

using decompose::DataPass;
using decompose::Panel;
using decompose::Products;

namespace {

constexpr std::uint32_t factor_stream = 0x434D5048;  // "CMPH"
constexpr float smallest_step = 0.1f;                // of the first one, squared below; as decompose::HalsOptions

std::size_t at(std::int64_t row, std::int64_t width, std::int64_t column) { return static_cast<std::size_t>(row * width + column); }

/// A normal matrix k x k as Kernels::hals wants it, from rows and columns `first` and on of one of n x n.
struct Normal {
  std::vector<float> b, inverse;
  Normal(const std::vector<double>& gram, int n, int first, int k) : inverse(static_cast<std::size_t>(k)) {
    for (int c = 0; c < k; ++c)
      for (int d = 0; d < k; ++d) b.push_back(static_cast<float>(gram[at(first + c, n, first + d)]));
    double largest = 0;
    for (int c = 0; c < k; ++c) largest = std::max(largest, gram[at(first + c, n, first + c)]);
    for (int c = 0; c < k; ++c) {
      const double diagonal = gram[at(first + c, n, first + c)];
      inverse[static_cast<std::size_t>(c)] =
          diagonal > 1e-20 * largest && diagonal > 1e-30 ? static_cast<float>(1 / diagonal) : 0.f;
    }
  }
};

}  // namespace

Models::Models(std::vector<int> sizes, const DataPass& pass, std::uint64_t seed, std::uint32_t number)
    : sizes_(std::move(sizes)), first_{0}, padded_(pass.matrix().padded_columns()) {
  for (const int k : sizes_) first_.push_back(first_.back() + k);
  const auto& x = pass.matrix();
  w_.assign(at(x.my_rows(), columns(), 0), 0.f);
  h_.assign(at(columns(), padded_, 0), 0.f);
  scale_.assign(static_cast<std::size_t>(columns()), 1.f);
  const auto norm = 1 / std::sqrt(static_cast<double>(x.columns()));
  for (std::size_t m = 0; m < sizes_.size(); ++m)
    decompose::for_pieces("ronchi/components/start", x.columns(), [&](std::int64_t j, int) {
      Random random(seed, factor_stream, static_cast<std::uint64_t>(x.pixel_of_column()[static_cast<std::size_t>(j)]),
                    number * 1024u + static_cast<std::uint32_t>(sizes_[m]));
      for (int c = first_[m]; c < first_[m + 1]; ++c)
        h_[at(c, padded_, j)] = static_cast<float>(1.5 * norm * std::abs(random.normal()));
    });
}

void Models::iterate(DataPass& pass, int sweeps) {
  const int n = columns();
  // H H^T of each model, and powers of two that bring the rows' norms into [1, 2): W is then bounded by the norms of the data.
  std::vector<double> gram(at(n, n, 0), 0);
  std::vector<int> first_of(static_cast<std::size_t>(n));
  for (std::size_t m = 0; m < sizes_.size(); ++m)
    std::fill(first_of.begin() + first_[m], first_of.begin() + first_[m + 1], first_[m]);
  decompose::for_pieces("ronchi/components/gram", n, [&](std::int64_t c, int) {
    for (std::int64_t d = first_of[static_cast<std::size_t>(c)]; d <= c; ++d) {
      double sums[4] = {};
      const float *x = h_.data() + c * padded_, *y = h_.data() + d * padded_;
      for (std::int64_t j = 0; j < padded_; j += 4)
        for (int l = 0; l < 4; ++l) sums[l] += static_cast<double>(x[j + l]) * static_cast<double>(y[j + l]);
      gram[at(c, n, d)] = gram[at(d, n, c)] = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    }
  });
  std::vector<double> factor(static_cast<std::size_t>(n), 1);
  for (int c = 0; c < n; ++c) {
    const double norm = std::sqrt(gram[at(c, n, c)]);
    if (!(norm > 0)) continue;
    int exponent = 0;
    std::frexp(norm, &exponent);
    factor[static_cast<std::size_t>(c)] = std::ldexp(1.0, 1 - exponent);
    scale_[static_cast<std::size_t>(c)] = std::ldexp(1.f, exponent - 1);
    for (std::int64_t j = 0; j < padded_; ++j) h_[at(c, padded_, j)] *= static_cast<float>(factor[static_cast<std::size_t>(c)]);
  }
  for (int c = 0; c < n; ++c)
    for (int d = 0; d < n; ++d) gram[at(c, n, d)] *= factor[static_cast<std::size_t>(c)] * factor[static_cast<std::size_t>(d)];

  std::vector<Normal> normal;
  for (std::size_t m = 0; m < sizes_.size(); ++m) normal.emplace_back(gram, n, first_[m], sizes_[m]);
  const auto& kernels = pass.kernels();
  const Products p = pass.run(h_, n, [&](Panel& panel) {
    float* w = w_.data() + panel.first_row * n;
    for (int c = 0; c < n; ++c) {
      for (int r = 0; r < panel.rows; ++r) panel.w[c * panel.ld + r] = w[r * n + c] * scale_[static_cast<std::size_t>(c)];
      std::fill(panel.w + c * panel.ld + panel.rows, panel.w + (c + 1) * panel.ld, 0.f);
    }
    for (std::size_t m = 0; m < sizes_.size(); ++m)
      (void)kernels.hals(panel.a + first_[m] * panel.ld, panel.w + first_[m] * panel.ld, panel.ld, panel.ld, sizes_[m],
                         normal[m].b.data(), normal[m].inverse.data(), sweeps, smallest_step * smallest_step);
    for (int r = 0; r < panel.rows; ++r)
      for (int c = 0; c < n; ++c) panel.out[r * n + c] = w[r * n + c] = panel.w[c * panel.ld + r];
    return 0.0;
  });
  std::fill(scale_.begin(), scale_.end(), 1.f);

  const std::vector<float> a(p.wtx.begin(), p.wtx.end());
  constexpr std::int64_t piece = 512;
  const std::int64_t pieces = ceil_div(padded_, piece);
  normal.clear();
  for (std::size_t m = 0; m < sizes_.size(); ++m) normal.emplace_back(p.wtw, n, first_[m], sizes_[m]);
  decompose::for_pieces("ronchi/components/update_h", pieces * static_cast<std::int64_t>(sizes_.size()), [&](std::int64_t i, int) {
    const auto m = static_cast<std::size_t>(i / pieces);
    const std::int64_t first = i % pieces * piece, last = std::min(padded_, first + piece), from = first_[m] * padded_ + first;
    (void)kernels.hals(a.data() + from, h_.data() + from, static_cast<int>(padded_), static_cast<int>(last - first), sizes_[m],
                       normal[m].b.data(), normal[m].inverse.data(), sweeps, smallest_step * smallest_step);
  });
}

Products Models::products(DataPass& pass) const {
  const int n = columns();
  return pass.run(h_, n, [&](Panel& panel) {
    std::copy_n(w_.data() + panel.first_row * n, panel.rows * n, panel.out);
    return 0.0;
  });
}

}  // namespace ronchi::components
