// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/decompose/starts.hpp"

#include <algorithm>
#include <cmath>

#include "framework/base/random.hpp"
#include "framework/comm/exact_sum.hpp"

namespace ronchi::decompose {

namespace {

constexpr std::uint32_t frame_stream = 0x4E4D4657, pixel_stream = 0x4E4D4648;  // "NMFW", "NMFH"

std::size_t at(std::int64_t row, std::int64_t width, std::int64_t column) { return static_cast<std::size_t>(row * width + column); }

Model empty_model(const Matrix& x, int k) {
  return {k, std::vector<float>(at(x.my_rows(), k, 0), 0.f), std::vector<float>(at(k, x.padded_columns(), 0), 0.f)};
}

/// Component c of a random start.
void randomise(Model& model, const DataPass& pass, int c, std::uint64_t seed, int number) {
  const Matrix& x = pass.matrix();
  const double scale = std::sqrt(pass.scaling().mean / model.k);
  const auto use = static_cast<std::uint32_t>(number) * 1024u + static_cast<std::uint32_t>(c);
  for (std::int64_t r = 0; r < x.my_rows(); ++r)
    model.w[at(r, model.k, c)] = static_cast<float>(
        scale * std::abs(Random(seed, frame_stream, static_cast<std::uint64_t>(x.frame_of_row(r)), use).normal()));
  for (std::int64_t j = 0; j < x.columns(); ++j)
    model.h[at(c, x.padded_columns(), j)] = static_cast<float>(
        scale *
        std::abs(Random(seed, pixel_stream, static_cast<std::uint64_t>(x.pixel_of_column()[static_cast<std::size_t>(j)]), use)
                     .normal()));
}

}  // namespace

Model random_start(const DataPass& pass, int k, std::uint64_t seed, int number) {
  Model model = empty_model(pass.matrix(), k);
  for (int c = 0; c < k; ++c) randomise(model, pass, c, seed, number);
  normalise(model, pass);
  return model;
}

Model nndsvd_start(const DataPass& pass, const Pca& svd, int k, bool fill, std::uint64_t seed) {
  const Matrix& x = pass.matrix();
  Model model = empty_model(x, k);
  const int have = std::min(k, svd.components);

  // Squared norms of the positive and negative parts of the scores U S, exact over the ranks.
  ExactSum parts(static_cast<std::size_t>(2 * have), 1.01 * pass.scaling().norm2);
  for (std::int64_t b = 0; b < x.my_blocks(); ++b)
    for (int c = 0; c < have; ++c) {
      double sums[2] = {};
      for (std::int64_t r = x.block_rows(b).first; r < x.block_rows(b).last; ++r) {
        const auto y = static_cast<double>(svd.scores[at(r, svd.components, c)]);
        sums[y < 0 ? 1 : 0] += y * y;
      }
      parts.add(static_cast<std::size_t>(2 * c), sums[0]);
      parts.add(static_cast<std::size_t>(2 * c + 1), sums[1]);
    }
  parts.reduce(x.comm());

  const auto mean = static_cast<float>(pass.scaling().mean);
  for (int c = 0; c < k; ++c) {
    const double sigma = c < have ? std::sqrt(svd.squares[static_cast<std::size_t>(c)]) : 0;
    if (!(sigma > 0)) {
      if (fill) randomise(model, pass, c, seed, 0);
      continue;
    }
    const float* v = svd.v.data() + at(c, x.padded_columns(), 0);
    double v_parts[2] = {};
    for (std::int64_t j = 0; j < x.columns(); ++j)
      v_parts[v[j] < 0 ? 1 : 0] += static_cast<double>(v[j]) * static_cast<double>(v[j]);
    double u_norm[2], v_norm[2];
    for (int s = 0; s < 2; ++s) {
      u_norm[s] = std::sqrt(parts[static_cast<std::size_t>(2 * c + s)]) / sigma;
      v_norm[s] = std::sqrt(v_parts[s]);
    }
    // The first pair has one sign throughout (Perron and Frobenius); taking its larger part is then taking all of it.
    const int side = u_norm[0] * v_norm[0] >= u_norm[1] * v_norm[1] ? 0 : 1;
    const float sign = side == 0 ? 1.f : -1.f;
    const double strength = std::sqrt(sigma * u_norm[side] * v_norm[side]);
    const auto w_scale = static_cast<float>(u_norm[side] > 0 ? strength / (u_norm[side] * sigma) : 0);
    const auto h_scale = static_cast<float>(v_norm[side] > 0 ? strength / v_norm[side] : 0);
    for (std::int64_t r = 0; r < x.my_rows(); ++r)
      model.w[at(r, k, c)] = std::max(0.f, sign * svd.scores[at(r, svd.components, c)]) * w_scale;
    for (std::int64_t j = 0; j < x.columns(); ++j) model.h[at(c, x.padded_columns(), j)] = std::max(0.f, sign * v[j]) * h_scale;
  }
  if (fill) {
    for (float& w : model.w) w = w > 0 ? w : mean;
    for (int c = 0; c < k; ++c)
      for (std::int64_t j = 0; j < x.columns(); ++j) {
        float& h = model.h[at(c, x.padded_columns(), j)];
        h = h > 0 ? h : mean;
      }
  }
  normalise(model, pass);
  return model;
}

Model anchor_start(const DataPass& pass, const Pca& svd, int k, std::uint64_t seed) {
  const Matrix& x = pass.matrix();
  const Scaling& scaling = pass.scaling();
  Model model = empty_model(x, k);
  const int have = std::min(k, svd.components);

  const double enough = 0.5 * scaling.counts / static_cast<double>(x.rows());

  std::vector<std::vector<double>> basis;
  const auto normalised = [&](std::int64_t r) {
    std::vector<double> y(static_cast<std::size_t>(have));
    const auto i = static_cast<std::size_t>(r);
    const double scale = scaling.row[i] > 0 ? 1 / (static_cast<double>(scaling.row[i]) * scaling.row_sum[i]) : 0;
    for (int c = 0; c < have; ++c)
      y[static_cast<std::size_t>(c)] = static_cast<double>(svd.scores[at(r, svd.components, c)]) * scale;
    return y;
  };
  const auto project_out = [&](std::vector<double>& y) {
    double norm2 = 0;
    for (const auto& q : basis) {
      double along = 0;
      for (std::size_t c = 0; c < y.size(); ++c) along += q[c] * y[c];
      for (std::size_t c = 0; c < y.size(); ++c) y[c] -= along * q[c];
    }
    for (const double value : y) norm2 += value * value;
    return norm2;
  };
  for (int c = 0; c < k; ++c) {
    double best = 0;
    std::int64_t best_row = -1;
    for (std::int64_t r = 0; r < x.my_rows() && c < have; ++r) {
      if (!(scaling.row_sum[static_cast<std::size_t>(r)] >= enough) || !(scaling.row_sum[static_cast<std::size_t>(r)] > 0))
        continue;
      auto y = normalised(r);
      if (const double norm2 = project_out(y); norm2 > best) {
        best = norm2;
        best_row = r;
      }
    }
    double most = best;
    x.comm().max(std::span(&most, 1));
    if (!(most > 0)) {  // fewer distinct frames than components
      randomise(model, pass, c, seed, 0);
      continue;
    }
    // The first frame of all those that are equally far out, and the rank that has it.
    const std::int64_t frame = best == most ? x.frame_of_row(best_row) : x.frames();
    const std::int64_t first = -x.comm().max(-frame);
    const int owner = static_cast<int>(x.comm().max(frame == first ? x.comm().rank() : -1));
    std::vector<double> raw(static_cast<std::size_t>(have));
    if (x.comm().rank() == owner) raw = normalised(best_row);
    x.comm().broadcast(std::span(raw), owner);
    for (std::int64_t j = 0; j < x.columns(); ++j) {
      double value = 0;
      for (int d = 0; d < have; ++d)
        value += raw[static_cast<std::size_t>(d)] * static_cast<double>(svd.v[at(d, x.padded_columns(), j)]);
      model.h[at(c, x.padded_columns(), j)] = static_cast<float>(std::max(0.0, value));
    }
    const double norm = std::sqrt(project_out(raw));
    for (double& value : raw) value /= norm;
    basis.push_back(std::move(raw));
  }
  // W follows from H in the first iteration, beginning at equal shares.
  const auto share = static_cast<float>(std::sqrt(scaling.mean / k));
  std::fill(model.w.begin(), model.w.end(), share);
  normalise(model, pass);
  return model;
}

}  // namespace ronchi::decompose
