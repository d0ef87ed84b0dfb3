// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/decompose/dense.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ronchi::decompose {

Eigen symmetric_eigen(std::vector<double> a, int n) {
  const auto at = [n](int i, int j) {
    return static_cast<std::size_t>(i) * static_cast<std::size_t>(n) + static_cast<std::size_t>(j);
  };
  std::vector<double> v(a.size(), 0);  // rows are the vectors, so that a rotation runs along memory
  for (int i = 0; i < n; ++i) v[at(i, i)] = 1;
  const auto rotate_rows = [&](std::vector<double>& m, int p, int q, double c, double s) {
    double *x = m.data() + at(p, 0), *y = m.data() + at(q, 0);
    for (int i = 0; i < n; ++i) {
      const double xi = x[i], yi = y[i];
      x[i] = c * xi - s * yi;
      y[i] = s * xi + c * yi;
    }
  };
  for (int sweep = 0; sweep < 60; ++sweep) {
    double off = 0, diagonal = 0;
    for (int i = 0; i < n; ++i) {
      diagonal += a[at(i, i)] * a[at(i, i)];
      for (int j = 0; j < i; ++j) off += a[at(i, j)] * a[at(i, j)];
    }
    if (!(off > 1e-30 * diagonal)) break;
    for (int p = 0; p < n - 1; ++p)
      for (int q = p + 1; q < n; ++q) {
        const double apq = a[at(p, q)];
        if (apq == 0) continue;
        const double theta = (a[at(q, q)] - a[at(p, p)]) / (2 * apq);
        const double t = (theta >= 0 ? 1 : -1) / (std::abs(theta) + std::sqrt(theta * theta + 1));
        const double c = 1 / std::sqrt(t * t + 1), s = t * c;
        rotate_rows(a, p, q, c, s);
        for (int i = 0; i < n; ++i) {
          const double x = a[at(i, p)], y = a[at(i, q)];
          a[at(i, p)] = c * x - s * y;
          a[at(i, q)] = s * x + c * y;
        }
        a[at(p, q)] = a[at(q, p)] = 0;
        rotate_rows(v, p, q, c, s);
      }
  }
  std::vector<int> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int i, int j) { return a[at(i, i)] > a[at(j, j)]; });
  Eigen e;
  for (const int i : order) {
    e.values.push_back(a[at(i, i)]);
    const double* row = v.data() + at(i, 0);
    const double* largest = std::max_element(row, row + n, [](double x, double y) { return std::abs(x) < std::abs(y); });
    const double sign = n > 0 && *largest < 0 ? -1 : 1;
    for (int j = 0; j < n; ++j) e.vectors.push_back(sign * row[j]);
  }
  return e;
}

int orthonormalise(std::vector<double>& v, int rows, std::int64_t columns) {
  const auto dot = [columns](const double* x, const double* y) {
    double sums[4] = {};
    std::int64_t j = 0;
    for (; j + 4 <= columns; j += 4)
      for (int l = 0; l < 4; ++l) sums[l] += x[j + l] * y[j + l];
    for (; j < columns; ++j) sums[0] += x[j] * y[j];
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
  };
  int independent = 0;
  double largest = 0;
  for (int c = 0; c < rows; ++c) {
    double* x = v.data() + c * columns;
    const double before = std::sqrt(dot(x, x));
    largest = std::max(largest, before);
    for (int round = 0; round < 2; ++round)
      for (int d = 0; d < c; ++d) {
        const double* y = v.data() + d * columns;
        const double along = dot(x, y);
        if (along == 0) continue;
        for (std::int64_t j = 0; j < columns; ++j) x[j] -= along * y[j];
      }
    const double norm = std::sqrt(dot(x, x));
    const bool keep = norm > 1e-10 * before && norm > 1e-12 * largest && norm > 0;
    independent += keep ? 1 : 0;
    for (std::int64_t j = 0; j < columns; ++j) x[j] = keep ? x[j] / norm : 0;
  }
  return independent;
}

}  // namespace ronchi::decompose
