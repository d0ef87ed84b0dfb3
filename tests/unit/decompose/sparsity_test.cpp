// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Sparsity penalties: what has to hold at a stationary point of the penalised problem, computed in double from the matrix itself.
#include <gtest/gtest.h>

#include <cmath>

#include "stages/decompose/fused_pass.hpp"
#include "stages/decompose/solve.hpp"
#include "tests/support/counts.hpp"

namespace ronchi::decompose {
namespace {

using testing::poisson_counts;
using testing::VectorFrames;

const Communicator alone;
constexpr int k = 3;

struct Problem {
  VectorFrames<std::uint8_t> source{1200, 64, poisson_counts<std::uint8_t>(1200, 64, k, 200)};
  Matrix x{source, {}, alone};
  Scaling scaling = measure(x, false);
  FusedPass pass{x, scaling};

  Solution solved(double loadings, double factors, int iterations = 3000) {
    SolveOptions options;
    options.iterations = iterations;
    options.tolerance = 1e-5;
    options.hals.sparsity = {loadings, factors};
    return solve(
        pass, k, [&](int) { return random_start(pass, k, 1, 0); }, options);
  }
  [[nodiscard]] double h(const Model& m, int c, std::int64_t j) const {
    return static_cast<double>(m.h[static_cast<std::size_t>(c * x.padded_columns() + j)]);
  }
  [[nodiscard]] static double w(const Model& m, std::int64_t r, int c) {
    return static_cast<double>(m.w[static_cast<std::size_t>(r * k + c)]);
  }
};

TEST(Sparsity, GradientsOfThePenalisedObjectiveVanish) {
  Problem problem;
  const double loadings = 3, factors = 0.2;
  const Solution solution = problem.solved(loadings, factors);
  ASSERT_TRUE(solution.converged);
  const Model& m = solution.model;
  const double of_w = loadings * 64, of_h = factors * 1200;
  std::vector<double> sum_w(k, 0), sum_h(k, 0);
  for (int c = 0; c < k; ++c) {
    for (std::int64_t r = 0; r < 1200; ++r) sum_w[static_cast<std::size_t>(c)] += Problem::w(m, r, c);
    for (std::int64_t j = 0; j < 64; ++j) sum_h[static_cast<std::size_t>(c)] += problem.h(m, c, j);
  }
  std::vector<double> gradient_w(1200 * k, 0), gradient_h(64 * k, 0);
  double squares = 0;
  for (std::int64_t r = 0; r < 1200; ++r)
    for (std::int64_t j = 0; j < 64; ++j) {
      double left = -static_cast<double>(reinterpret_cast<const std::uint8_t*>(problem.x.row(r))[j]);
      for (int c = 0; c < k; ++c) left += Problem::w(m, r, c) * problem.h(m, c, j);
      squares += left * left;
      for (int c = 0; c < k; ++c) {
        gradient_w[static_cast<std::size_t>(r * k + c)] += left * problem.h(m, c, j);
        gradient_h[static_cast<std::size_t>(j * k + c)] += left * Problem::w(m, r, c);
      }
    }
  double penalty = 0;
  int zeros = 0;
  const double norm = std::sqrt(problem.scaling.norm2);
  for (int c = 0; c < k; ++c) {
    const auto i = static_cast<std::size_t>(c);
    // d/dw of 2 sqrt(of_w of_h sum_w sum_h), the penalty at the best scale, and d/dh.
    const double root = std::sqrt(of_w * of_h * sum_w[i] * sum_h[i]);
    penalty += 2 * root;
    for (std::int64_t r = 0; r < 1200; ++r) {
      const double g = gradient_w[static_cast<std::size_t>(r * k + c)] + root / sum_w[i];
      if (Problem::w(m, r, c) > 0) { EXPECT_NEAR(g, 0, 1e-4 * norm); }
      EXPECT_GT(g, -1e-4 * norm);
      zeros += Problem::w(m, r, c) == 0 ? 1 : 0;
    }
    for (std::int64_t j = 0; j < 64; ++j) {
      const double g = gradient_h[static_cast<std::size_t>(j * k + c)] + root / sum_h[i];
      if (problem.h(m, c, j) > 0) { EXPECT_NEAR(g, 0, 1e-4 * norm * norm); }
      EXPECT_GT(g, -1e-4 * norm * norm);
      zeros += problem.h(m, c, j) == 0 ? 1 : 0;
    }
    EXPECT_GT(root / sum_w[i], 1e-3 * norm) << "the penalty is not negligible here";
  }
  EXPECT_GT(zeros, 100);
  EXPECT_NEAR(solution.error.back(), std::sqrt((squares + 2 * penalty) / problem.scaling.norm2), 1e-5);
}

TEST(Sparsity, TheProductOfBothIsWhatCounts) {
  Problem problem;
  const Solution a = problem.solved(0.4, 0.01), b = problem.solved(0.01, 0.4), other = problem.solved(0.4, 0.02);
  EXPECT_NEAR(a.error.back(), b.error.back(), 1e-6);
  EXPECT_GT(other.error.back(), a.error.back() + 1e-4);
}

TEST(Sparsity, APenaltyThatNothingIsWorthLeavesNothing) {
  Problem problem;
  for (const double weight : {100.0, 1e8}) {
    const Solution solution = problem.solved(weight, weight, 20);
    for (const float w : solution.model.w) EXPECT_EQ(w, 0.f);
    EXPECT_EQ(solution.error.back(), 1);
    EXPECT_EQ(solution.kkt.back(), 0);
    EXPECT_GT(solution.kkt.front(), 1e-2) << "the start was far from it";
  }
}

}  // namespace
}  // namespace ronchi::decompose
