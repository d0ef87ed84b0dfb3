// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/decompose/results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "framework/comm/exact_sum.hpp"

namespace ronchi::decompose {

namespace {

constexpr int most_maps = 32;  // kept for figures

/// A vector over columns as one over pixels, zero where masked.
void scatter(const Matrix& x, const float* columns, float* pixels) {
  for (std::int64_t j = 0; j < x.columns(); ++j) pixels[x.pixel_of_column()[static_cast<std::size_t>(j)]] = columns[j];
}

}  // namespace

void write_rows(const std::string& name, const std::vector<float>& rows, int width, const Matrix& x, engine::Part& part) {
  const Range mine = x.my_frames();
  if (x.my_rows() == mine.size()) {
    part.shared<float>(name, {x.frames(), width}, mine, rows);
    return;
  }
  std::vector<float> frames(static_cast<std::size_t>(mine.size() * width), 0.f);
  for (std::int64_t r = 0; r < x.my_rows(); ++r)
    std::copy_n(rows.begin() + r * width, width, frames.begin() + (x.frame_of_row(r) - mine.first) * width);
  part.shared<float>(name, {x.frames(), width}, mine, frames);
}

namespace {

/// The factorisation of data that were scaled so.
Outcome write_scaled(Solution solution, const Matrix& x, const Scaling& scaling, engine::Part& part, const FriedelSums* pairs) {
  Model& model = solution.model;
  const int k = model.k;
  const auto components = static_cast<std::size_t>(k);
  Outcome outcome;

  // Back in counts, factors of sum 1.
  std::vector<double> sum(components, 0);
  std::vector<float> factors(components * static_cast<std::size_t>(x.columns()));
  for (std::size_t c = 0; c < components; ++c) {
    const float* h = model.h.data() + static_cast<std::int64_t>(c) * x.padded_columns();
    for (std::int64_t j = 0; j < x.columns(); ++j)
      sum[c] += static_cast<double>(h[j]) * scaling.root_column[static_cast<std::size_t>(j)];
    for (std::int64_t j = 0; j < x.columns() && sum[c] > 0; ++j)
      factors[c * static_cast<std::size_t>(x.columns()) + static_cast<std::size_t>(j)] =
          static_cast<float>(static_cast<double>(h[j]) * scaling.root_column[static_cast<std::size_t>(j)] / sum[c]);
  }
  for (std::int64_t r = 0; r < x.my_rows(); ++r)
    for (std::size_t c = 0; c < components; ++c) {
      float& w = model.w[static_cast<std::size_t>(r) * components + c];
      w = static_cast<float>(static_cast<double>(w) * scaling.root_row[static_cast<std::size_t>(r)] * sum[c]);
    }

  // Sorted by counts, the order of the factorisation among equals. A component cannot have more than all counts, by much.
  ExactSum counts(components, 64 * std::max(1.0, scaling.counts));
  for (std::int64_t b = 0; b < x.my_blocks(); ++b)
    for (std::size_t c = 0; c < components; ++c) {
      double block = 0;
      for (std::int64_t r = x.block_rows(b).first; r < x.block_rows(b).last; ++r)
        block += static_cast<double>(model.w[static_cast<std::size_t>(r) * components + c]);
      counts.add(c, block);
    }
  counts.reduce(x.comm());
  std::vector<std::size_t> order(components);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return counts[a] > counts[b]; });
  std::vector<float> row(components);
  for (std::int64_t r = 0; r < x.my_rows(); ++r) {
    float* w = model.w.data() + r * k;
    for (std::size_t c = 0; c < components; ++c) row[c] = w[order[c]];
    std::copy(row.begin(), row.end(), w);
  }
  outcome.factors.assign(components * static_cast<std::size_t>(x.pixels()), 0.f);
  for (std::size_t c = 0; c < components; ++c) {
    scatter(x, factors.data() + order[c] * static_cast<std::size_t>(x.columns()),
            outcome.factors.data() + c * static_cast<std::size_t>(x.pixels()));
    if (pairs != nullptr) pairs->spread(outcome.factors.data() + c * static_cast<std::size_t>(x.pixels()));
    outcome.counts.push_back(counts[order[c]]);
  }

  write_rows("nmf/loadings", model.w, k, x, part);
  const int maps = std::min(k, most_maps);
  if (x.comm().leads())
    outcome.maps.assign(static_cast<std::size_t>(maps), std::vector<float>(static_cast<std::size_t>(x.frames()), 0.f));
  std::int64_t frame = 0;
  gather_rows(x, model.w, k, [&](std::int64_t, std::span<const float> values) {
    for (std::size_t i = 0; i + components <= values.size(); i += components, ++frame) {
      while (!x.masks().navigation.empty() && x.masks().navigation[static_cast<std::size_t>(frame)] != 0) ++frame;
      for (std::size_t c = 0; c < outcome.maps.size(); ++c) outcome.maps[c][static_cast<std::size_t>(frame)] = values[i + c];
    }
  });

