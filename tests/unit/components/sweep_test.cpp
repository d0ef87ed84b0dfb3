// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/components/sweep.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "framework/base/error.hpp"
#include "framework/base/random.hpp"
#include "tests/support/counts.hpp"
#include "tests/support/frames.hpp"

namespace ronchi::components {
namespace {

using testing::poisson_counts;
using testing::VectorFrames;

SweepOptions small() {
  SweepOptions o;
  o.most = 8;
  o.perturbations = 6;
  o.sketch = 24;
  o.iterations = 40;
  return o;
}

SweepResult swept(const FrameSource& source, const SweepOptions& options, std::int64_t window = decompose::Matrix::in_memory) {
  const Communicator self;
  const engine::Team team(self, 1, {}, [] { return false; }, {});
  return sweep(source, {}, options, 11, window, team);
}

double middle(std::vector<double> v) {
  std::sort(v.begin(), v.end());
  return v[v.size() / 2];
}

TEST(Sweep, PlantedComponentsAreCountedByEachCriterion) {
  const VectorFrames<std::uint8_t> source(3000, 150, poisson_counts<std::uint8_t>(3000, 150, 4, 400));
  const SweepResult result = swept(source, small());
  const Recommendation r = recommend(result.findings);
  EXPECT_EQ(r.distinct, 4);
  EXPECT_EQ(r.components, 4);
  EXPECT_EQ(r.by_spectrum, 4);
  EXPECT_EQ(r.by_deviance, 4);
  EXPECT_EQ(r.by_stability, 4);
  EXPECT_FALSE(result.friedel);
  // NMFk on its own kind of data: stable up to the number that was planted, not beyond.
  const auto& least = result.findings.stability_least;
  EXPECT_GT(least[4 - 2], 0.9);
  EXPECT_LT(least[5 - 2], 0.6);
  EXPECT_LT(least[6 - 2], 0.6);
}

TEST(Sweep, NoiseStaysBelowTheEdge) {
  // One pattern: all that is beside it is noise.
  const VectorFrames<std::uint16_t> source(3000, 150, poisson_counts<std::uint16_t>(3000, 150, 1, 400));
  const auto f = swept(source, small()).findings;
  EXPECT_GT(f.spectrum[0], 10);
  EXPECT_LT(f.spectrum[1], 1.03) << "the largest value of noise scatters by a per cent about the edge";
  EXPECT_GT(f.spectrum[1], 0.9);
}

TEST(Sweep, TheHeldOutHalfFitsWorseWithMoreComponentsThanThereAre) {
  const VectorFrames<std::uint8_t> source(3000, 150, poisson_counts<std::uint8_t>(3000, 150, 3, 400));
  const auto f = swept(source, small()).findings;
  const auto deviance = [&](int k) { return middle(f.deviance[static_cast<std::size_t>(k - 2)]); };
  EXPECT_GT(deviance(2), deviance(3));
  for (int k = 4; k <= 8; ++k) EXPECT_GT(deviance(k), deviance(3)) << k << " components fit noise of the first half";
}

/// Flat patterns of 16 x 16 pixels; every electron is counted in a neighbour, too, with the given probability.
std::vector<std::uint8_t> shared_counts(int frames, double sharing) {
  constexpr int edge = 16;
  std::vector<std::uint8_t> counts(static_cast<std::size_t>(frames * edge * edge), 0);
  for (int i = 0; i < frames; ++i) {
    Random random(4, 1, static_cast<std::uint64_t>(i), 0);
    for (std::int64_t n = random.poisson(1500); n > 0; --n) {
      const int y = static_cast<int>(random.uniform() * edge), x = static_cast<int>(random.uniform() * edge);
      const auto at = [&](int row, int column) -> std::uint8_t& {
        return counts[static_cast<std::size_t>((i * edge + (row + edge) % edge) * edge + (column + edge) % edge)];
      };
      ++at(y, x);
      if (random.uniform() >= sharing) continue;
      const int side = static_cast<int>(random.uniform() * 4);
      ++at(y + (side == 0) - (side == 1), x + (side == 2) - (side == 3));
    }
  }
  return counts;
}

TEST(Sweep, ChargeSharingIsMeasuredAndRaisesTheEdge) {
  SweepOptions o = small();
  o.most = 3;
  o.perturbations = 1;
  o.iterations = 2;
  for (const double sharing : {0.0, 0.4}) {
    const testing::FakeFrames source({2000}, {16, 16}, shared_counts(2000, sharing));
    const SweepResult result = swept(source, o);
    // Of counts with the variance (1 + s) l, two neighbours have s l / 2 in common; of half of the counts half of that.
    EXPECT_NEAR(result.neighbours, 0.5 * sharing / 2 / (1 + sharing), 0.01) << sharing;
    EXPECT_LT(result.findings.spectrum[1], 1.04) << "noise, although neighbours are not independent";
  }
}

TEST(Sweep, DoesNotDependOnHowMuchOfTheDataIsInMemory) {
  const VectorFrames<std::uint8_t> source(5000, 90, poisson_counts<std::uint8_t>(5000, 90, 3, 300));
  SweepOptions o = small();
  o.perturbations = 2;
  o.most = 5;
  const auto whole = swept(source, o).findings, windows = swept(source, o, 2048 * 128).findings;
  EXPECT_EQ(whole.spectrum, windows.spectrum);
  EXPECT_EQ(whole.distinct, windows.distinct);
  EXPECT_EQ(whole.deviance, windows.deviance);
}

TEST(Sweep, FriedelPairsOfDataWithoutThemAreRefused) {
  const VectorFrames<std::uint8_t> source(100, 30, poisson_counts<std::uint8_t>(100, 30, 2, 300));
  SweepOptions o = small();
  o.friedel = true;
  EXPECT_THROW((void)swept(source, o), Failure);
}

}  // namespace
}  // namespace ronchi::components
