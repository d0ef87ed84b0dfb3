// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/components/noise_edge.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "framework/base/random.hpp"
#include "stages/decompose/dense.hpp"

namespace ronchi::components {
namespace {

/// Largest squared singular value of normal noise whose columns are `edge` x `edge` pixels of a torus, blurred so that neighbours
/// have the given correlation.
double largest_of_noise(int rows, int edge, double mix) {
  const int m = edge * edge;
  std::vector<double> gram(static_cast<std::size_t>(m * m), 0);
  const double norm = 1 / std::sqrt(1 + 4 * mix * mix);
  std::vector<double> white(static_cast<std::size_t>(m)), row(white.size());
  for (int i = 0; i < rows; ++i) {
    Random random(3, 1, static_cast<std::uint64_t>(i), 0);
    for (double& v : white) v = random.normal();
    const auto at = [&](int y, int x) { return white[static_cast<std::size_t>((y + edge) % edge * edge + (x + edge) % edge)]; };
    for (int y = 0; y < edge; ++y)
      for (int x = 0; x < edge; ++x)
        row[static_cast<std::size_t>(y * edge + x)] =
            norm * (at(y, x) + mix * (at(y - 1, x) + at(y + 1, x) + at(y, x - 1) + at(y, x + 1)));
    for (int a = 0; a < m; ++a)
      for (int b = 0; b <= a; ++b)
        gram[static_cast<std::size_t>(a * m + b)] += row[static_cast<std::size_t>(a)] * row[static_cast<std::size_t>(b)];
  }
  for (int a = 0; a < m; ++a)
    for (int b = 0; b < a; ++b) gram[static_cast<std::size_t>(b * m + a)] = gram[static_cast<std::size_t>(a * m + b)];
  return decompose::symmetric_eigen(gram, m).values[0];
}

TEST(NoiseEdge, OfWhiteNoiseIsThatOfMarchenkoAndPastur) {
  for (const auto& [n, m] : {std::pair{10000, 3000}, {500, 500}, {200, 4000}})
    EXPECT_NEAR(noise_edge(n, m), std::pow(std::sqrt(n) + std::sqrt(m), 2), 1e-6 * noise_edge(n, m));
}

TEST(NoiseEdge, IsWhereTheLargestValueOfNoiseLies) {
  // The largest value scatters about the edge by (edge / n^(2/3)), some per cent here.
  EXPECT_NEAR(largest_of_noise(600, 10, 0) / noise_edge(600, 100), 1, 0.05);
}

TEST(NoiseEdge, OfCorrelatedNeighboursIsHigher) {
  // A small mix gives neighbours the correlation 2 mix, and others none to first order.
  const double mix = 0.06, neighbours = 2 * mix / (1 + 4 * mix * mix);
  const double found = largest_of_noise(600, 10, mix);
  EXPECT_NEAR(found / noise_edge(600, 100, neighbours, 2), 1, 0.06);
  EXPECT_GT(found, 1.05 * noise_edge(600, 100)) << "the edge of white noise would take it for a signal";
  EXPECT_GT(noise_edge(600, 100, neighbours, 2), noise_edge(600, 100, neighbours, 1));
}

}  // namespace
}  // namespace ronchi::components
