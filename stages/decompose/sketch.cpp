// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/decompose/sketch.hpp"

#include <algorithm>
#include <cmath>

#include "framework/base/error.hpp"
#include "framework/base/random.hpp"
#include "stages/decompose/dense.hpp"

namespace ronchi::decompose {

namespace {

constexpr std::uint32_t random_stream = 0x534B4348;  // "SKCH"
constexpr std::int64_t panel_bytes = 512 << 10;      // as in FusedPass
constexpr int components_at_once = 8;                // of a factor, on their way into the sketch and out of it

std::size_t at(std::int64_t row, std::int64_t width, std::int64_t column) { return static_cast<std::size_t>(row * width + column); }

}  // namespace

RangeFinder::RangeFinder(const Matrix& x, int k, const std::vector<float>& columns, std::uint64_t seed)
    : x_(&x), k_(k), omega_(buffer("ronchi/nmf/omega", k * x.padded_columns())), adding_(static_cast<std::size_t>(k)) {
  const std::int64_t row_bytes = x.stride() * static_cast<std::int64_t>(x.element_size());
  panel_rows_ = static_cast<int>(std::clamp<std::int64_t>(panel_bytes / row_bytes, lanes, 128) / lanes * lanes);
  for_pieces("ronchi/nmf/omega", k, [&](std::int64_t c, int) {
    std::vector<double> row(static_cast<std::size_t>(x.columns()));
    double norm2 = 0;
    for (std::size_t j = 0; j < row.size(); ++j) {
      Random random(seed, random_stream, static_cast<std::uint64_t>(x.pixel_of_column()[j]), static_cast<std::uint32_t>(c));
      row[j] = random.normal() * static_cast<double>(columns[j]);
      norm2 += row[j] * row[j];
    }
    const double scale = norm2 > 0 ? 1 / std::sqrt(norm2) : 0;
    for (std::size_t j = 0; j < row.size(); ++j) omega_[at(c, x.padded_columns(), 0) + j] = static_cast<float>(row[j] * scale);
  });
  for (int t = 0; t < host_threads(); ++t)
    scratch_.push_back({buffer("ronchi/nmf/a", panel_rows_ * k), buffer("ronchi/nmf/weighted", panel_rows_ * k),
                        buffer("ronchi/nmf/partial", panel_rows_ * 8 * lanes), buffer("ronchi/nmf/g", k * x.padded_columns())});
}

void RangeFinder::add(Range rows, int worker, const Scaling& scaling) {
  // Rows count by 1 / g, whatever the scaling: bright frames then do not outweigh all others, and as Omega has unit rows,
  // |sum_j omega_j x_j| x / g <= |x_i| x / g <= x, so that the sums are at most rows times the largest element.
  std::call_once(bounded_,
                 [&] { g_.emplace(at(k_, x_->padded_columns(), 0), 1.01 * static_cast<double>(x_->rows()) * scaling.largest); });
  const Kernels& kernels = best_kernels();
  const int element = static_cast<int>(x_->element());
  const std::int64_t padded = x_->padded_columns();
  Scratch& mine = scratch_[static_cast<std::size_t>(worker)];
  std::fill_n(mine.g.data(), k_ * padded, 0.f);
  for (std::int64_t first = rows.first; first < rows.last; first += panel_rows_) {
    const int n = static_cast<int>(std::min<std::int64_t>(panel_rows_, rows.last - first));
    kernels.forward[element](x_->row(first), x_->stride(), n, padded, omega_.data(), padded, k_, mine.partial.data(), mine.a.data(),
                             panel_rows_);
    for (int r = 0; r < n; ++r) {
      const double sum = scaling.row_sum[static_cast<std::size_t>(first + r)];
      const auto weight = static_cast<float>(sum > 0 ? 1 / sum : 0);
      for (int c = 0; c < k_; ++c)
        mine.weighted[static_cast<std::size_t>(r * k_ + c)] = mine.a[static_cast<std::size_t>(c * panel_rows_ + r)] * weight;
    }
    kernels.backward[element](x_->row(first), x_->stride(), n, padded, mine.weighted.data(), k_, mine.g.data(), padded);
  }
  for (int i = 0; i < k_; ++i) {
    const int c = (worker * 7 + i) % k_;  // threads begin at different ones, so that they rarely wait
    const std::lock_guard lock(adding_[static_cast<std::size_t>(c)]);
    kernels.spill(mine.g.data() + c * padded, padded, g_->scale(), g_->units().data() + c * padded);
  }
}

std::vector<double> RangeFinder::directions(const Scaling& scaling) {
  std::call_once(bounded_, [&] { g_.emplace(at(k_, x_->padded_columns(), 0), 1.0); });  // a rank without rows
  g_->reduce(x_->comm());
  scratch_.clear();  // the next pass has its own
  std::vector<double> v(at(k_, x_->columns(), 0));
  for (int c = 0; c < k_; ++c)
    for (std::int64_t j = 0; j < x_->columns(); ++j)
      v[at(c, x_->columns(), j)] =
          (*g_)[at(c, x_->padded_columns(), j)] * static_cast<double>(scaling.column[static_cast<std::size_t>(j)]);
  orthonormalise(v, k_, x_->columns());
  return v;
}

Sketch sketch_of(DataPass& pass, const std::vector<double>& directions, int k) {
  const Matrix& x = pass.matrix();
  const std::int64_t padded = x.padded_columns(), columns = x.columns();
  std::vector<float> q(at(k, padded, 0), 0.f);
  for (int c = 0; c < k; ++c)
    for (std::int64_t j = 0; j < columns; ++j) q[at(c, padded, j)] = static_cast<float>(directions[at(c, columns, j)]);
  std::vector<float> scores(at(x.my_rows(), k, 0));
  const Products p = pass.run(q, k, [&](Panel& panel) {
    for (int r = 0; r < panel.rows; ++r)
      for (int c = 0; c < k; ++c) panel.out[r * k + c] = scores[at(panel.first_row + r, k, c)] = panel.a[c * panel.ld + r];
    return 0.0;
  });

  // Scores S = X~ Q^T have the Gram matrix E L E^T, so U = S E L^-1/2 is orthonormal and U^T X~ = L^-1/2 E^T (S^T X~) =: B. With
  // the singular values D and vectors C of B (from B B^T), X~ ~ U B = (U C D) (D^-1 C^T B) = Y V.
  const Eigen gram = symmetric_eigen(p.wtw, k);
  const auto usable = [](const Eigen& e) {
    int n = 0;
    while (n < static_cast<int>(e.values.size()) && e.values[static_cast<std::size_t>(n)] > 1e-10 * e.values[0]) ++n;
    return n;
  };
  const int rank = usable(gram);
  std::vector<double> b(at(rank, columns, 0), 0);
  for_pieces("ronchi/nmf/sketch", rank, [&](std::int64_t i, int) {
    const double scale = 1 / std::sqrt(gram.values[static_cast<std::size_t>(i)]);
    for (int c = 0; c < k; ++c)
      for (std::int64_t j = 0; j < columns; ++j)
        b[at(i, columns, j)] += scale * gram.vectors[at(i, k, c)] * p.wtx[at(c, padded, j)];
  });
  std::vector<double> bbt(at(rank, rank, 0));
  for_pieces("ronchi/nmf/sketch_gram", rank, [&](std::int64_t i, int) {
    for (std::int64_t d = 0; d <= i; ++d) {
      double sum = 0;
      for (std::int64_t j = 0; j < columns; ++j) sum += b[at(i, columns, j)] * b[at(d, columns, j)];
      bbt[at(i, rank, d)] = bbt[at(d, rank, i)] = sum;
    }
  });
  const Eigen values = symmetric_eigen(bbt, rank);

  Sketch sketch;
  sketch.size = usable(values);
  if (sketch.size == 0 && pass.scaling().norm2 > 0)
    fail(Fault::numeric, "report this", "the sketch of data with a norm of {} is empty", std::sqrt(pass.scaling().norm2));
  sketch.squares.assign(values.values.begin(), values.values.begin() + sketch.size);
  sketch.v.assign(at(sketch.size, padded, 0), 0.f);
  std::vector<double> turn(at(k, sketch.size, 0), 0);  // Y = S turn
  for (int i = 0; i < sketch.size; ++i) {
    const double singular = std::sqrt(values.values[static_cast<std::size_t>(i)]);
    std::vector<double> row(static_cast<std::size_t>(columns), 0);
    for (int d = 0; d < rank; ++d) {
      const double weight = values.vectors[at(i, rank, d)];
      for (std::int64_t j = 0; j < columns; ++j) row[static_cast<std::size_t>(j)] += weight / singular * b[at(d, columns, j)];
      const double back = weight * singular / std::sqrt(gram.values[static_cast<std::size_t>(d)]);
      for (int c = 0; c < k; ++c) turn[at(c, sketch.size, i)] += gram.vectors[at(d, k, c)] * back;
    }
    for (std::int64_t j = 0; j < columns; ++j) sketch.v[at(i, padded, j)] = static_cast<float>(row[static_cast<std::size_t>(j)]);
  }

  // In the place of the scores, row by row: there are as many rows as frames.
  for_pieces("ronchi/nmf/sketch_scores", x.my_blocks(), [&](std::int64_t block, int) {
    std::vector<double> row(static_cast<std::size_t>(sketch.size));
    for (std::int64_t r = x.block_rows(block).first; r < x.block_rows(block).last; ++r) {
      std::fill(row.begin(), row.end(), 0.0);
      for (int c = 0; c < k; ++c) {
        const auto score = static_cast<double>(scores[at(r, k, c)]);
        for (int i = 0; i < sketch.size; ++i) row[static_cast<std::size_t>(i)] += score * turn[at(c, sketch.size, i)];
      }
      for (int i = 0; i < sketch.size; ++i) scores[at(r, k, i)] = static_cast<float>(row[static_cast<std::size_t>(i)]);
    }
  });
  if (sketch.size < k)
    for (std::int64_t r = 0; r < x.my_rows(); ++r)
      std::copy_n(scores.begin() + r * k, sketch.size, scores.begin() + r * sketch.size);
  scores.resize(at(x.my_rows(), sketch.size, 0));
  sketch.y = std::move(scores);
  return sketch;
}

Sketch sketch_matrix(const Matrix& x, const SketchSettings& settings, Scaling& scaling,
                     const std::function<void(const char*)>& between) {
  const int size = static_cast<int>(std::min<std::int64_t>(settings.size, x.columns()));
  std::vector<float> columns(static_cast<std::size_t>(x.columns()), 1.f);
  if (settings.poisson && !settings.pixel_sums.empty())
    for (std::size_t j = 0; j < columns.size(); ++j) {
      const auto pixel = static_cast<std::size_t>(x.pixel_of_column()[j]);
      columns[j] = static_cast<float>(1 / std::sqrt(std::max(1.0, settings.pixel_sums[pixel])));
    }
  between("first reading: sums and random directions");
  RangeFinder finder(x, size, columns, settings.seed);
  scaling = measure(x, settings.poisson, [&](Range rows, int worker, const Scaling& s) { finder.add(rows, worker, s); });
  between("second reading: the sketch");
  FusedPass pass(x, scaling);
  return sketch_of(pass, finder.directions(scaling), size);
}

namespace {

Scaling unscaled(const Matrix& y, const Sketch& sketch) {
  Scaling s;
  s.row.assign(static_cast<std::size_t>(y.my_rows()), 1.f);
  s.column.assign(static_cast<std::size_t>(y.padded_columns()), 0.f);
  std::fill_n(s.column.begin(), y.columns(), 1.f);
  for (const double square : sketch.squares) s.norm2 += square;
  return s;
}

}  // namespace

SketchPass::SketchPass(const DataPass& of, const Sketch& sketch)
    : DataPass(of.matrix(), of.scaling(), of.kernels()),
      v_(sketch.v),
      y_(Matrix::of_rows(of.matrix(), sketch.y, sketch.size)),
      plain_(unscaled(y_, sketch)),
      pass_(y_, plain_, of.kernels()) {}

Products SketchPass::run(std::span<const float> h, int k, const Between& between, bool outer, WeightUnits*, const Between&) {
  constexpr auto f32 = static_cast<std::size_t>(Element::f32);
  const std::int64_t padded = x_->padded_columns(), padded_size = y_.padded_columns();
  const int size = static_cast<int>(y_.columns());
  // W^T Y V and Y V H^T need H in the coordinates of V alone. The kernels take V for data of so many frames.
  std::vector<float> projected(at(k, padded_size, 0), 0.f);
  for_pieces("ronchi/nmf/into_sketch", ceil_div(k, components_at_once), [&](std::int64_t piece, int) {
    const auto c = static_cast<int>(piece) * components_at_once, n = std::min(components_at_once, k - c);
    std::vector<float> partial(at(size, 8 * lanes, 0));
    kernels_->forward[f32](v_.data(), padded, size, padded, h.data() + c * padded, padded, n, partial.data(),
                           projected.data() + c * padded_size, static_cast<int>(padded_size));
  });
  Products p = pass_.run(projected, k, between, outer);
  if (!outer) return p;

  // Weights of a component within a factor of 2^24 of its largest one count.
  std::vector<float> g(at(k, padded, 0), 0.f);
  for_pieces("ronchi/nmf/out_of_sketch", ceil_div(k, components_at_once), [&](std::int64_t piece, int) {
    const auto c = static_cast<int>(piece) * components_at_once, n = std::min(components_at_once, k - c);
    std::vector<float> weights(at(size, n, 0));
    for (int i = 0; i < size; ++i)
      for (int d = 0; d < n; ++d) weights[at(i, n, d)] = static_cast<float>(p.wtx[at(c + d, padded_size, i)]);
    kernels_->backward[f32](v_.data(), padded, size, padded, weights.data(), n, g.data() + c * padded, padded);
  });
  p.wtx.assign(g.begin(), g.end());
  return p;
}

}  // namespace ronchi::decompose
