// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/decompose/divergence_pass.hpp"

#include <algorithm>
#include <mutex>

#include "framework/comm/exact_sum.hpp"

namespace ronchi::decompose {

namespace {

constexpr double lift = 1e-3;        // of a flat share: far below what counts, and a few updates from where it should be
constexpr std::int64_t stripe = 64;  // columns whose sums threads add under one lock

/// Counts in every column of X.
std::vector<double> column_counts(const Matrix& x, const Scaling& s) {
  std::vector<double> counts(static_cast<std::size_t>(x.columns()));
  for (std::size_t j = 0; j < counts.size(); ++j)
    counts[j] = s.poisson ? s.root_column[j] * s.root_column[j] : s.column_mean[j] * static_cast<double>(x.rows());
  return counts;
}

}  // namespace

std::vector<double> row_sums(std::span<const float> h, int k, std::int64_t padded) {
  std::vector<double> sums(static_cast<std::size_t>(k), 0);
  for (int c = 0; c < k; ++c)
    for (std::int64_t j = 0; j < padded; ++j)
      sums[static_cast<std::size_t>(c)] += static_cast<double>(h[static_cast<std::size_t>(c * padded + j)]);
  return sums;
}

/// What is summed over all rows. W has the counts of X in all, and H's rows sum to at least 1: so has each column of W. A block
/// gives a pixel of H no more than the counts there, which `bound_` makes sure of where fits are close to zero.
struct DivergencePass::Sums {
  ExactSum divergence, moved, before, columns, again;
  std::vector<std::mutex> adding;
  std::mutex small;
  Sums(const Matrix& x, const Scaling& scaling, int k, bool outer)
      : divergence(1, 200 * scaling.counts),
        moved(1, 8 * scaling.counts),
        before(static_cast<std::size_t>(k), 4 * scaling.counts),
        columns(static_cast<std::size_t>(k), 4 * scaling.counts),
        again(outer ? static_cast<std::size_t>(x.padded_columns()) * static_cast<std::size_t>(pixel_width(k)) : 0,
              1.1 * scaling.largest_column * static_cast<double>(ceil_div(x.frames(), ExactSum::block))),
        adding(static_cast<std::size_t>(ceil_div(x.padded_columns(), stripe))) {}
};

DivergencePass::DivergencePass(const Matrix& x, const Scaling& scaling, const DivergenceKernels& kernels)
    : x_(&x), scaling_(&scaling), kernels_(&kernels) {
  const auto counts = column_counts(x, scaling);
  lift_.assign(static_cast<std::size_t>(x.padded_columns()), 0.f);
  bound_ = lift_;
  for (std::size_t j = 0; j < counts.size(); ++j) {
    lift_[j] = scaling.counts > 0 ? static_cast<float>(lift * counts[j] / scaling.counts) : 0.f;
    bound_[j] = static_cast<float>(1.01 * counts[j]);
  }
}

void DivergencePass::reserve(int k) {
  const int width = pixel_width(k);
  if (width <= reserved_) return;
  reserved_ = width;
  const std::int64_t padded = x_->padded_columns();
  pixels_ = buffer("ronchi/nmf/pixels", padded * width);
  weights_ = buffer("ronchi/nmf/weights", padded * width);
  scratch_.clear();
  for (int t = 0; t < host_threads(); ++t)
    scratch_.push_back({buffer("ronchi/nmf/nonzeros", padded), buffer("ronchi/nmf/ratio", padded),
                        buffer("ronchi/nmf/h", (padded + 16) * width), buffer("ronchi/nmf/next", width),
                        buffer("ronchi/nmf/w", width), buffer("ronchi/nmf/g", padded * width),
                        buffer("ronchi/nmf/spilled", stripe * width), std::vector<int>(static_cast<std::size_t>(padded))});
}

void DivergencePass::block(std::int64_t number, int k, std::vector<float>& w, const RowUpdates& updates, bool outer, Scratch& mine,
                           Sums& sums) {
  const Range rows = x_->block_rows(number);
  if (rows.empty()) return;
  const std::int64_t padded = x_->padded_columns();
  const int width = pixel_width(k);
  const auto size = static_cast<std::size_t>(k);
  if (outer) std::fill_n(mine.g.data(), padded * width, 0.f);
  NonZeros scratch{mine.column.data(), mine.x.data(), mine.ratio.data(), mine.h.data(), mine.next.data()};
  std::fill_n(mine.w.data(), width, 0.f);
  std::vector<double> before(size, 0.0), columns(size, 0.0);
  double divergence = 0, moved = 0;
  for (std::int64_t r = rows.first; r < rows.last; ++r) {
    float* own = w.data() + r * k;
    std::copy_n(own, k, mine.w.data());
    DivergenceRow row;
    row.inverse_sums = inverse_sums_.data();
    row.sums = sums_.data();
    row.w = mine.w.data();
    row.following = r + 1 < rows.last ? x_->row(r + 1) : nullptr;
    row.counts = static_cast<float>(scaling_->row_sum[static_cast<std::size_t>(r)]);
    row.lift = static_cast<float>(lift) * row.counts / static_cast<float>(k);
    row.updates = updates.most;
    row.step = updates.step;
    row.least = updates.least;
    kernels_->row[static_cast<int>(x_->element())](x_->row(r), padded, pixels_.data(), k, scratch, row,
                                                   outer ? mine.g.data() : nullptr);
    for (std::size_t c = 0; c < size; ++c) {
      before[c] += static_cast<double>(own[c]);
      columns[c] += static_cast<double>(mine.w[c]);
      own[c] = mine.w[c];
    }
    divergence += row.divergence;
    moved += row.moved;
  }
  for (std::int64_t first = 0; outer && first < padded; first += stripe) {
    const std::int64_t last = std::min(padded, first + stripe);
    for (std::int64_t j = first; j < last; ++j)
      for (int c = 0; c < width; ++c) {
        const std::int64_t i = j * width + c;
        mine.spilled[static_cast<std::size_t>(i - first * width)] = std::min(
            mine.g[static_cast<std::size_t>(i)] * weights_[static_cast<std::size_t>(i)], bound_[static_cast<std::size_t>(j)]);
      }
    const std::lock_guard lock(sums.adding[static_cast<std::size_t>(first / stripe)]);
    best_kernels().spill(mine.spilled.data(), (last - first) * width, sums.again.scale(),
                         sums.again.units().data() + first * width);
  }
  const std::lock_guard lock(sums.small);
  sums.divergence.add(0, divergence);
  sums.moved.add(0, moved);
  for (std::size_t c = 0; c < size; ++c) {
    sums.before.add(c, before[c]);
    sums.columns.add(c, columns[c]);
  }
}

DivergenceProducts DivergencePass::run(std::span<const float> h, int k, std::vector<float>& w, const RowUpdates& updates,
                                       bool outer) {
  reserve(k);
  const std::int64_t padded = x_->padded_columns();
  const int width = pixel_width(k);
  const auto totals = row_sums(h, k, padded);
  sums_.assign(totals.begin(), totals.end());
  inverse_sums_.clear();
  for (const double s : totals) inverse_sums_.push_back(s > 0 ? static_cast<float>(1 / s) : 0.f);
  for (std::int64_t j = 0; j < padded; ++j)
    for (int c = 0; c < width; ++c) {
      const float value = c < k ? h[static_cast<std::size_t>(c * padded + j)] : 0.f;
      pixels_[static_cast<std::size_t>(j * width + c)] = value;
      weights_[static_cast<std::size_t>(j * width + c)] = value > 0 ? value : lift_[static_cast<std::size_t>(j)];
    }

  Sums sums(*x_, *scaling_, k, outer);
  x_->each_window([&](Range blocks) {
    for_pieces("ronchi/nmf/divergence_pass", blocks.size(), [&](std::int64_t i, int worker) {
      block(blocks.first + i, k, w, updates, outer, scratch_[static_cast<std::size_t>(worker)], sums);
    });
  });
  sums.divergence.reduce(x_->comm());
  sums.moved.reduce(x_->comm());
  sums.before.reduce(x_->comm());
  sums.columns.reduce(x_->comm());

  DivergenceProducts p;
  p.divergence = sums.divergence[0] - scaling_->counts;
  p.moved = sums.moved[0];
  for (std::size_t c = 0; c < totals.size(); ++c) {
    p.divergence += sums.before[c] * totals[c];
    p.columns.push_back(sums.columns[c]);
  }
  if (!outer) return p;
  sums.again.reduce(x_->comm());
  p.again.resize(static_cast<std::size_t>(k) * static_cast<std::size_t>(padded));
  for (int c = 0; c < k; ++c)
    for (std::int64_t j = 0; j < padded; ++j)
      p.again[static_cast<std::size_t>(c * padded + j)] = sums.again[static_cast<std::size_t>(j * width + c)];
  return p;
}

}  // namespace ronchi::decompose
