// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/decompose/hals.hpp"

#include <algorithm>
#include <cmath>

#include "framework/comm/exact_sum.hpp"
#include "stages/decompose/workers.hpp"

namespace ronchi::decompose {

namespace {

/// H H^T in double: the same on every rank, columns in order.
std::vector<double> gram_of(const std::vector<float>& h, int k, std::int64_t padded) {
  std::vector<double> b(static_cast<std::size_t>(k) * static_cast<std::size_t>(k));
  for_pieces("ronchi/nmf/gram", k, [&](std::int64_t c, int) {
    for (std::int64_t d = 0; d <= c; ++d) {
      double sums[4] = {};
      const float *x = h.data() + c * padded, *y = h.data() + d * padded;
      for (std::int64_t j = 0; j < padded; j += 4)
        for (int l = 0; l < 4; ++l) sums[l] += static_cast<double>(x[j + l]) * static_cast<double>(y[j + l]);
      b[static_cast<std::size_t>(c * k + d)] = b[static_cast<std::size_t>(d * k + c)] = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    }
  });
  return b;
}

/// A k x k matrix as the kernels want it. Components too small to divide by are left as they are.
struct Normal {
  std::vector<float> b, inverse;
  Normal(const std::vector<double>& gram, int k) : b(gram.begin(), gram.end()), inverse(static_cast<std::size_t>(k)) {
    double largest = 0;
    for (int c = 0; c < k; ++c) largest = std::max(largest, gram[static_cast<std::size_t>(c * k + c)]);
    for (int c = 0; c < k; ++c) {
      const double diagonal = gram[static_cast<std::size_t>(c * k + c)];
      const bool usable = diagonal > 1e-20 * largest && diagonal > 1e-30;
      inverse[static_cast<std::size_t>(c)] = usable ? static_cast<float>(1 / diagonal) : 0.f;
    }
  }
};

/// Powers of two that bring the norms of the rows of H into [1, 2).
std::vector<float> scales(const std::vector<double>& gram, int k) {
  std::vector<float> s(static_cast<std::size_t>(k), 1.f);
  for (int c = 0; c < k; ++c) {
    const double norm = std::sqrt(gram[static_cast<std::size_t>(c * k + c)]);
    if (!(norm > 0)) continue;
    int exponent = 0;
    std::frexp(norm, &exponent);
    s[static_cast<std::size_t>(c)] = std::ldexp(1.f, exponent - 1);
  }
  return s;
}

void rescale(Model& model, std::span<const float> scale, std::int64_t padded) {
  for (int c = 0; c < model.k; ++c) {
    const float inverse = 1 / scale[static_cast<std::size_t>(c)];
    for (std::int64_t j = 0; j < padded; ++j) model.h[static_cast<std::size_t>(c * padded + j)] *= inverse;
  }
  if (std::all_of(scale.begin(), scale.end(), [](float s) { return s == 1.f; })) return;
  const auto k = static_cast<std::size_t>(model.k);
  for (std::size_t i = 0; i < model.w.size(); ++i) model.w[i] *= scale[i % k];
  for (std::size_t c = 0; c < model.units.exponents.size(); ++c) model.units.exponents[c] -= std::ilogb(scale[c]);
}

}  // namespace

void normalise(Model& model, const DataPass& pass) {
  const std::int64_t padded = pass.matrix().padded_columns();
  for (int c = 0; c < model.k; ++c)
    for (std::int64_t j = pass.matrix().columns(); j < padded; ++j) model.h[static_cast<std::size_t>(c * padded + j)] = 0.f;
  const auto gram = gram_of(model.h, model.k, padded);
  rescale(model, scales(gram, model.k), padded);
  for (int c = 0; c < model.k; ++c)
    if (!(gram[static_cast<std::size_t>(c * model.k + c)] > 0))
      for (std::size_t i = static_cast<std::size_t>(c); i < model.w.size(); i += static_cast<std::size_t>(model.k))
        model.w[i] = 0.f;
}

IterationReport iterate(Model& model, DataPass& pass, const HalsOptions& options) {
  const int k = model.k;
  const std::int64_t padded = pass.matrix().padded_columns();
  const Kernels& kernels = pass.kernels();
  const float epsilon2 = options.step * options.step;

  const Normal rows(gram_of(model.h, k, padded), k);
  const auto sweep = [&](Panel& panel) {
    float* w = model.w.data() + panel.first_row * k;
    for (int c = 0; c < k; ++c) {
      for (int r = 0; r < panel.rows; ++r) panel.w[c * panel.ld + r] = w[r * k + c];
      for (int r = panel.rows; r < panel.ld; ++r) panel.w[c * panel.ld + r] = 0.f;
    }
    const double residual =
        kernels.hals(panel.a, panel.w, panel.ld, panel.ld, k, rows.b.data(), rows.inverse.data(), options.sweeps, epsilon2);
    for (int r = 0; r < panel.rows; ++r)
      for (int c = 0; c < k; ++c) panel.out[r * k + c] = w[r * k + c] = panel.w[c * panel.ld + r];
    return residual;
  };
  const auto swept = [&](Panel& panel) {
    std::copy_n(model.w.data() + panel.first_row * k, panel.rows * k, panel.out);
    return 0.0;
  };
  Products p = pass.run(model.h, k, sweep, true, &model.units, swept);

  const Normal columns(p.wtw, k);
  const std::vector<float> a(p.wtx.begin(), p.wtx.end());
  constexpr std::int64_t chunk = 512;
  const std::int64_t chunks = ceil_div(padded, chunk);
  std::vector<double> residuals(static_cast<std::size_t>(chunks));
  for_pieces("ronchi/nmf/update_h", chunks, [&](std::int64_t i, int) {
    const std::int64_t first = i * chunk, last = std::min(padded, first + chunk);
    residuals[static_cast<std::size_t>(i)] =
        kernels.hals(a.data() + first, model.h.data() + first, static_cast<int>(padded), static_cast<int>(last - first), k,
                     columns.b.data(), columns.inverse.data(), options.sweeps, epsilon2);
  });
  double residual = p.residual;
  for (const double r : residuals) residual += r;

  // ||X~ - W H||^2 = ||X~||^2 - 2 <W^T X~, H> + <W^T W, H H^T>
  const auto gram = gram_of(model.h, k, padded);
  double cross = 0, own = 0;
  for (std::size_t i = 0; i < model.h.size(); ++i) cross += p.wtx[i] * static_cast<double>(model.h[i]);
  for (std::size_t i = 0; i < gram.size(); ++i) own += p.wtw[i] * gram[i];
  rescale(model, scales(gram, k), padded);

  const double norm2 = pass.scaling().norm2;
  if (!(norm2 > 0)) return {};
  return {std::sqrt(std::max(0.0, norm2 - 2 * cross + own) / norm2), std::sqrt(std::max(0.0, residual) / norm2)};
}

std::vector<float> loadings_of(const std::vector<float>& h, int k, DataPass& pass, int sweeps) {
  constexpr float smallest_step = 1e-4f;
  const std::int64_t padded = pass.matrix().padded_columns();
  const Normal normal(gram_of(h, k, padded), k);
  std::vector<float> w(static_cast<std::size_t>(pass.matrix().my_rows()) * static_cast<std::size_t>(k));
  (void)pass.run(
      h, k,
      [&](Panel& panel) {
        std::fill_n(panel.w, static_cast<std::int64_t>(k) * panel.ld, 0.f);
        const double residual = pass.kernels().hals(panel.a, panel.w, panel.ld, panel.ld, k, normal.b.data(), normal.inverse.data(),
                                                    sweeps, smallest_step * smallest_step);
        for (int r = 0; r < panel.rows; ++r)
          for (int c = 0; c < k; ++c)
            panel.out[r * k + c] = w[static_cast<std::size_t>((panel.first_row + r) * k + c)] = panel.w[c * panel.ld + r];
        return residual;
      },
      false);
  return w;
}

}  // namespace ronchi::decompose
