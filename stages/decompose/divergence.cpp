// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/decompose/divergence.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ronchi::decompose {

namespace {

/// Powers of two that bring the sums of the rows of H into [1, 2); W the other way.
void rescale(Model& model, std::int64_t padded, Momentum* momentum = nullptr) {
  const auto sums = row_sums(model.h, model.k, padded);
  std::vector<float> scale(sums.size(), 1.f);
  for (std::size_t c = 0; c < sums.size(); ++c) {
    if (!(sums[c] > 0)) continue;
    int exponent = 0;
    std::frexp(sums[c], &exponent);
    scale[c] = std::ldexp(1.f, exponent - 1);
    for (std::int64_t j = 0; j < padded; ++j)
      model.h[c * static_cast<std::size_t>(padded) + static_cast<std::size_t>(j)] /= scale[c];
    for (std::int64_t j = 0; j < padded && momentum != nullptr; ++j)
      momentum->h[c * static_cast<std::size_t>(padded) + static_cast<std::size_t>(j)] /= scale[c];
  }
  for (std::size_t i = 0; i < model.w.size(); ++i) model.w[i] *= scale[i % scale.size()];
}

/// H from its numerators; returns how far it went, in counts, as DivergenceRow::moved.
double update(std::vector<float>& h, const DivergenceProducts& p, int k, const DivergencePass& pass) {
  const std::int64_t padded = pass.matrix().padded_columns();
  std::vector<double> moved(static_cast<std::size_t>(k), 0);
  for_pieces("ronchi/nmf/update_pixels", k, [&](std::int64_t c, int) {
    const double sum = p.columns[static_cast<std::size_t>(c)];
    for (std::int64_t j = 0; j < padded; ++j) {
      const auto i = static_cast<std::size_t>(c * padded + j);
      const bool leaves_zero = p.again[i] > static_cast<double>(pass.lifted(j)) * sum;
      const auto old = static_cast<double>(h[i]), now = !(sum > 0)    ? 0.0
                                                        : h[i] > 0    ? p.again[i] / sum
                                                        : leaves_zero ? static_cast<double>(pass.lifted(j))
                                                                      : 0.0;
      if (const double larger = std::max(old, now); larger > 0)
        moved[static_cast<std::size_t>(c)] += sum * (now - old) * (now - old) / larger;
      h[i] = static_cast<float>(now);
    }
  });
  return std::accumulate(moved.begin(), moved.end(), 0.0);
}

/// H goes on beyond its update. It stays above a fifth of it, and so positive where that is, and below twice that.
void extrapolate(std::vector<float>& h, Momentum& m, double divergence, double moved) {
  constexpr double most = 0.95, least = 0.2;
  if (divergence > m.divergence || moved > m.moved) m.t = 1;
  m.divergence = divergence;
  m.moved = moved;
  const double next = (1 + std::sqrt(1 + 4 * m.t * m.t)) / 2, weight = std::min(most, (m.t - 1) / next);
  m.t = next;
  if (m.h.size() != h.size()) m.h = h;
  for (std::size_t i = 0; i < h.size(); ++i) {
    const auto now = static_cast<double>(h[i]), before = static_cast<double>(m.h[i]);
    m.h[i] = h[i];
    h[i] = static_cast<float>(std::max(least * now, now + weight * (now - before)));
  }
}

}  // namespace

void unscale(Model& model, const Scaling& scaling, const Matrix& x) {
  const auto k = static_cast<std::size_t>(model.k);
  for (std::size_t i = 0; i < model.w.size(); ++i)
    model.w[i] = static_cast<float>(static_cast<double>(model.w[i]) * scaling.root_row[i / k]);
  for (std::size_t c = 0; c < k; ++c)
    for (std::size_t j = 0; j < static_cast<std::size_t>(x.columns()); ++j) {
      float& h = model.h[c * static_cast<std::size_t>(x.padded_columns()) + j];
      h = static_cast<float>(static_cast<double>(h) * scaling.root_column[j]);
    }
  model.units = {};
}

void normalise(Model& model, const DivergencePass& pass) {
  const std::int64_t padded = pass.matrix().padded_columns();
  const auto k = static_cast<std::size_t>(model.k);
  for (int c = 0; c < model.k; ++c)
    for (std::int64_t j = pass.matrix().columns(); j < padded; ++j) model.h[static_cast<std::size_t>(c * padded + j)] = 0.f;
  rescale(model, padded);
  const auto sums = row_sums(model.h, model.k, padded);
  const auto alive = static_cast<double>(std::count_if(sums.begin(), sums.end(), [](double s) { return s > 0; }));
  for (std::size_t r = 0; r * k < model.w.size(); ++r) {
    float* w = model.w.data() + r * k;
    double fit = 0;
    for (std::size_t c = 0; c < k; ++c) fit += static_cast<double>(w[c]) * sums[c];
    const double counts = pass.scaling().row_sum[r];
    for (std::size_t c = 0; c < k; ++c) {
      const double share = fit > 0 ? static_cast<double>(w[c]) * counts / fit : counts / alive / sums[c];
      w[c] = sums[c] > 0 ? static_cast<float>(share) : 0.f;
    }
  }
}

DivergenceReport iterate(Model& model, DivergencePass& pass, const RowUpdates& updates, Momentum* momentum) {
  const DivergenceProducts p = pass.run(model.h, model.k, model.w, updates);
  const double moved = p.moved + update(model.h, p, model.k, pass);
  if (momentum != nullptr) extrapolate(model.h, *momentum, p.divergence, moved);
  rescale(model, pass.matrix().padded_columns(), momentum);
  const double counts = pass.scaling().counts;
  return {p.divergence, counts > 0 ? std::sqrt(moved / counts) : 0.0};
}

double divergence_of(const Model& model, DivergencePass& pass) {
  std::vector<float> w = model.w;
  return pass.run(model.h, model.k, w, {0}, false).divergence;
}

std::vector<float> likely_loadings(const std::vector<float>& h, int k, DivergencePass& pass, int updates) {
  Model model{k, std::vector<float>(static_cast<std::size_t>(pass.matrix().my_rows()) * static_cast<std::size_t>(k), 0.f), h, {}};
  normalise(model, pass);
  (void)pass.run(model.h, k, model.w, {updates, 0, 1e-5f}, false);
  return std::move(model.w);
}

double deviance_per_degree_of_freedom(double divergence, const Matrix& x, int components) {
  const double n = static_cast<double>(x.rows()), m = static_cast<double>(x.columns()), k = components;
  return 2 * divergence / std::max(1.0, n * m - k * (n + m - k));
}

}  // namespace ronchi::decompose
