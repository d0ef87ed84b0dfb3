// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/components/examine.hpp"

#include <algorithm>
#include <cmath>

#include "stages/decompose/dense.hpp"

namespace ronchi::components {

namespace {

std::size_t at(std::int64_t row, std::int64_t width, std::int64_t column) { return static_cast<std::size_t>(row * width + column); }

std::vector<double> inverse_of(const std::vector<double>& gram, int k) {
  const decompose::Eigen e = decompose::symmetric_eigen(gram, k);
  std::vector<double> inverse(at(k, k, 0), 0);
  for (int i = 0; i < k; ++i) {
    const double value = e.values[static_cast<std::size_t>(i)];
    if (value <= 1e-10 * e.values[0]) continue;
    for (int c = 0; c < k; ++c)
      for (int d = 0; d < k; ++d) inverse[at(c, k, d)] += e.vectors[at(i, k, c)] * e.vectors[at(i, k, d)] / value;
  }
  return inverse;
}

int width_for(const Places& places, const SweepOptions& options) {
  const std::int64_t automatic = places.rows > 1 ? std::min(places.rows, places.columns) / 16 : places.columns / 64;
  return options.peak_width.value_or(static_cast<int>(std::clamp<std::int64_t>(automatic, 2, 64)));
}

}  // namespace

Examiner::Examiner(const Halves& halves, const Places& places, const SweepOptions& options)
    : halves_(&halves), places_(&places), similarity_(options.similarity), width_(width_for(places, options)) {}

Seen Examiner::look(const Models& models, std::size_t model, const decompose::Products& held) const {
  const int k = models.sizes()[model], first = models.first(model), n = models.columns();
  const std::int64_t padded = halves_->first.padded_columns(), columns = halves_->first.columns();
  Seen seen;
  std::vector<double> gram(at(k, k, 0));
  for (int c = 0; c < k; ++c)
    for (int d = 0; d < k; ++d) gram[at(c, k, d)] = held.wtw[at(first + c, n, first + d)];
  seen.deviance = deviance(models, first, k, gram, held);
  seen.patterns = in_sketch(models, first, k);

  // The patterns that the second half gives with these loadings: (W^T W)^-1 W^T X2~, free of the noise that W has fitted.
  const auto inverse = inverse_of(gram, k);
  std::vector<std::vector<float>> peaks(static_cast<std::size_t>(k));
  decompose::for_pieces("ronchi/components/peaks", k, [&](std::int64_t c, int) {
    std::vector<double> z(static_cast<std::size_t>(columns), 0);
    for (int d = 0; d < k; ++d)
      for (std::int64_t j = 0; j < columns; ++j)
        z[static_cast<std::size_t>(j)] += inverse[at(c, k, d)] * held.wtx[at(first + d, padded, j)];
    const double deviation = std::sqrt(std::max(1e-300, inverse[at(c, k, c)] * halves_->held_noise));
    for (double& v : z) v /= deviation;
    peaks[static_cast<std::size_t>(c)] = peaks_of(z, *places_, width_);
  });
  // What has no peaks is noise.
  std::vector<std::vector<float>> patterns;
  std::vector<double> mass;
  for (int c = 0; c < k; ++c) {
    auto& mine = peaks[static_cast<std::size_t>(c)];
    if (std::count_if(mine.begin(), mine.end(), [](float v) { return v > 2; }) < 4) continue;  // six standard deviations
    patterns.push_back(std::move(mine));
    double sum = 0;
    for (std::int64_t j = 0; j < columns; ++j)
      sum += static_cast<double>(models.h()[at(first + c, padded, j)]) * halves_->scaling.root_column[static_cast<std::size_t>(j)];
    mass.push_back(sum * held.sums[static_cast<std::size_t>(first + c)]);
  }
  seen.distinct = distinct_patterns(patterns, mass, similarity_);
  return seen;
}

double Examiner::deviance(const Models& models, int first, int k, const std::vector<double>& gram,
                          const decompose::Products& held) const {
  const std::int64_t padded = halves_->first.padded_columns();
  double sum = 0;
  for (int c = 0; c < k; ++c) {
    const float* h = models.h().data() + (first + c) * padded;
    for (std::int64_t j = 0; j < padded; ++j) sum -= 2 * held.wtx[at(first + c, padded, j)] * static_cast<double>(h[j]);
    for (int d = 0; d < k; ++d) {
      const float* other = models.h().data() + (first + d) * padded;
      double product = 0;
      for (std::int64_t j = 0; j < padded; ++j) product += static_cast<double>(h[j]) * static_cast<double>(other[j]);
      sum += gram[at(c, k, d)] * product;
    }
  }
  return sum / halves_->held_noise;
}

std::vector<float> Examiner::in_sketch(const Models& models, int first, int k) const {
  const std::int64_t padded = halves_->first.padded_columns();
  const int size = halves_->sketch.size;
  std::vector<float> projected(at(k, size, 0));
  decompose::for_pieces("ronchi/components/patterns", k, [&](std::int64_t c, int) {
    for (int i = 0; i < size; ++i) {
      double sum = 0;
      for (std::int64_t j = 0; j < padded; ++j)
        sum += static_cast<double>(models.h()[at(first + c, padded, j)]) * static_cast<double>(halves_->sketch.v[at(i, padded, j)]);
      projected[at(c, size, i)] = static_cast<float>(sum);
    }
  });
  return projected;
}

}  // namespace ronchi::components
