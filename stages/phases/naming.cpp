// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/phases/naming.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace ronchi::phases {

namespace {

/// The unmasked pixels to the power `exponent`, shifted to mean 0 and scaled to length 1 (all 0 for a constant pattern): the
/// correlation of two such is their scalar product.
std::vector<double> normalised(std::span<const float> pattern, std::span<const std::uint8_t> mask, double exponent) {
  std::vector<double> v;
  v.reserve(pattern.size());
  double sum = 0;
  for (std::size_t i = 0; i < pattern.size(); ++i)
    if (mask.empty() || mask[i] == 0) {
      v.push_back(pattern[i] > 0 ? std::pow(static_cast<double>(pattern[i]), exponent) : 0.0);
      sum += v.back();
    }
  const double mean = v.empty() ? 0 : sum / static_cast<double>(v.size());
  double square = 0;
  for (double& x : v) {
    x -= mean;
    square += x * x;
  }
  const double length = std::sqrt(square);
  const bool constant = length <= 1e-12 * std::abs(mean) * std::sqrt(static_cast<double>(v.size())) || length == 0;
  for (double& x : v) x = constant ? 0 : x / length;
  return v;
}

double scalar_product(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

}  // namespace

double correlation(std::span<const float> a, std::span<const float> b, std::span<const std::uint8_t> mask, double exponent) {
  return scalar_product(normalised(a, mask, exponent), normalised(b, mask, exponent));
}

double roundness(std::span<const float> pattern, const Grid& grid, std::span<const std::uint8_t> mask, double exponent) {
  const auto ring = [&](std::size_t i) {
    const auto row = static_cast<double>(static_cast<std::int64_t>(i) / grid.columns),
               column = static_cast<double>(static_cast<std::int64_t>(i) % grid.columns);
    return static_cast<std::int64_t>(std::lround(std::hypot(row - grid.centre_y, column - grid.centre_x)));
  };
  std::map<std::int64_t, std::pair<double, std::int64_t>> rings;
  for (std::size_t i = 0; i < pattern.size(); ++i)
    if (mask.empty() || mask[i] == 0) {
      auto& [sum, count] = rings[ring(i)];
      sum += pattern[i];
      ++count;
    }
  std::vector<float> mean(pattern.size(), 0.0f);
  for (std::size_t i = 0; i < pattern.size(); ++i)
    if (mask.empty() || mask[i] == 0) {
      const auto& [sum, count] = rings[ring(i)];
      mean[i] = static_cast<float>(sum / static_cast<double>(count));
    }
  return correlation(pattern, mean, mask, exponent);
}

int Match::best() const { return static_cast<int>(std::max_element(scores.begin(), scores.end()) - scores.begin()); }

std::vector<Match> name_components(std::span<const float> factors, std::int64_t count, std::span<const Template> templates,
                                   const Grid& grid, std::span<const std::uint8_t> mask, const Search& search, double exponent,
                                   double least_score, double least_margin) {
  const auto pixels = static_cast<std::size_t>(grid.rows * grid.columns);
  const auto factor = [&](std::int64_t k) { return factors.subspan(static_cast<std::size_t>(k) * pixels, pixels); };
  std::vector<std::vector<double>> seen;
  for (std::int64_t k = 0; k < count; ++k) seen.push_back(normalised(factor(k), mask, exponent));

  std::vector<Match> matches(static_cast<std::size_t>(count));
  for (Match& m : matches) {
    m.scores.assign(templates.size(), -2);
    m.placements.assign(templates.size(), {});
  }
  const int turns = search.step > 0 ? static_cast<int>(std::lround(search.range / search.step)) : 0;
  const int shifts = static_cast<int>(std::lround(2 * search.centre));
  for (std::size_t p = 0; p < templates.size(); ++p)
    for (int turn = -turns; turn <= turns; ++turn)
      for (int iy = -shifts; iy <= shifts; ++iy)
        for (int ix = -shifts; ix <= shifts; ++ix) {
          const Placement placement{search.rotation + turn * search.step, 0.5 * iy, 0.5 * ix};
          const auto drawn = normalised(templates[p].draw(placement), mask, exponent);
          for (std::size_t k = 0; k < matches.size(); ++k)
            if (const double score = scalar_product(seen[k], drawn); score > matches[k].scores[p]) {
              matches[k].scores[p] = score;
              matches[k].placements[p] = placement;
            }
        }

  for (std::int64_t k = 0; k < count && !templates.empty(); ++k) {
    Match& m = matches[static_cast<std::size_t>(k)];
    auto sorted = m.scores;
    std::sort(sorted.rbegin(), sorted.rend());
    const double margin = sorted.size() > 1 ? sorted[0] - sorted[1] : 2;
    if (sorted[0] >= least_score && margin >= least_margin)
      m.phase = m.best();
    else if (sorted[0] < roundness(factor(k), grid, mask, exponent))
      m.phase = background;
  }
  return matches;
}

}  // namespace ronchi::phases
