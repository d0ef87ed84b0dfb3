// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/decompose/pca.hpp"

#include <algorithm>
#include <cmath>

#include "framework/base/random.hpp"
#include "stages/decompose/dense.hpp"

namespace ronchi::decompose {

namespace {

constexpr std::uint32_t random_stream = 0x50434131;  // "PCA1"

/// Projection on the rows of v: scores of the panel, less those of the mean frame.
DataPass::Between projection(const std::vector<float>& offset, std::vector<float>* scores, int k) {
  return [&offset, scores, k](Panel& panel) {
    for (int r = 0; r < panel.rows; ++r)
      for (int c = 0; c < k; ++c) {
        const float value = panel.a[c * panel.ld + r] - offset[static_cast<std::size_t>(c)];
        panel.out[r * k + c] = value;
        if (scores != nullptr) (*scores)[static_cast<std::size_t>((panel.first_row + r) * k + c)] = value;
      }
    return 0.0;
  };
}

/// Directions as the pass wants them: float, padded.
std::vector<float> padded_floats(const std::vector<double>& v, int rows, std::int64_t columns, std::int64_t padded) {
  std::vector<float> f(static_cast<std::size_t>(rows) * static_cast<std::size_t>(padded), 0.f);
  for (int c = 0; c < rows; ++c)
    for (std::int64_t j = 0; j < columns; ++j)
      f[static_cast<std::size_t>(c * padded + j)] = static_cast<float>(v[static_cast<std::size_t>(c * columns + j)]);
  return f;
}

/// Scores of the mean frame, which centring takes off; zeros without it.
std::vector<float> offset_of(const DataPass& pass, const std::vector<float>& v, int rows, bool centre) {
  std::vector<float> offset(static_cast<std::size_t>(rows), 0.f);
  const std::int64_t columns = pass.matrix().columns(), padded = pass.matrix().padded_columns();
  for (int c = 0; c < rows && centre; ++c) {
    double sum = 0;
    for (std::int64_t j = 0; j < columns; ++j)
      sum += static_cast<double>(v[static_cast<std::size_t>(c * padded + j)]) *
             pass.scaling().column_mean[static_cast<std::size_t>(j)];
    offset[static_cast<std::size_t>(c)] = static_cast<float>(sum);
  }
  return offset;
}

}  // namespace

std::vector<float> project(DataPass& pass, const Pca& pca, bool centre) {
  std::vector<float> scores(static_cast<std::size_t>(pass.matrix().my_rows()) * static_cast<std::size_t>(pca.components));
  const auto offset = offset_of(pass, pca.v, pca.components, centre);
  (void)pass.run(pca.v, pca.components, projection(offset, &scores, pca.components), false);
  return scores;
}

Pca principal_components(DataPass& pass, const PcaOptions& options, std::uint64_t seed, const std::function<void(int)>& between) {
  const Matrix& x = pass.matrix();
  const Scaling& scaling = pass.scaling();
  const std::int64_t columns = x.columns(), padded = x.padded_columns();
  Pca pca;
  pca.components = static_cast<int>(std::min<std::int64_t>(options.components, columns));
  const int k = static_cast<int>(std::min<std::int64_t>(pca.components + options.oversampling, columns));
  const auto size = static_cast<std::size_t>(k) * static_cast<std::size_t>(columns);
  const bool exact = k == columns;

  std::vector<double> v(size, 0);
  for (int c = 0; c < k; ++c) {
    if (exact) {
      v[static_cast<std::size_t>(c * columns + c)] = 1;
      continue;
    }
    for (std::int64_t j = 0; j < columns; ++j) {
      Random random(seed, random_stream, static_cast<std::uint64_t>(x.pixel_of_column()[static_cast<std::size_t>(j)]),
                    static_cast<std::uint32_t>(c));
      v[static_cast<std::size_t>(c * columns + j)] = random.normal();
    }
  }
  orthonormalise(v, k, columns);

  Eigen eigen;
  std::vector<double> before;
  std::vector<float> directions;
  WeightUnits units;
  for (;;) {
    directions = padded_floats(v, k, columns, padded);
    const auto offset = offset_of(pass, directions, k, options.centre);
    const bool last_pass = exact || pca.passes + 2 >= options.passes;
    Products p = pass.run(directions, k, projection(offset, nullptr, k), !last_pass, &units);
    ++pca.passes;
    eigen = symmetric_eigen(p.wtw, k);
    if (between) between(pca.passes);
    bool settled = !before.empty();
    for (int c = 0; c < pca.components && settled; ++c)
      settled = std::abs(eigen.values[static_cast<std::size_t>(c)] - before[static_cast<std::size_t>(c)]) <=
                2 * options.tolerance * std::abs(eigen.values[static_cast<std::size_t>(c)]) + 1e-14 * std::abs(eigen.values[0]);
    if (settled || last_pass) break;
    before = eigen.values;
    for (int c = 0; c < k; ++c)
      for (std::int64_t j = 0; j < columns; ++j) {
        double value = p.wtx[static_cast<std::size_t>(c * padded + j)];
        if (options.centre) value -= p.sums[static_cast<std::size_t>(c)] * scaling.column_mean[static_cast<std::size_t>(j)];
        v[static_cast<std::size_t>(c * columns + j)] = value;
      }
    orthonormalise(v, k, columns);
  }

  // Rayleigh-Ritz: the leading eigenvectors within the subspace, and one more reading for the scores.
  std::vector<double> leading(static_cast<std::size_t>(pca.components) * static_cast<std::size_t>(columns), 0);
  for (int c = 0; c < pca.components; ++c) {
    double* to = leading.data() + c * columns;
    for (int d = 0; d < k; ++d) {
      const double weight = eigen.vectors[static_cast<std::size_t>(c * k + d)];
      for (std::int64_t j = 0; j < columns; ++j) to[j] += weight * v[static_cast<std::size_t>(d * columns + j)];
    }
    const double* largest = std::max_element(to, to + columns, [](double a, double b) { return std::abs(a) < std::abs(b); });
    if (*largest < 0)
      for (std::int64_t j = 0; j < columns; ++j) to[j] = -to[j];
    pca.squares.push_back(std::max(0.0, eigen.values[static_cast<std::size_t>(c)]));
  }
  pca.v = padded_floats(leading, pca.components, columns, padded);
  pca.rows = static_cast<double>(x.rows());
  pca.scores = project(pass, pca, options.centre);
  ++pca.passes;

  pca.total = scaling.norm2;
  if (options.centre)
    for (const double mean : scaling.column_mean) pca.total -= static_cast<double>(x.rows()) * mean * mean;
  return pca;
}

}  // namespace ronchi::decompose
