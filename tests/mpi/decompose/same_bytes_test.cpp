// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// The same bytes for any number of ranks: every rank also does the whole work alone, and compares.
#include <gtest/gtest.h>

#include "framework/base/error.hpp"
#include "stages/decompose/fused_pass.hpp"
#include "stages/decompose/solve.hpp"
#include "tests/support/counts.hpp"
#include "tests/support/temporary.hpp"

namespace ronchi::decompose {
namespace {

using testing::poisson_counts;
using testing::VectorFrames;

struct Result {
  Solution solution;
  Pca pca;
  Scaling scaling;
};

SolveOptions solve_options(const Sparsity& sparsity = {}) {
  SolveOptions options;
  options.hals.sparsity = sparsity;
  options.iterations = 12;
  options.tolerance = 0;
  options.starts = 2;
  options.trial_iterations = 3;
  return options;
}

Result decompose_with(const FrameSource& source, const Masks& masks, const Communicator& comm, bool poisson, Start start, int k,
                      const IntegerKernels* integers, const Sparsity& sparsity) {
  const Matrix x(source, masks, comm);
  Result r;
  r.scaling = measure(x, poisson);
  FusedPass pass(x, r.scaling, best_kernels(), integers);
  PcaOptions options;
  options.components = k;
  options.passes = 5;
  r.pca = principal_components(pass, options, 9);
  r.solution = solve(
      pass, k,
      [&](int number) {
        if (number > 0 || start == Start::random) return random_start(pass, k, 9, number);
        return start == Start::anchor ? anchor_start(pass, r.pca, k, 9) : nndsvd_start(pass, r.pca, k, start == Start::nndsvda, 9);
      },
      solve_options(sparsity));
  return r;
}

/// Integer arithmetic: the rank that is alone has other kernels.
void expect_same(const FrameSource& source, const Masks& masks, bool poisson, Start start, int k, bool integer = false,
                 const Sparsity& sparsity = {}) {
  const auto world = Communicator::world();
  const Communicator alone;
  const auto list = available_integer_kernels();
  const Result together = decompose_with(source, masks, world, poisson, start, k, integer ? list.sets[0] : nullptr, sparsity),
               single =
                   decompose_with(source, masks, alone, poisson, start, k, integer ? list.sets[list.count - 1] : nullptr, sparsity);
  EXPECT_EQ(together.solution.error, single.solution.error);
  EXPECT_EQ(together.solution.kkt, single.solution.kkt);
  EXPECT_EQ(together.solution.model.h, single.solution.model.h);
  EXPECT_EQ(together.solution.start, single.solution.start);
  EXPECT_EQ(together.pca.squares, single.pca.squares);
  EXPECT_EQ(together.pca.v, single.pca.v);
  EXPECT_EQ(together.scaling.norm2, single.scaling.norm2);
  EXPECT_EQ(together.scaling.column_mean, single.scaling.column_mean);
  const Matrix x(source, masks, world);
  const std::int64_t first = first_row_of(x);
  const auto part = [&](const std::vector<float>& all, int width) {
    return std::vector<float>(all.begin() + first * width, all.begin() + (first + x.my_rows()) * width);
  };
  EXPECT_EQ(together.solution.model.w, part(single.solution.model.w, k));
  EXPECT_EQ(together.pca.scores, part(single.pca.scores, single.pca.components));
}

TEST(SameBytes, CountsWithPoissonScalingAndMasks) {
  const VectorFrames<std::uint8_t> source(5000, 90, poisson_counts<std::uint8_t>(5000, 90, 4, 200));
  Masks masks;
  for (int i = 0; i < 5000; ++i) masks.navigation.push_back(i % 7 == 3 || (i > 2047 && i < 3072) ? 1 : 0);  // a whole block too
  for (int j = 0; j < 90; ++j) masks.signal.push_back(j % 11 == 0 ? 1 : 0);
  for (const bool integer : {false, true}) expect_same(source, masks, true, Start::nndsvda, 4, integer);
}

TEST(SameBytes, SparsityPenalties) {
  const VectorFrames<std::uint8_t> source(5000, 90, poisson_counts<std::uint8_t>(5000, 90, 4, 200));
  Masks masks;
  for (int i = 0; i < 5000; ++i) masks.navigation.push_back(i % 7 == 3 ? 1 : 0);
  for (const bool integer : {false, true}) expect_same(source, masks, false, Start::random, 4, integer, {0.3, 0.1});
}

TEST(SameBytes, SixteenBitAnchors) {
  const VectorFrames<std::uint16_t> source(3100, 64, poisson_counts<std::uint16_t>(3100, 64, 5, 5000));
  for (const bool integer : {false, true}) expect_same(source, {}, false, Start::anchor, 5, integer);
}

TEST(SameBytes, FloatsAndFewerRowsThanABlock) {
  std::vector<float> values;
  for (const auto v : poisson_counts<std::uint16_t>(300, 50, 3, 900)) values.push_back(static_cast<float>(v) * 0.37f);
  const VectorFrames<float> source(300, 50, values);  // all ranks but one have no rows
  expect_same(source, {}, true, Start::random, 3);
}

/// A team that is asked to stop at its n-th question.
engine::Team team_that_stops(const Communicator& comm, const std::filesystem::path& checkpoints, int& questions, int stop_at) {
  return engine::Team(
      comm, 1, engine::Checkpoints(checkpoints), [&questions, stop_at] { return ++questions == stop_at; }, nullptr);
}

/// With integers every attempt has other kernels: a job may go on on another machine.
void stop_anywhere_and_resume(bool integer) {
  const auto world = Communicator::world();
  const VectorFrames<std::uint8_t> source(4200, 60, poisson_counts<std::uint8_t>(4200, 60, 4, 200));
  Masks masks;
  for (int i = 0; i < 4200; ++i) masks.navigation.push_back(i % 5 == 1 ? 1 : 0);
  const Matrix x(source, masks, world);
  const Scaling scaling = measure(x, true);
  const auto list = available_integer_kernels();
  const auto pass_of = [&](int attempt) {
    return FusedPass(x, scaling, best_kernels(), integer ? list.sets[attempt % list.count] : nullptr);
  };
  FusedPass first = pass_of(0);
  const auto start = [&](int number) { return random_start(first, 4, 2, number); };
  const Solution undisturbed = solve(first, 4, start, solve_options());
  for (const int every : {1, 2, 5}) {  // stops in the first trial, between trials, after them
    const testing::TemporaryDirectory directory;
    const std::filesystem::path shared = world.broadcast(directory.path().string());
    int stops = 0;
    for (;;) {
      int questions = 0;
      const auto team = team_that_stops(world, shared / "checkpoints", questions, every);
      try {
        FusedPass pass = pass_of(stops);
        const Solution resumed = solve(pass, 4, start, solve_options(), &team);
        EXPECT_EQ(resumed.model.w, undisturbed.model.w);
        EXPECT_EQ(resumed.model.h, undisturbed.model.h);
        EXPECT_EQ(resumed.error, undisturbed.error);
        EXPECT_EQ(resumed.kkt, undisturbed.kkt);
        break;
      } catch (const engine::Stopped&) {
        ++stops;
        ASSERT_LT(stops, 100);
      }
      world.barrier();
    }
    EXPECT_GE(stops, 2);
    world.barrier();
  }
}

TEST(SameBytes, StoppedAnywhereAndResumed) { stop_anywhere_and_resume(false); }
TEST(SameBytes, StoppedAnywhereAndResumedInIntegersOnAnotherProcessor) { stop_anywhere_and_resume(true); }

TEST(SameBytes, ACheckpointOfManyRanksIsReadByOne) {
  const auto world = Communicator::world();
  const VectorFrames<std::uint8_t> source(4200, 60, poisson_counts<std::uint8_t>(4200, 60, 4, 200));
  const testing::TemporaryDirectory directory;
  const std::filesystem::path shared = world.broadcast(directory.path().string());
  const Matrix x(source, {}, world);
  const Scaling scaling = measure(x, false);
  FusedPass pass(x, scaling);
  int questions = 0;
  const auto team = team_that_stops(world, shared / "checkpoints", questions, 5);
  EXPECT_THROW((void)solve(
                   pass, 4, [&](int number) { return random_start(pass, 4, 2, number); }, solve_options(), &team),
               engine::Stopped);
  world.barrier();

  const Communicator alone;
  const Matrix whole(source, {}, alone);
  const Scaling whole_scaling = measure(whole, false);
  FusedPass whole_pass(whole, whole_scaling);
  const auto start = [&](int number) { return random_start(whole_pass, 4, 2, number); };
  int never = 0;
  const auto reader = team_that_stops(alone, shared / "checkpoints", never, -1);
  const auto loaded = load_checkpoint(whole, 4, reader.checkpoints());
  ASSERT_TRUE(loaded.has_value());
  EXPECT_EQ(loaded->start, 1);  // the second of the two trials
  EXPECT_EQ(loaded->error.size(), 2u);
  world.barrier();
  if (world.leads()) {  // going on writes no further checkpoint within the first minute
    const Solution resumed = solve(whole_pass, 4, start, solve_options(), &reader),
                   undisturbed = solve(whole_pass, 4, start, solve_options());
    EXPECT_EQ(resumed.model.w, undisturbed.model.w);
    EXPECT_EQ(resumed.model.h, undisturbed.model.h);
  }
  EXPECT_FALSE(load_checkpoint(whole, 5, reader.checkpoints()).has_value()) << "a checkpoint of another model is not used";
  world.barrier();
}

TEST(SameBytes, OneBadFrameIsReportedByAllRanks) {
  const auto world = Communicator::world();
  std::vector<float> values(5000 * 8, 1.f);
  values[3500 * 8 + 2] = std::nanf("");
  const VectorFrames<float> source(5000, 8, values);
  try {
    const Matrix x(source, {}, world);
    FAIL() << "a NaN was accepted";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.error().fault, Fault::numeric);
    EXPECT_NE(std::string(failure.what()).find("frame 3500"), std::string::npos) << failure.what();
  }
}

}  // namespace
}  // namespace ronchi::decompose
