// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/components/stability.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace ronchi::components {

namespace {

std::size_t at(std::int64_t row, std::int64_t width, std::int64_t column) { return static_cast<std::size_t>(row * width + column); }

/// Puts each component of a run into a cluster of its own: the most similar pair first.
std::vector<int> matched(const std::vector<double>& similarity, int k) {
  std::vector<int> cluster(static_cast<std::size_t>(k), -1);
  std::vector<bool> taken(static_cast<std::size_t>(k), false);
  for (int n = 0; n < k; ++n) {
    int best_c = -1, best_d = -1;
    for (int c = 0; c < k; ++c)
      for (int d = 0; d < k; ++d)
        if (cluster[static_cast<std::size_t>(c)] < 0 && !taken[static_cast<std::size_t>(d)] &&
            (best_c < 0 || similarity[at(c, k, d)] > similarity[at(best_c, k, best_d)])) {
          best_c = c;
          best_d = d;
        }
    cluster[static_cast<std::size_t>(best_c)] = best_d;
    taken[static_cast<std::size_t>(best_d)] = true;
  }
  return cluster;
}

}  // namespace

Stability stability_of(const std::vector<std::vector<float>>& runs, int k, int size) {
  const int n = static_cast<int>(runs.size());
  if (n < 2 || k < 2) return {1, 1};
  // Unit vectors, then clusters by turns of matching to the centroids and taking these anew.
  std::vector<double> unit(at(n * k, size, 0), 0);
  for (int i = 0; i < n * k; ++i) {
    const float* v = runs[static_cast<std::size_t>(i / k)].data() + i % k * size;
    double norm = 0;
    for (int j = 0; j < size; ++j) norm += static_cast<double>(v[j]) * static_cast<double>(v[j]);
    for (int j = 0; j < size && norm > 0; ++j) unit[at(i, size, j)] = static_cast<double>(v[j]) / std::sqrt(norm);
  }
  const auto cosine = [&](const double* a, const double* b) {
    double sum = 0;
    for (int j = 0; j < size; ++j) sum += a[j] * b[j];
    return sum;
  };
  std::vector<double> centroids(unit.begin(), unit.begin() + static_cast<std::ptrdiff_t>(at(k, size, 0))), similarity(at(k, k, 0));
  std::vector<int> cluster(static_cast<std::size_t>(n * k), -1);
  for (int turn = 0; turn < 100; ++turn) {
    auto before = cluster;
    for (int run = 0; run < n; ++run) {
      for (int c = 0; c < k; ++c)
        for (int d = 0; d < k; ++d)
          similarity[at(c, k, d)] = cosine(unit.data() + at(run * k + c, size, 0), centroids.data() + at(d, size, 0));
      const auto found = matched(similarity, k);
      std::copy(found.begin(), found.end(), cluster.begin() + run * k);
    }
    if (cluster == before) break;
    std::fill(centroids.begin(), centroids.end(), 0.0);
    for (int i = 0; i < n * k; ++i)
      for (int j = 0; j < size; ++j) centroids[at(cluster[static_cast<std::size_t>(i)], size, j)] += unit[at(i, size, j)];
    for (int d = 0; d < k; ++d) {
      double* v = centroids.data() + at(d, size, 0);
      const double norm = std::sqrt(cosine(v, v));
      for (int j = 0; j < size && norm > 0; ++j) v[j] /= norm;
    }
  }

  std::vector<double> sums(static_cast<std::size_t>(k), 0);
  for (int i = 0; i < n * k; ++i) {
    std::vector<double> distance(static_cast<std::size_t>(k), 0);
    for (int other = 0; other < n * k; ++other)
      if (other != i)
        distance[static_cast<std::size_t>(cluster[static_cast<std::size_t>(other)])] +=
            std::max(0.0, 1 - cosine(unit.data() + at(i, size, 0), unit.data() + at(other, size, 0)));
    const int own = cluster[static_cast<std::size_t>(i)];
    double nearest = std::numeric_limits<double>::infinity();
    for (int d = 0; d < k; ++d)
      if (d != own) nearest = std::min(nearest, distance[static_cast<std::size_t>(d)] / n);
    const double inside = distance[static_cast<std::size_t>(own)] / (n - 1), largest = std::max(inside, nearest);
    sums[static_cast<std::size_t>(own)] += largest > 0 ? (nearest - inside) / largest : 0;
  }
  Stability s{1, 0};
  for (const double sum : sums) {
    s.least = std::min(s.least, sum / n);
    s.mean += sum / n / k;
  }
  return s;
}

}  // namespace ronchi::components
