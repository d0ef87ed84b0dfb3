// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "stages/decompose/fused_pass.hpp"
#include "stages/decompose/solve.hpp"
#include "tests/support/counts.hpp"

namespace ronchi::decompose {
namespace {

using testing::poisson_counts;
using testing::VectorFrames;

const Communicator alone;

/// ||X~ - W H|| / ||X~|| element by element in double, from the matrix itself.
template <class T>
double direct_error(const Matrix& x, const Scaling& s, const Model& model) {
  double residual = 0, norm = 0;
  for (std::int64_t r = 0; r < x.my_rows(); ++r)
    for (std::int64_t j = 0; j < x.columns(); ++j) {
      const double value = static_cast<double>(reinterpret_cast<const T*>(x.row(r))[j]) *
                           static_cast<double>(s.row[static_cast<std::size_t>(r)]) *
                           static_cast<double>(s.column[static_cast<std::size_t>(j)]);
      double fit = 0;
      for (int c = 0; c < model.k; ++c)
        fit += static_cast<double>(model.w[static_cast<std::size_t>(r * model.k + c)]) *
               static_cast<double>(model.h[static_cast<std::size_t>(c * x.padded_columns() + j)]);
      residual += (value - fit) * (value - fit);
      norm += value * value;
    }
  return std::sqrt(residual / norm);
}

TEST(Hals, TheReportedErrorIsThatOfTheFactors) {
  for (const bool poisson : {false, true}) {
    const VectorFrames<std::uint8_t> source(1500, 100, poisson_counts<std::uint8_t>(1500, 100, 4, 300));
    const Matrix x(source, {}, alone);
    const Scaling scaling = measure(x, poisson);
    FusedPass pass(x, scaling);
    Model model = random_start(pass, 4, 3, 0);
    double last = 1e9;
    for (int i = 0; i < 10; ++i) {
      const auto report = iterate(model, pass, {});
      EXPECT_LE(report.error, last * (1 + 1e-6)) << "HALS never makes the objective larger";
      last = report.error;
      EXPECT_NEAR(report.error, direct_error<std::uint8_t>(x, scaling, model), 1e-5);
    }
  }
}

TEST(Hals, AConstructedFactorisationIsAFixedPoint) {
  // X = W H exactly, in small integers: residual zero, gradient zero.
  constexpr int n = 1100, m = 50, k = 3;
  std::vector<float> w(n * k), h(k * m);
  Random random(5, 0, 0, 0);
  for (float& v : w) v = static_cast<float>(random.bits() % 5);
  for (float& v : h) v = static_cast<float>(random.bits() % 7);
  std::vector<std::uint16_t> values(n * m);
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < m; ++j) {
      float sum = 0;
      for (int c = 0; c < k; ++c) sum += w[static_cast<std::size_t>(i * k + c)] * h[static_cast<std::size_t>(c * m + j)];
      values[static_cast<std::size_t>(i * m + j)] = static_cast<std::uint16_t>(sum);
    }
  const VectorFrames<std::uint16_t> source(n, m, values);
  const Matrix x(source, {}, alone);
  const Scaling scaling = measure(x, false);
  FusedPass pass(x, scaling);
  Model model{k, w, std::vector<float>(static_cast<std::size_t>(k * x.padded_columns()), 0.f)};
  for (int c = 0; c < k; ++c)
    for (int j = 0; j < m; ++j)
      model.h[static_cast<std::size_t>(c * x.padded_columns() + j)] = h[static_cast<std::size_t>(c * m + j)];
  normalise(model, pass);
  const auto report = iterate(model, pass, {});
  EXPECT_LT(report.kkt, 1e-5);
  EXPECT_LT(report.error, 1e-3);  // the root of the rounding of the trace formula
  EXPECT_LT(direct_error<std::uint16_t>(x, scaling, model), 1e-5);
}

TEST(Hals, TheKktResidualFallsToTheToleranceAndIsScaleFree) {
  const VectorFrames<std::uint8_t> source(1200, 64, poisson_counts<std::uint8_t>(1200, 64, 3, 200));
  const Matrix x(source, {}, alone);
  const Scaling scaling = measure(x, false);
  FusedPass pass(x, scaling);
  SolveOptions options;
  options.iterations = 3000;
  options.tolerance = 1e-5;
  const auto solution = solve(
      pass, 3, [&](int number) { return random_start(pass, 3, 1, number); }, options);
  EXPECT_TRUE(solution.converged);
  EXPECT_LE(solution.kkt.back(), 1e-5);

  // Dividing W by 8 and multiplying H by 8 changes nothing that counts.
  Model a = solution.model, b = solution.model;
  for (float& v : b.w) v /= 8;
  for (float& v : b.h) v *= 8;
  normalise(b, pass);
  EXPECT_EQ(iterate(a, pass, {}).kkt, iterate(b, pass, {}).kkt);
}

TEST(Hals, EmptyRowsColumnsAndDataAreNoProblem) {
  auto counts = poisson_counts<std::uint8_t>(300, 40, 3, 100);
  for (int j = 0; j < 40; ++j) counts[static_cast<std::size_t>(17 * 40 + j)] = 0;
  for (int i = 0; i < 300; ++i) counts[static_cast<std::size_t>(i * 40 + 5)] = 0;
  for (const bool empty : {false, true})
    for (const bool poisson : {false, true}) {
      const VectorFrames<std::uint8_t> source(300, 40, empty ? std::vector<std::uint8_t>(300 * 40, 0) : counts);
      const Matrix x(source, {}, alone);
      const Scaling scaling = measure(x, poisson);
      FusedPass pass(x, scaling);
      for (const int k : {1, 3, 60}) {  // 60: more components than pixels
        Model model = random_start(pass, k, 3, 0);
        for (int i = 0; i < 5; ++i) {
          const auto report = iterate(model, pass, {});
          EXPECT_TRUE(std::isfinite(report.error) && std::isfinite(report.kkt));
        }
        for (const float v : model.w) ASSERT_TRUE(std::isfinite(v) && v >= 0);
        for (const float v : model.h) ASSERT_TRUE(std::isfinite(v) && v >= 0);
        for (int c = 0; c < k; ++c)
          EXPECT_EQ(model.w[static_cast<std::size_t>(17 * k + c)], 0.f) << "an empty frame has no loadings";
      }
    }
}

TEST(Hals, TwoHundredAndFiftySixComponents) {
  const VectorFrames<std::uint8_t> source(700, 300, poisson_counts<std::uint8_t>(700, 300, 6, 400));
  const Matrix x(source, {}, alone);
  const Scaling scaling = measure(x, false);
  FusedPass pass(x, scaling);
  Model model = random_start(pass, 256, 1, 0);
  IterationReport report;
  for (int i = 0; i < 5; ++i) report = iterate(model, pass, {});
  EXPECT_NEAR(report.error, direct_error<std::uint8_t>(x, scaling, model), 1e-4);
}

TEST(Hals, EveryInstructionSetGivesTheSameBytes) {
  const VectorFrames<std::uint16_t> source(1300, 70, poisson_counts<std::uint16_t>(1300, 70, 4, 2000));
  const Matrix x(source, {}, alone);
  const Scaling scaling = measure(x, true);
  const auto list = available_kernels();
  std::vector<Model> models;
  for (int s = 0; s < list.count; ++s) {
    FusedPass pass(x, scaling, *list.sets[s]);
    Model model = random_start(pass, 5, 3, 0);
    for (int i = 0; i < 3; ++i) iterate(model, pass, {});
    models.push_back(std::move(model));
    EXPECT_EQ(models.back().w, models.front().w) << list.sets[s]->name;
    EXPECT_EQ(models.back().h, models.front().h) << list.sets[s]->name;
  }
}

TEST(Hals, ManyStartsKeepTheBest) {
  const VectorFrames<std::uint8_t> source(400, 60, poisson_counts<std::uint8_t>(400, 60, 6, 300));
  const Matrix x(source, {}, alone);
  const Scaling scaling = measure(x, false);
  FusedPass pass(x, scaling);
  const auto start = [&](int number) { return random_start(pass, 6, 3, number); };
  SolveOptions options;
  options.tolerance = 0;
  options.iterations = options.trial_iterations = 12;
  double best = 1;
  for (int number = 0; number < 4; ++number)
    best = std::min(best, solve(
                              pass, 6, [&](int) { return start(number); }, options)
                              .error.back());
  options.starts = 4;
  EXPECT_EQ(solve(pass, 6, start, options).error.back(), best);
}

}  // namespace
}  // namespace ronchi::decompose