  outcome.error = std::move(solution.error);
  outcome.kkt = std::move(solution.kkt);
  outcome.converged = solution.converged;
  outcome.divergence = solution.divergence;
  if (!outcome.converged)
    outcome.warning =
        fmt::format("the factorisation ended after {} iterations with a KKT residual of {:.1e}; {}", outcome.kkt.size(),
                    outcome.kkt.empty() ? 0.0 : outcome.kkt.back(),
                    solution.exact > 0 && solution.divergence ? "raise `polish`, or the job's `memory` so that the data fit"
                                                              : "raise `iterations` or `tolerance`");
  if (!x.comm().leads()) return outcome;
  h5::Group& file = part.h5();
  file.write<float>("nmf/factors", outcome.factors, {k, x.pixels()});
  file.write<double>("nmf/objective", outcome.error);
  file.write<double>("nmf/kkt", outcome.kkt);
  file.write<double>("nmf/counts", outcome.counts);
  file.set_attribute("components", std::int64_t{k});
  file.set_attribute("algorithm", "NMF");
  file.set_attribute("poisson_normalised", scaling.poisson);
  file.set_attribute("iterations", static_cast<std::int64_t>(outcome.error.size()));
  file.set_attribute("converged", outcome.converged);
  file.set_attribute("loss", std::string(outcome.divergence ? "kullback_leibler" : "frobenius"));
  if (outcome.divergence) file.set_attribute("divergence", *outcome.divergence);
  file.set_attribute("summary",
                     fmt::format("{} components, {} iterations, {} {:.4f}{}", k, outcome.error.size(),
                                 outcome.divergence ? "deviance per degree of freedom" : "relative error",
                                 outcome.error.empty() ? 0.0 : outcome.error.back(), outcome.converged ? "" : " (not converged)"));
  file.set_attribute("start", std::int64_t{solution.start});
  file.set_attribute("exact_iterations", static_cast<std::int64_t>(solution.exact > 0 ? solution.exact : outcome.error.size()));
  const auto mask = [](const std::vector<std::uint8_t>& given, std::int64_t size) {
    return given.empty() ? std::vector<std::uint8_t>(static_cast<std::size_t>(size), 0) : given;
  };
  file.write<std::uint8_t>("signal_mask", mask(pairs != nullptr ? pairs->given() : x.masks().signal, x.pixels()));
  file.write<std::uint8_t>("navigation_mask", mask(x.masks().navigation, x.frames()));
  return outcome;
}

}  // namespace

void write_pca(const Pca& pca, const Matrix& x, const Scaling& scaling, engine::Part& part, const FriedelSums* pairs) {
  const int s = pca.components;
  std::vector<float> loadings(pca.scores.size());
  for (std::int64_t r = 0; r < x.my_rows(); ++r)
    for (int c = 0; c < s; ++c) {
      const auto i = static_cast<std::size_t>(r * s + c);
      loadings[i] = static_cast<float>(static_cast<double>(pca.scores[i]) * scaling.root_row[static_cast<std::size_t>(r)]);
    }
  write_rows("pca/loadings", loadings, s, x, part);
  if (!x.comm().leads()) return;
  std::vector<float> factors(static_cast<std::size_t>(s * x.pixels()), 0.f), columns(static_cast<std::size_t>(x.columns()));
  for (int c = 0; c < s; ++c) {
    for (std::size_t j = 0; j < columns.size(); ++j)
      columns[j] = static_cast<float>(static_cast<double>(pca.v[static_cast<std::size_t>(c * x.padded_columns()) + j]) *
                                      scaling.root_column[j]);
    scatter(x, columns.data(), factors.data() + c * x.pixels());
    if (pairs != nullptr) pairs->spread(factors.data() + c * x.pixels());
  }
  std::vector<double> variance;
  for (const double square : pca.squares) variance.push_back(square / pca.rows);
  h5::Group& file = part.h5();
  file.write<float>("pca/factors", factors, {s, x.pixels()});
  file.write<double>("pca/explained_variance", variance);
  file.group("pca").set_attribute("total_variance", pca.total / pca.rows);
}

Outcome write_nmf(Solution solution, const Matrix& x, const Scaling& scaling, engine::Part& part, const FriedelSums* pairs) {
  if (!solution.divergence) return write_scaled(std::move(solution), x, scaling, part, pairs);
  Scaling none;  // a model of the counts themselves
  none.root_row.assign(scaling.root_row.size(), 1.0);
  none.root_column.assign(scaling.root_column.size(), 1.0);
  none.counts = scaling.counts;
  return write_scaled(std::move(solution), x, none, part, pairs);
}

}  // namespace ronchi::decompose
