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

/// Sums of the columns of W over all ranks, exact: the largest weight bounds them.
std::vector<double> column_sums(const Model& model, const Matrix& x) {
  const auto k = static_cast<std::size_t>(model.k);
  double largest = model.w.empty() ? 0 : static_cast<double>(*std::max_element(model.w.begin(), model.w.end()));
  x.comm().max(std::span(&largest, 1));
  ExactSum sums(k, 1.01 * largest * static_cast<double>(x.rows()));
  for (std::int64_t b = 0; b < x.my_blocks(); ++b)
    for (std::size_t c = 0; c < k; ++c) {
      double block = 0;
      for (std::int64_t r = x.block_rows(b).first; r < x.block_rows(b).last; ++r)
        block += static_cast<double>(model.w[static_cast<std::size_t>(r) * k + c]);
      sums.add(c, block);
    }
  sums.reduce(x.comm());
  std::vector<double> result;
  for (std::size_t c = 0; c < k; ++c) result.push_back(sums[c]);
  return result;
}

void clear(Model& model, std::size_t c) {
  const auto k = static_cast<std::size_t>(model.k);
  for (std::size_t i = c; i < model.w.size(); i += k) model.w[i] = 0.f;
  std::fill_n(model.h.begin() + static_cast<std::ptrdiff_t>(c * (model.h.size() / k)), model.h.size() / k, 0.f);
}

/// What a penalty adds to the gradients, for rows of H as they are (norms in [1, 2)).
struct Penalty {
  double of_w = 0, of_h = 0;         ///< of a sum over W, over H
  std::vector<float> rows, columns;  ///< of every component; empty without a penalty
  double ease = 1;                   ///< the squared gradient is made smaller by this, to stay in the bounds of exact sums

  Penalty(Model& model, const DataPass& pass, const Sparsity& sparsity) {
    if (!sparsity.any()) return;
    const Matrix& x = pass.matrix();
    of_w = sparsity.loadings * static_cast<double>(x.columns());
    of_h = sparsity.factors * static_cast<double>(x.rows());
    const double norm = std::sqrt(pass.scaling().norm2), never = 4 * norm;  // more than any a_c = x~ h_c
    const auto w = column_sums(model, x), h = sums_of_rows(model.h, model.k);
    double most = 0;
    for (std::size_t c = 0; c < w.size(); ++c) {
      // W is multiplied by t and H divided by it: of_w w t + of_h h / t is least where both parts are equal. Where one is zero the
      // other is worth nothing, and any step away from both being zero costs more than it gains.
      const double t = w[c] > 0 ? std::sqrt(of_h * h[c] / (of_w * w[c])) : 0;
      if (!(t > 0)) clear(model, c);
      rows.push_back(static_cast<float>(std::min(of_w * t, never)));
      columns.push_back(static_cast<float>(t > 0 ? of_h / t : 0));
      most = std::max(most, static_cast<double>(rows.back()));
    }
    const double k = model.k, bound = norm * (4 * k + 2), with_penalty = bound + most * std::sqrt(static_cast<double>(x.rows()));
    if (bound > 0) ease = std::exp2(std::ceil(2 * std::log2(with_penalty / bound)));
  }
  /// At the best scale.
  [[nodiscard]] double of(const std::vector<double>& w, const std::vector<float>& h) const {
    if (rows.empty()) return 0;
    double sum = 0;
    const auto columns_of = sums_of_rows(h, static_cast<int>(w.size()));
    for (std::size_t c = 0; c < w.size(); ++c) sum += 2 * std::sqrt(of_w * std::max(0.0, w[c]) * of_h * columns_of[c]);
    return sum;
  }
  static std::vector<double> sums_of_rows(const std::vector<float>& h, int k) {
    std::vector<double> sums(static_cast<std::size_t>(k), 0);
    const std::size_t width = h.size() / sums.size();
    for (std::size_t i = 0; i < h.size(); ++i) sums[i / width] += static_cast<double>(h[i]);
    return sums;
  }
};

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

  const Penalty penalty(model, pass, options.sparsity);
  const Normal rows(gram_of(model.h, k, padded), k);
  const auto sweep = [&](Panel& panel) {
    float* w = model.w.data() + panel.first_row * k;
    for (int c = 0; c < k; ++c) {
      for (int r = 0; r < panel.rows; ++r) panel.w[c * panel.ld + r] = w[r * k + c];
      for (int r = panel.rows; r < panel.ld; ++r) panel.w[c * panel.ld + r] = 0.f;
      for (int r = 0; r < panel.rows && !penalty.rows.empty(); ++r)
        panel.a[c * panel.ld + r] -= penalty.rows[static_cast<std::size_t>(c)];
    }
    const double residual =
        kernels.hals(panel.a, panel.w, panel.ld, panel.ld, k, rows.b.data(), rows.inverse.data(), options.sweeps, epsilon2);
    for (int r = 0; r < panel.rows; ++r)
      for (int c = 0; c < k; ++c) panel.out[r * k + c] = w[r * k + c] = panel.w[c * panel.ld + r];
    return residual / penalty.ease;
  };
  const auto swept = [&](Panel& panel) {
    std::copy_n(model.w.data() + panel.first_row * k, panel.rows * k, panel.out);
    return 0.0;
  };
  Products p = pass.run(model.h, k, sweep, true, &model.units, swept);

  const Normal columns(p.wtw, k);
  std::vector<float> a(p.wtx.begin(), p.wtx.end());
  for (int c = 0; c < k && !penalty.rows.empty(); ++c)
    for (std::int64_t j = 0; j < pass.matrix().columns(); ++j)
      a[static_cast<std::size_t>(c * padded + j)] -= penalty.columns[static_cast<std::size_t>(c)];
  constexpr std::int64_t chunk = 512;
  const std::int64_t chunks = ceil_div(padded, chunk);
  std::vector<double> residuals(static_cast<std::size_t>(chunks));
  for_pieces("ronchi/nmf/update_h", chunks, [&](std::int64_t i, int) {
    const std::int64_t first = i * chunk, last = std::min(padded, first + chunk);
    residuals[static_cast<std::size_t>(i)] =
        kernels.hals(a.data() + first, model.h.data() + first, static_cast<int>(padded), static_cast<int>(last - first), k,
                     columns.b.data(), columns.inverse.data(), options.sweeps, epsilon2);
  });
  double residual = p.residual * penalty.ease;
  for (const double r : residuals) residual += r;

  // ||X~ - W H||^2 = ||X~||^2 - 2 <W^T X~, H> + <W^T W, H H^T>
  const auto gram = gram_of(model.h, k, padded);
  double cross = 0, own = 0;
  for (std::size_t i = 0; i < model.h.size(); ++i) cross += p.wtx[i] * static_cast<double>(model.h[i]);
  for (std::size_t i = 0; i < gram.size(); ++i) own += p.wtw[i] * gram[i];
  const double sums = 2 * penalty.of(p.sums, model.h);
  rescale(model, scales(gram, k), padded);

  const double norm2 = pass.scaling().norm2;
  if (!(norm2 > 0)) return {};
  return {std::sqrt(std::max(0.0, norm2 - 2 * cross + own + sums) / norm2), std::sqrt(std::max(0.0, residual) / norm2)};
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
