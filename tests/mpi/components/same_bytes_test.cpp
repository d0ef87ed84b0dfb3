// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// The same bytes for any number of ranks: every rank also does the whole work alone, and compares.
#include <gtest/gtest.h>

#include "framework/engine/stage.hpp"
#include "stages/components/sweep.hpp"
#include "tests/support/counts.hpp"
#include "tests/support/temporary.hpp"

namespace ronchi::components {
namespace {

using testing::poisson_counts;
using testing::VectorFrames;

SweepOptions small() {
  SweepOptions o;
  o.most = 6;
  o.perturbations = 3;
  o.sketch = 16;
  o.iterations = 15;
  o.checkpoint_every = 0;
  return o;
}

VectorFrames<std::uint8_t> data() { return {4500, 70, poisson_counts<std::uint8_t>(4500, 70, 3, 200)}; }

decompose::Masks masks() {
  decompose::Masks m;
  for (int i = 0; i < 4500; ++i) m.navigation.push_back(i % 7 == 3 || (i > 2047 && i < 3072) ? 1 : 0);  // a whole block too
  m.signal.assign(70, 0);
  m.signal[5] = m.signal[33] = 1;
  return m;
}

Findings swept(const engine::Team& team) {
  const auto source = data();
  return sweep(source, masks(), small(), 5, decompose::Matrix::in_memory, team).findings;
}

Findings alone() {
  const Communicator self;
  return swept(engine::Team(self, 1, {}, [] { return false; }, {}));
}

void expect_same(const Findings& a, const Findings& b) {
  EXPECT_EQ(a.spectrum, b.spectrum);
  EXPECT_EQ(a.distinct, b.distinct);
  EXPECT_EQ(a.deviance, b.deviance);
  EXPECT_EQ(a.stability_least, b.stability_least);
  EXPECT_EQ(a.stability_mean, b.stability_mean);
}

TEST(SameBytes, OnAnyNumberOfRanks) {
  const auto world = Communicator::world();
  expect_same(swept(engine::Team(world, 1, {}, [] { return false; }, {})), alone());
}

TEST(SameBytes, StoppedAndResumed) {
  const auto world = Communicator::world();
  const testing::TemporaryDirectory directory;
  const std::filesystem::path shared = world.broadcast(directory.path().string()), checkpoints = shared / "checkpoints";
  int stops = 0;
  std::optional<Findings> found;
  while (!found) {
    // Questions are asked in every iteration: the first team is stopped in the first run, the next ones further on.
    int questions = 0;
    const int until = 25 + 15 * stops;
    const engine::Team team(world, 1, engine::Checkpoints(checkpoints), [&] { return ++questions == until; }, {});
    try {
      found = swept(team);
    } catch (const engine::Stopped&) {
      ++stops;
      const auto saved = engine::Checkpoints(checkpoints).load();
      ASSERT_TRUE(saved);
      EXPECT_GE(saved->step, 1) << "a finished run is in it";
      ASSERT_LT(stops, 20);
    }
  }
  EXPECT_GE(stops, 1);
  expect_same(*found, alone());
}

}  // namespace
}  // namespace ronchi::components
