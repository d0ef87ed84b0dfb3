// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// The Kullback-Leibler loss against sums in double, element by element, and against what has to hold at a stationary point.
#include "stages/decompose/divergence.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "stages/decompose/divergence_solve.hpp"
#include "stages/decompose/fused_pass.hpp"
#include "tests/support/counts.hpp"

namespace ronchi::decompose {
namespace {

using testing::poisson_counts;
using testing::VectorFrames;

const Communicator alone;

std::size_t at(std::int64_t row, std::int64_t width, std::int64_t column) { return static_cast<std::size_t>(row * width + column); }

/// The fit of row r and column j, in double.
double fit(const Matrix& x, const Model& m, std::int64_t r, std::int64_t j) {
  double sum = 0;
  for (int c = 0; c < m.k; ++c)
    sum += static_cast<double>(m.w[at(r, m.k, c)]) * static_cast<double>(m.h[at(c, x.padded_columns(), j)]);
  return sum;
}

template <class T>
double direct_divergence(const Matrix& x, const Model& m) {
  double d = 0;
  for (std::int64_t r = 0; r < x.my_rows(); ++r)
    for (std::int64_t j = 0; j < x.columns(); ++j) {
      const auto value = static_cast<double>(reinterpret_cast<const T*>(x.row(r))[j]);
      const double y = fit(x, m, r, j);
      d += y - value + (value > 0 ? value * std::log(value / y) : 0);
    }
  return d;
}

/// Positive numbers, addressed by component, frame and pixel.
Model some_model(const DivergencePass& pass, int k) {
  const Matrix& x = pass.matrix();
  Model m{k, std::vector<float>(at(x.my_rows(), k, 0)), std::vector<float>(at(k, x.padded_columns(), 0)), {}};
  for (std::size_t i = 0; i < m.w.size(); ++i) m.w[i] = static_cast<float>(Random(3, 1, i, 0).uniform());
  for (std::size_t i = 0; i < m.h.size(); ++i) m.h[i] = static_cast<float>(Random(3, 2, i, 0).uniform());
  normalise(m, pass);
  return m;
}

template <class T>
void falls_and_is_right(double dose, bool poisson) {
  std::vector<T> values;
  for (const auto v : poisson_counts<std::uint16_t>(1500, 100, 4, dose)) values.push_back(static_cast<T>(v));
  for (std::size_t j = 0; j < 100; ++j) values[100 + j] = 0;       // a frame without counts
  for (std::size_t i = 0; i < 1500; ++i) values[i * 100 + 7] = 0;  // a pixel without counts
  if constexpr (std::is_same_v<T, float>) values[5000] = 0.25f;
  const VectorFrames<T> source(1500, 100, values);
  const Matrix x(source, {}, alone);
  const Scaling scaling = measure(x, poisson);
  DivergencePass pass(x, scaling);
  Model model = some_model(pass, 5);
  double last = direct_divergence<T>(x, model);
  const double first = last;
  for (int i = 0; i < 12; ++i) {
    const auto report = iterate(model, pass, {});
    EXPECT_NEAR(report.divergence, last, 2e-6 * first) << "of the factors that the iteration began with";
    last = direct_divergence<T>(x, model);
    EXPECT_LT(last, report.divergence * (1 + 1e-7)) << "updates never make it larger";
  }
  EXPECT_NEAR(divergence_of(model, pass), last, 2e-6 * first);
  EXPECT_LT(last, 0.9 * first);
  for (int c = 0; c < 5; ++c) {
    EXPECT_EQ(model.w[at(1, 5, c)], 0.f);
    EXPECT_EQ(model.h[at(c, x.padded_columns(), 7)], 0.f);
  }
}

TEST(Divergence, FallsAndIsThatOfTheFactors) {
  for (const bool poisson : {false, true}) {  // the scaling is not looked at
    falls_and_is_right<std::uint8_t>(60, poisson);
    falls_and_is_right<std::uint16_t>(3000, poisson);
    falls_and_is_right<float>(200, poisson);
  }
}

template <class T>
void same_bytes_from_every_set(std::int64_t m, int k, double dose) {
  const VectorFrames<T> source(1100, m, poisson_counts<T>(1100, m, 4, dose));
  const Matrix x(source, {}, alone);
  const Scaling scaling = measure(x, true);
  const auto list = available_divergence_kernels();
  std::vector<Model> models;
  std::vector<double> divergences;
  for (int s = 0; s < list.count; ++s) {
    DivergencePass pass(x, scaling, *list.sets[s]);
    models.push_back(some_model(pass, k));
    DivergenceReport report;
    for (int i = 0; i < 3; ++i) report = iterate(models.back(), pass, {});
    divergences.push_back(report.divergence);
    EXPECT_EQ(models.back().w, models.front().w) << list.sets[s]->name << ", " << k << " components";
    EXPECT_EQ(models.back().h, models.front().h) << list.sets[s]->name << ", " << k << " components";
    EXPECT_EQ(divergences.back(), divergences.front()) << list.sets[s]->name << ", " << k << " components";
  }
}

TEST(Divergence, EveryInstructionSetGivesTheSameBytes) {
  for (const int k : {1, 5, 8, 19}) {
    same_bytes_from_every_set<std::uint8_t>(150, k, 100);
    same_bytes_from_every_set<std::uint8_t>(70, k, 5000);  // hardly a zero
    same_bytes_from_every_set<std::uint16_t>(90, k, 200);
  }
  same_bytes_from_every_set<float>(50, 3, 200);
}

TEST(Divergence, AConstructedFactorisationIsAFixedPoint) {
  constexpr int n = 1100, m = 50, k = 3;
  Model model{k, std::vector<float>(n * k), {}, {}};
  for (std::size_t i = 0; i < model.w.size(); ++i) model.w[i] = static_cast<float>(Random(5, 0, i, 0).bits() % 5);
  std::vector<float> h(k * m);
  for (std::size_t i = 0; i < h.size(); ++i) h[i] = static_cast<float>(Random(5, 1, i, 0).bits() % 7);
  std::vector<std::uint16_t> values;
  for (std::int64_t i = 0; i < n; ++i)
    for (std::int64_t j = 0; j < m; ++j) {
      float sum = 0;
      for (int c = 0; c < k; ++c) sum += model.w[at(i, k, c)] * h[at(c, m, j)];
      values.push_back(static_cast<std::uint16_t>(sum));
    }
  const VectorFrames<std::uint16_t> source(n, m, values);
  const Matrix x(source, {}, alone);
  const Scaling scaling = measure(x, false);
  DivergencePass pass(x, scaling);
  model.h.assign(at(k, x.padded_columns(), 0), 0.f);
  for (int c = 0; c < k; ++c) std::copy_n(h.begin() + c * m, m, model.h.begin() + c * x.padded_columns());
  normalise(model, pass);
  const Model before = model;
  const auto report = iterate(model, pass, {});
  EXPECT_NEAR(report.divergence / scaling.counts, 0, 1e-6);
  EXPECT_LT(report.kkt, 1e-5);
  for (std::size_t i = 0; i < model.w.size(); ++i) EXPECT_NEAR(model.w[i], before.w[i], 1e-3f * (1 + before.w[i])) << i;
}

TEST(Divergence, TheKktResidualFallsToTheToleranceAndIsScaleFree) {
  const VectorFrames<std::uint8_t> source(1200, 40, poisson_counts<std::uint8_t>(1200, 40, 3, 200));
  const Matrix x(source, {}, alone);
  const Scaling scaling = measure(x, true);
  DivergencePass pass(x, scaling);
  SolveOptions options;
  options.iterations = 5000;
  options.tolerance = 3e-4;
  const Solution solution = solve_divergence(
      pass, 3,
      [&] {
        FusedPass squares(x, scaling);
        return solve(squares, 3, [&](int) { return random_start(squares, 3, 1, 0); }, {});
      },
      options);
  EXPECT_TRUE(solution.converged);
  EXPECT_LE(solution.kkt.back(), 3e-4);
  EXPECT_EQ(solution.error.size(), solution.kkt.size());
  const double free_numbers = 3 * (1200 + 40 - 3);
  EXPECT_NEAR(solution.error.back(), 2 * direct_divergence<std::uint8_t>(x, solution.model) / (1200 * 40 - free_numbers), 1e-5);

  // Four times the counts and the loadings: the same distance from a stationary point.
  auto values = poisson_counts<std::uint8_t>(1200, 40, 3, 200);
  const VectorFrames<std::uint16_t> bright(1200, 40, [&] {
    std::vector<std::uint16_t> v;
    for (const auto value : values) v.push_back(static_cast<std::uint16_t>(4 * value));
    return v;
  }());
  const Matrix x4(bright, {}, alone);
  const Scaling scaling4 = measure(x4, true);
  DivergencePass pass4(x4, scaling4);
  Model a = solution.model, b = solution.model;
  for (std::int64_t j = 0; j < x.padded_columns(); ++j)  // far from one: a pattern that holds half of another
    for (Model* m : {&a, &b}) m->h[static_cast<std::size_t>(j)] += 0.5f * m->h[static_cast<std::size_t>(x.padded_columns() + j)];
  for (float& w : b.w) w *= 4.f;
  normalise(a, pass);
  normalise(b, pass4);
  const double residual = iterate(a, pass, {}).kkt;
  EXPECT_GT(residual, 1e-3);
  EXPECT_NEAR(iterate(b, pass4, {}).kkt / residual, 1, 1e-3);
}

TEST(Divergence, ExtrapolationTakesFewerReadings) {
  const VectorFrames<std::uint8_t> source(1500, 120, poisson_counts<std::uint8_t>(1500, 120, 5, 100));
  const Matrix x(source, {}, alone);
  const Scaling scaling = measure(x, true);
  DivergencePass pass(x, scaling);
  FusedPass squares(x, scaling);
  const Solution start = solve(squares, 5, [&](int) { return random_start(squares, 5, 1, 0); }, {});
  Model plain = start.model;
  unscale(plain, scaling, x);
  normalise(plain, pass);
  Model fast = plain;
  Momentum momentum;
  double last = 1e30;
  for (int i = 0; i < 40; ++i) {
    const double now = iterate(fast, pass, {}, &momentum).divergence;
    EXPECT_LT(now, last + 1e-4 * scaling.counts) << "begun anew before it does harm";
    last = now;
  }
  const double reached = divergence_of(fast, pass);
  EXPECT_NEAR(reached, direct_divergence<std::uint8_t>(x, fast), 2e-6 * reached);
  for (int i = 0; i < 80; ++i) (void)iterate(plain, pass, {});
  EXPECT_LT(reached, divergence_of(plain, pass)) << "than twice as many without it";
}

TEST(Divergence, WhatShouldNotBeZeroLeavesIt) {
  const VectorFrames<std::uint8_t> source(1200, 40, poisson_counts<std::uint8_t>(1200, 40, 3, 200));
  const Matrix x(source, {}, alone);
  const Scaling scaling = measure(x, false);
  DivergencePass pass(x, scaling);
  Model model = some_model(pass, 3), holes = model;
  for (std::size_t i = 0; i < holes.w.size(); i += 4) holes.w[i] = 0;
  for (std::size_t i = 0; i < holes.h.size(); i += 7) holes.h[i] = 0;
  normalise(holes, pass);
  for (int i = 0; i < 400; ++i) {
    (void)iterate(model, pass, {});
    (void)iterate(holes, pass, {});
  }
  // Zeros that stayed would cost a quarter of all weights.
  EXPECT_NEAR(divergence_of(holes, pass) / divergence_of(model, pass), 1, 2e-3);
}

TEST(Divergence, LikelyLoadingsAreTheBestOfEveryRow) {
  const VectorFrames<std::uint8_t> source(1500, 60, poisson_counts<std::uint8_t>(1500, 60, 4, 30));
  const Matrix x(source, {}, alone);
  const Scaling scaling = measure(x, true);
  DivergencePass pass(x, scaling);
  Model model = some_model(pass, 4);
  for (int i = 0; i < 60; ++i) (void)iterate(model, pass, {});
  model.w = likely_loadings(model.h, 4, pass, 3000);
  int positive = 0, small = 0;
  for (std::int64_t r = 0; r < x.my_rows(); ++r) {
    const auto* row = reinterpret_cast<const std::uint8_t*>(x.row(r));
    double fitted = 0;
    for (std::int64_t j = 0; j < x.columns(); ++j) fitted += fit(x, model, r, j);
    const double counts = scaling.row_sum[static_cast<std::size_t>(r)];
    EXPECT_NEAR(fitted, counts, 1e-4 * counts) << "the fit has the counts of the row";
    for (int c = 0; c < 4; ++c) {  // Karush, Kuhn and Tucker, relative to S_c
      double sum = 0, numerator = 0;
      for (std::int64_t j = 0; j < x.columns(); ++j) {
        const auto h = static_cast<double>(model.h[at(c, x.padded_columns(), j)]);
        sum += h;
        if (row[j] > 0) numerator += h * row[j] / fit(x, model, r, j);
      }
      const double share = static_cast<double>(model.w[at(r, 4, c)]) * sum / std::max(1.0, counts);
      EXPECT_LT(numerator / sum, 1.02) << r;
      if (share > 0.02) { EXPECT_GT(numerator / sum, 0.98) << r; }
      ++(share > 0.02 ? positive : small);
    }
  }
  EXPECT_GT(positive, 1500);
  EXPECT_GT(small, 300);
}

/// A scan of known rates, and counts drawn from them.
struct Known {
  static constexpr std::int64_t n = 3000, m = 400;
  static constexpr int k = 4;
  std::vector<double> rates;
  std::vector<std::uint8_t> counts;
  explicit Known(double dose) {
    std::vector<double> h(k * m), w(k);
    for (std::size_t i = 0; i < h.size(); ++i) {
      Random random(11, 1, i, 0);
      h[i] = (random.uniform() < 0.15 ? random.uniform() : 0.01) * 12 / m;
    }
    for (std::int64_t i = 0; i < n; ++i) {
      Random random(11, 2, static_cast<std::uint64_t>(i), 0);
      double sum = 0;
      for (double& v : w) sum += v = std::pow(random.uniform(), 2);
      for (std::int64_t j = 0; j < m; ++j) {
        double rate = 0;
        for (int c = 0; c < k; ++c) rate += dose * w[static_cast<std::size_t>(c)] / sum * h[at(c, m, j)];
        rates.push_back(rate);
        counts.push_back(static_cast<std::uint8_t>(std::min<std::int64_t>(255, random.poisson(rate))));
      }
    }
  }
  /// Divergence of the true rates from a fit, which is at least a thousandth of the mean rate everywhere.
  [[nodiscard]] double from(const Matrix& x, const Model& model, const Scaling& s, bool scaled) const {
    double mean = 0, d = 0;
    for (const double rate : rates) mean += rate / static_cast<double>(rates.size());
    for (std::int64_t r = 0; r < n; ++r)
      for (std::int64_t j = 0; j < m; ++j) {
        const double root = scaled ? s.root_row[static_cast<std::size_t>(r)] * s.root_column[static_cast<std::size_t>(j)] : 1;
        const double y = std::max(1e-3 * mean, fit(x, model, r, j) * root), rate = rates[at(r, m, j)];
        d += rate * std::log(rate / y) - rate + y;
      }
    return d;
  }
};

TEST(Divergence, IsCloserToTheTrueRatesThanLeastSquaresWhereCountsAreFew) {
  const Known truth(300);  // 0.75 to a pixel
  const VectorFrames<std::uint8_t> source(Known::n, Known::m, truth.counts);
  const Matrix x(source, {}, alone);
  const auto squares = [&](const Scaling& scaling) {
    FusedPass pass(x, scaling);
    return solve(pass, Known::k, [&](int) { return random_start(pass, Known::k, 1, 0); }, {});
  };
  const Scaling plain = measure(x, false), poisson = measure(x, true);
  const Solution least = squares(plain), weighted = squares(poisson);
  DivergencePass pass(x, poisson);
  const Solution likely = solve_divergence(pass, Known::k, [&] { return weighted; }, {});
  const double a = truth.from(x, likely.model, poisson, false);
  EXPECT_LT(a, 0.95 * truth.from(x, least.model, plain, true));
  EXPECT_LT(a, 0.95 * truth.from(x, weighted.model, poisson, true));
}

}  // namespace
}  // namespace ronchi::decompose
