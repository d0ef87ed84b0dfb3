// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// The Kullback-Leibler loss: the same bytes for any number of ranks, in memory or window by window, stopped anywhere and resumed.
#include <gtest/gtest.h>

#include "framework/base/error.hpp"
#include "stages/decompose/divergence_solve.hpp"
#include "stages/decompose/fused_pass.hpp"
#include "tests/support/counts.hpp"
#include "tests/support/temporary.hpp"

namespace ronchi::decompose {
namespace {

using testing::poisson_counts;
using testing::VectorFrames;

constexpr int k = 5;

struct Counts {
  VectorFrames<std::uint8_t> source{5000, 90, poisson_counts<std::uint8_t>(5000, 90, 4, 60)};
  Masks masks;
  Counts() {
    for (int i = 0; i < 5000; ++i) masks.navigation.push_back(i % 7 == 3 || (i > 2047 && i < 3072) ? 1 : 0);  // a whole block too
    for (int j = 0; j < 90; ++j) masks.signal.push_back(j % 11 == 0 ? 1 : 0);
  }
};

Solution factorise(const Matrix& x, const Scaling& scaling, const engine::Team* team = nullptr) {
  FusedPass squares(x, scaling);
  DivergencePass counts(x, scaling);
  SolveOptions options;
  options.iterations = 7;
  options.tolerance = 0;
  options.starts = 2;
  options.trial_iterations = 2;
  const auto start = [&](int number) { return random_start(squares, k, 9, number); };
  return solve_divergence(
      counts, k, [&] { return solve(squares, k, start, options, team); }, options, team);
}

void expect_same(const Solution& mine, const Solution& whole, std::int64_t first_row, std::int64_t rows) {
  EXPECT_EQ(mine.model.h, whole.model.h);
  EXPECT_EQ(mine.error, whole.error);
  EXPECT_EQ(mine.kkt, whole.kkt);
  EXPECT_EQ(mine.start, whole.start);
  EXPECT_EQ(mine.divergence, whole.divergence);
  EXPECT_EQ(mine.model.w,
            std::vector<float>(whole.model.w.begin() + first_row * k, whole.model.w.begin() + (first_row + rows) * k));
}

TEST(DivergenceBytes, AnyNumberOfRanksAndWindows) {
  const auto world = Communicator::world();
  const Communicator alone;
  const Counts d;
  const Matrix whole(d.source, d.masks, alone);
  const Solution single = factorise(whole, measure(whole, true));
  EXPECT_EQ(single.error.size(), 7u);
  for (const std::int64_t window : {Matrix::in_memory, std::int64_t{1}}) {  // one block at a time
    const Matrix x(d.source, d.masks, world, window);
    EXPECT_EQ(x.streams(), window != Matrix::in_memory);
    const Scaling scaling = measure(x, true);
    expect_same(factorise(x, scaling), single, first_row_of(x), x.my_rows());
    DivergencePass pass(x, scaling);
    const Scaling whole_scaling = measure(whole, true);
    DivergencePass whole_pass(whole, whole_scaling);
    const auto loadings = likely_loadings(single.model.h, k, pass), all = likely_loadings(single.model.h, k, whole_pass);
    EXPECT_EQ(loadings, std::vector<float>(all.begin() + first_row_of(x) * k, all.begin() + (first_row_of(x) + x.my_rows()) * k));
  }
}

TEST(DivergenceBytes, StoppedAnywhereAndResumed) {
  const auto world = Communicator::world();
  const Counts d;
  const Matrix x(d.source, d.masks, world);
  const Scaling scaling = measure(x, true);
  const Solution undisturbed = factorise(x, scaling);
  for (const int every : {1, 3, 8}) {  // in the least squares before it, between both, after that
    const testing::TemporaryDirectory directory;
    const std::filesystem::path shared = world.broadcast(directory.path().string());
    int stops = 0, beyond = 0;
    for (;; ++stops) {
      ASSERT_LT(stops, 100);
      int questions = 0;
      const engine::Team team(
          world, 1, engine::Checkpoints(shared / "checkpoints"), [&] { return ++questions == every; }, nullptr);
      beyond += load_checkpoint(x, k, team.checkpoints(), Loss::kullback_leibler) ? 1 : 0;
      try {
        expect_same(factorise(x, scaling, &team), undisturbed, 0, x.my_rows());
        break;
      } catch (const engine::Stopped&) { world.barrier(); }
    }
    EXPECT_GE(stops, 1);
    EXPECT_GE(beyond, 1) << "it was stopped in the Kullback-Leibler iterations, too";
    world.barrier();
  }
}

}  // namespace
}  // namespace ronchi::decompose
