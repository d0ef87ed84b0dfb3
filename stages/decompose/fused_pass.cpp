// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/decompose/fused_pass.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>

namespace ronchi::decompose {

namespace {
constexpr std::int64_t panel_bytes = 512 << 10;  // of X: stays in the second-level cache between its two uses
// Integers: sums over a panel's rows are read and written once a panel, so there are many of them, even where they leave that
// cache.
constexpr std::int64_t integer_panel_bytes = 2 << 20, integer_panel_rows = 512;
}  // namespace

/// What is summed over all rows.
struct FusedPass::Sums {
  ExactSum g, gram, columns, residual;
  std::vector<std::mutex> adding;
  // |w_ic| <= ||x_i||: sums of w w and of w x~ are at most ||X~||^2, and G = W^T diag(g)^-1/2 X is W^T X~ without the factors
  // of the columns. The residual of component c is at most a_c + sum over d of w_d B(c, d), with ||h|| < 2.
  Sums(const Matrix& x, const Scaling& scaling, int k, bool floats)
      : g(floats ? static_cast<std::size_t>(k * x.padded_columns()) : 0, 1.01 * scaling.norm2 * scaling.largest_root_column),
        gram(static_cast<std::size_t>(k) * static_cast<std::size_t>(k), 1.01 * scaling.norm2),
        columns(static_cast<std::size_t>(k), 1.01 * std::sqrt(scaling.norm2 * static_cast<double>(x.rows()))),
        residual(1, 1.01 * scaling.norm2 * k * (4.0 * k + 2) * (4.0 * k + 2)),
        adding(static_cast<std::size_t>(k) + 1) {}
};

FusedPass::FusedPass(const Matrix& x, const Scaling& scaling, const Kernels& kernels, const IntegerKernels* integers)
    : DataPass(x, scaling, kernels) {
  const std::int64_t row_bytes = x.stride() * static_cast<std::int64_t>(x.element_size());
  if (integers == nullptr) {
    panel_rows_ = static_cast<int>(std::clamp<std::int64_t>(panel_bytes / row_bytes, lanes, 128) / lanes * lanes);
    return;
  }
  panel_rows_ = static_cast<int>(std::clamp<std::int64_t>(integer_panel_bytes / row_bytes, integer_panel_rows, ExactSum::block) /
                                 chunk * chunk);
  integers_ = std::make_unique<IntegerProducts>(x, *integers, panel_rows_, scaling.largest_column);
}

void FusedPass::reserve(int k) {
  if (k <= reserved_k_) return;
  reserved_k_ = k;
  const std::int64_t panel = static_cast<std::int64_t>(panel_rows_) * k;
  scaled_h_ = buffer("ronchi/nmf/scaled_h", k * x_->padded_columns());
  scratch_.clear();
  for (int t = 0; t < host_threads(); ++t)
    scratch_.push_back({buffer("ronchi/nmf/a", panel), buffer("ronchi/nmf/w", panel), buffer("ronchi/nmf/out", panel),
                        buffer("ronchi/nmf/weighted", panel), buffer("ronchi/nmf/partial", integers_ ? 0 : panel_rows_ * 8 * lanes),
                        buffer("ronchi/nmf/g", integers_ ? 0 : k * x_->padded_columns()),
                        std::vector<double>(static_cast<std::size_t>(k) * static_cast<std::size_t>(k))});
}

void FusedPass::read(int k, const Between& between, Reading reading, bool forward, Sums& sums) {
  const std::int64_t padded = x_->padded_columns();
  const int element = static_cast<int>(x_->element());
  const bool outer = reading != Reading::inner, first_time = reading != Reading::outer, floats = !integers_;
  const auto treat = [&](std::int64_t block, int worker) {
    Scratch& mine = scratch_[static_cast<std::size_t>(worker)];
    const Range rows = x_->block_rows(block);
    if (rows.empty()) return;
    if (outer && floats) std::fill_n(mine.g.data(), static_cast<std::int64_t>(k) * padded, 0.f);
    std::fill(mine.gram.begin(), mine.gram.end(), 0.0);
    std::vector<double> column_sums(static_cast<std::size_t>(k), 0.0);
    double block_residual = 0;
    for (std::int64_t first = rows.first; first < rows.last; first += panel_rows_) {
      const int n = static_cast<int>(std::min<std::int64_t>(panel_rows_, rows.last - first));
      Panel panel{first, n, (n + lanes - 1) / lanes * lanes, k, mine.a.data(), mine.w.data(), mine.out.data()};
      const float* row_scale = scaling_->row.data() + first;
      if (forward) {
        if (floats)
          kernels_->forward[element](x_->row(first), x_->stride(), n, padded, scaled_h_.data(), padded, k, mine.partial.data(),
                                     panel.a, panel.ld);
        else
          integers_->forward(worker, first, n, panel.a, panel.ld);
        for (int c = 0; c < k; ++c) {
          float* a = panel.a + c * panel.ld;
          for (int r = 0; r < n; ++r) a[r] *= row_scale[r];
          std::fill(a + n, a + panel.ld, 0.f);
        }
      }
      block_residual += between(panel);
      if (first_time) {
        kernels_->gram(panel.out, n, k, mine.gram.data());
        for (int r = 0; r < n; ++r)
          for (int c = 0; c < k; ++c) column_sums[static_cast<std::size_t>(c)] += static_cast<double>(panel.out[r * k + c]);
      }
      for (int r = 0; r < n; ++r)
        for (int c = 0; c < k; ++c) mine.weighted[static_cast<std::size_t>(r * k + c)] = panel.out[r * k + c] * row_scale[r];
      if (!floats && !outer) integers_->measure(worker, n, mine.weighted.data());
      if (!outer) continue;
      if (floats)
        kernels_->backward[element](x_->row(first), x_->stride(), n, padded, mine.weighted.data(), k, mine.g.data(), padded);
      else
        integers_->backward(worker, first, n, mine.weighted.data());
    }
    if (outer && floats)
      for (int i = 0; i < k; ++i) {
        const int c = static_cast<int>((block + i) % k);  // threads begin at different components, so that they rarely wait
        const std::lock_guard lock(sums.adding[static_cast<std::size_t>(c)]);
        kernels_->spill(mine.g.data() + c * padded, padded, sums.g.scale(), sums.g.units().data() + c * padded);
      }
    if (!first_time) return;
    const std::lock_guard lock(sums.adding.back());
    for (std::size_t i = 0; i < sums.gram.size(); ++i) sums.gram.add(i, mine.gram[i]);
    for (std::size_t c = 0; c < column_sums.size(); ++c) sums.columns.add(c, column_sums[c]);
    sums.residual.add(0, block_residual);
  };
  x_->each_window([&](Range blocks) {
    for_pieces("ronchi/nmf/fused_pass", blocks.size(), [&](std::int64_t i, int worker) { treat(blocks.first + i, worker); });
  });
}

void FusedPass::read_integers(int k, const Between& between, bool outer, WeightUnits* units, const Between& again, Sums& sums) {
  const std::span<const float> h(scaled_h_.data(), static_cast<std::size_t>(k * x_->padded_columns()));
  const bool known = units != nullptr && static_cast<int>(units->exponents.size()) == k;
  const std::vector<int> exponents = known ? units->exponents : std::vector<int>(static_cast<std::size_t>(k), 0);
  integers_->begin(h, k, exponents);
  read(k, between, outer && known ? Reading::whole : Reading::inner, true, sums);
  if (!outer) return;
  const auto mine = integers_->largest_weights();
  std::vector<double> largest(mine.begin(), mine.end());
  x_->comm().max(std::span(largest));
  const auto next = integers_->exponents_for(largest);
  if (!known || !integers_->fits(largest, exponents)) {
    integers_->begin(h, k, next);
    read(k, again ? again : between, Reading::outer, !again, sums);
  }
  if (units != nullptr) units->exponents = next;
}

WeightUnits FusedPass::units_for(std::span<const float> w, int k) const {
  if (!integers_) return {};
  std::vector<double> largest(static_cast<std::size_t>(k), 0);
  for (std::size_t i = 0; i < w.size(); ++i) {
    const std::size_t c = i % static_cast<std::size_t>(k), r = i / static_cast<std::size_t>(k);
    largest[c] = std::max(largest[c], static_cast<double>(std::abs(w[i] * scaling_->row[r])));
  }
  x_->comm().max(std::span(largest));
  return {integers_->exponents_for(largest)};
}

Products FusedPass::run(std::span<const float> h, int k, const Between& between, bool outer, WeightUnits* units,
                        const Between& again) {
  reserve(k);
  const std::int64_t padded = x_->padded_columns();
  for (int c = 0; c < k; ++c)
    for (std::int64_t j = 0; j < padded; ++j)
      scaled_h_[static_cast<std::size_t>(c * padded + j)] =
          h[static_cast<std::size_t>(c * padded + j)] * scaling_->column[static_cast<std::size_t>(j)];

  Sums sums(*x_, *scaling_, k, outer && !integers_);
  if (integers_)
    read_integers(k, between, outer, units, again, sums);
  else
    read(k, between, outer ? Reading::whole : Reading::inner, true, sums);

  sums.gram.reduce(x_->comm());
  sums.columns.reduce(x_->comm());
  sums.residual.reduce(x_->comm());
  Products p;
  if (outer) {
    if (integers_) {
      p.wtx = integers_->finish();
    } else {
      sums.g.reduce(x_->comm());
      p.wtx.resize(sums.g.size());
      for (std::size_t i = 0; i < p.wtx.size(); ++i) p.wtx[i] = sums.g[i];
    }
    for (int c = 0; c < k; ++c)
      for (std::int64_t j = 0; j < padded; ++j)
        p.wtx[static_cast<std::size_t>(c * padded + j)] *= static_cast<double>(scaling_->column[static_cast<std::size_t>(j)]);
  }
  p.wtw.resize(sums.gram.size());
  for (int c = 0; c < k; ++c)
    for (int d = 0; d <= c; ++d) {
      const double value = sums.gram[static_cast<std::size_t>(c * k + d)];
      p.wtw[static_cast<std::size_t>(c * k + d)] = p.wtw[static_cast<std::size_t>(d * k + c)] = value;
    }
  for (int c = 0; c < k; ++c) p.sums.push_back(sums.columns[static_cast<std::size_t>(c)]);
  p.residual = sums.residual[0];
  return p;
}

}  // namespace ronchi::decompose
