// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/elements/nnls.hpp"

#include <algorithm>
#include <cmath>

namespace ronchi::elements {

namespace {

/// Diagonal of the inverse of a symmetric positive definite matrix (n x n, C order), by Cholesky; a tiny ridge keeps columns that
/// are nearly equal from failing: their deviations come out huge, as they should.
std::vector<double> inverse_diagonal(std::vector<double> a, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) a[i * n + i] *= 1 + 1e-10;
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t k = 0; k < j; ++k) a[j * n + j] -= a[j * n + k] * a[j * n + k];
    a[j * n + j] = std::sqrt(std::max(a[j * n + j], 1e-300));
    for (std::size_t i = j + 1; i < n; ++i) {
      for (std::size_t k = 0; k < j; ++k) a[i * n + j] -= a[i * n + k] * a[j * n + k];
      a[i * n + j] /= a[j * n + j];
    }
  }
  std::vector<double> diagonal(n, 0), x(n);
  for (std::size_t column = 0; column < n; ++column) {  // of L^-1; the inverse's diagonal is its columns' square norms
    for (std::size_t i = column; i < n; ++i) {
      double sum = i == column ? 1 : 0;
      for (std::size_t k = column; k < i; ++k) sum -= a[i * n + k] * x[k];
      x[i] = sum / a[i * n + i];
      diagonal[column] += x[i] * x[i];
    }
  }
  return diagonal;
}

}  // namespace

NonNegativeFit fit_non_negative(const std::vector<std::vector<double>>& columns, const std::vector<double>& y,
                                const std::vector<double>& variance) {
  const std::size_t n = columns.size();
  std::vector<double> normal(n * n, 0), right(n, 0);
  for (std::size_t a = 0; a < n; ++a) {
    std::vector<std::size_t> support;
    for (std::size_t i = 0; i < y.size(); ++i)
      if (columns[a][i] != 0) support.push_back(i);
    for (const auto i : support) right[a] += columns[a][i] * y[i] / variance[i];
    for (std::size_t b = a; b < n; ++b) {
      double sum = 0;
      for (const auto i : support) sum += columns[a][i] * columns[b][i] / variance[i];
      normal[a * n + b] = normal[b * n + a] = sum;
    }
  }
  NonNegativeFit fit{std::vector<double>(n, 0), std::vector<double>(n, 0)};
  auto& x = fit.amplitude;
  std::vector<double> gradient(n);
  for (std::size_t k = 0; k < n; ++k) gradient[k] = -right[k];
  for (int sweep = 0; sweep < 20000; ++sweep) {
    double moved = 0;
    for (std::size_t k = 0; k < n; ++k) {
      const double curvature = normal[k * n + k];
      if (curvature <= 0) continue;
      const double next = std::max(0.0, x[k] - gradient[k] / curvature), step = next - x[k];
      if (step == 0) continue;
      x[k] = next;
      for (std::size_t j = 0; j < n; ++j) gradient[j] += step * normal[k * n + j];
      moved = std::max(moved, std::abs(step) * std::sqrt(curvature));  // in standard deviations
    }
    if (moved < 1e-6) break;
  }
  std::vector<std::size_t> active;
  for (std::size_t k = 0; k < n; ++k)
    if (x[k] > 0)
      active.push_back(k);
    else if (normal[k * n + k] > 0)
      fit.deviation[k] = 1 / std::sqrt(normal[k * n + k]);
  std::vector<double> inner(active.size() * active.size());
  for (std::size_t i = 0; i < active.size(); ++i)
    for (std::size_t j = 0; j < active.size(); ++j) inner[i * active.size() + j] = normal[active[i] * n + active[j]];
  const auto diagonal = inverse_diagonal(std::move(inner), active.size());
  for (std::size_t i = 0; i < active.size(); ++i) fit.deviation[active[i]] = std::sqrt(diagonal[i]);
  return fit;
}

}  // namespace ronchi::elements
