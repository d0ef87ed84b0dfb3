// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/decompose/fused_pass.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>

namespace ronchi::decompose {

namespace {
constexpr std::int64_t panel_bytes = 512 << 10;  // of X: stays in the second-level cache between its two uses
}

FusedPass::FusedPass(const Matrix& x, const Scaling& scaling, const Kernels& kernels)
    : x_(&x), scaling_(&scaling), kernels_(&kernels) {
  const std::int64_t row_bytes = x.stride() * static_cast<std::int64_t>(x.element_size());
  panel_rows_ = static_cast<int>(std::clamp<std::int64_t>(panel_bytes / row_bytes, lanes, 128) / lanes * lanes);
}

void FusedPass::reserve(int k) {
  if (k <= reserved_k_) return;
  reserved_k_ = k;
  const std::int64_t panel = static_cast<std::int64_t>(panel_rows_) * k;
  scaled_h_ = buffer("ronchi/nmf/scaled_h", k * x_->padded_columns());
  scratch_.clear();
  for (int t = 0; t < host_threads(); ++t)
    scratch_.push_back({buffer("ronchi/nmf/a", panel), buffer("ronchi/nmf/w", panel), buffer("ronchi/nmf/out", panel),
                        buffer("ronchi/nmf/weighted", panel), buffer("ronchi/nmf/partial", panel_rows_ * 8 * lanes),
                        buffer("ronchi/nmf/g", k * x_->padded_columns()),
                        std::vector<double>(static_cast<std::size_t>(k) * static_cast<std::size_t>(k))});
}

Products FusedPass::run(std::span<const float> h, int k, const Between& between, bool outer) {
  reserve(k);
  const std::int64_t padded = x_->padded_columns();
  const auto size = static_cast<std::size_t>(k) * static_cast<std::size_t>(padded),
             square = static_cast<std::size_t>(k) * static_cast<std::size_t>(k);
  for (int c = 0; c < k; ++c)
    for (std::int64_t j = 0; j < padded; ++j)
      scaled_h_[static_cast<std::size_t>(c * padded + j)] =
          h[static_cast<std::size_t>(c * padded + j)] * scaling_->column[static_cast<std::size_t>(j)];

  // |w_ic| <= ||x_i||: sums of w w and of w x~ are at most ||X~||^2, and G = W^T diag(g)^-1/2 X is W^T X~ without the factors
  // of the columns. The residual of component c is at most a_c + sum over d of w_d B(c, d), with ||h|| < 2.
  const double bound = 1.01 * scaling_->norm2;
  ExactSum g(outer ? size : 0, bound * scaling_->largest_root_column);
  ExactSum gram(square, bound);
  ExactSum sums(static_cast<std::size_t>(k), 1.01 * std::sqrt(scaling_->norm2 * static_cast<double>(x_->rows())));
  ExactSum residual(1, bound * k * (4.0 * k + 2) * (4.0 * k + 2));
  std::vector<std::mutex> adding(static_cast<std::size_t>(k) + 1);
  const int element = static_cast<int>(x_->element());

  for_pieces("ronchi/nmf/fused_pass", x_->my_blocks(), [&](std::int64_t block, int worker) {
    Scratch& mine = scratch_[static_cast<std::size_t>(worker)];
    const Range rows = x_->block_rows(block);
    if (rows.empty()) return;
    if (outer) std::fill_n(mine.g.data(), size, 0.f);
    std::fill_n(mine.gram.begin(), square, 0.0);
    std::vector<double> column_sums(static_cast<std::size_t>(k), 0.0);
    double block_residual = 0;
    for (std::int64_t first = rows.first; first < rows.last; first += panel_rows_) {
      const int n = static_cast<int>(std::min<std::int64_t>(panel_rows_, rows.last - first));
      Panel panel{first, n, (n + lanes - 1) / lanes * lanes, k, mine.a.data(), mine.w.data(), mine.out.data()};
      kernels_->forward[element](x_->row(first), x_->stride(), n, padded, scaled_h_.data(), padded, k, mine.partial.data(), panel.a,
                                 panel.ld);
      const float* row_scale = scaling_->row.data() + first;
      for (int c = 0; c < k; ++c) {
        float* a = panel.a + c * panel.ld;
        for (int r = 0; r < n; ++r) a[r] *= row_scale[r];
        std::fill(a + n, a + panel.ld, 0.f);
      }
      block_residual += between(panel);
      kernels_->gram(panel.out, n, k, mine.gram.data());
      for (int r = 0; r < n; ++r)
        for (int c = 0; c < k; ++c) column_sums[static_cast<std::size_t>(c)] += static_cast<double>(panel.out[r * k + c]);
      if (!outer) continue;
      for (int r = 0; r < n; ++r)
        for (int c = 0; c < k; ++c) mine.weighted[static_cast<std::size_t>(r * k + c)] = panel.out[r * k + c] * row_scale[r];
      kernels_->backward[element](x_->row(first), x_->stride(), n, padded, mine.weighted.data(), k, mine.g.data(), padded);
    }
    if (outer)
      for (int i = 0; i < k; ++i) {
        const int c = static_cast<int>((block + i) % k);  // threads begin at different components, so that they rarely wait
        const std::lock_guard lock(adding[static_cast<std::size_t>(c)]);
        kernels_->spill(mine.g.data() + c * padded, padded, g.scale(), g.units().data() + c * padded);
      }
    const std::lock_guard lock(adding.back());
    for (std::size_t i = 0; i < square; ++i) gram.add(i, mine.gram[i]);
    for (std::size_t c = 0; c < column_sums.size(); ++c) sums.add(c, column_sums[c]);
    residual.add(0, block_residual);
  });

  g.reduce(x_->comm());
  gram.reduce(x_->comm());
  sums.reduce(x_->comm());
  residual.reduce(x_->comm());
  Products p;
  if (outer) {
    p.wtx.resize(size);
    for (int c = 0; c < k; ++c)
      for (std::int64_t j = 0; j < padded; ++j) {
        const auto at = static_cast<std::size_t>(c * padded + j);
        p.wtx[at] = g[at] * static_cast<double>(scaling_->column[static_cast<std::size_t>(j)]);
      }
  }
  p.wtw.resize(square);
  for (int c = 0; c < k; ++c)
    for (int d = 0; d <= c; ++d) {
      const double value = gram[static_cast<std::size_t>(c * k + d)];
      p.wtw[static_cast<std::size_t>(c * k + d)] = p.wtw[static_cast<std::size_t>(d * k + c)] = value;
    }
  for (int c = 0; c < k; ++c) p.sums.push_back(sums[static_cast<std::size_t>(c)]);
  p.residual = residual[0];
  return p;
}

}  // namespace ronchi::decompose
