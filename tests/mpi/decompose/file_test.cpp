// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// The file that a decomposition writes: what is in it, and that it has the same bytes for any number of ranks.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "framework/base/error.hpp"
#include "tests/mpi/decompose/decompose_into.hpp"
#include "tests/support/counts.hpp"
#include "tests/support/files.hpp"
#include "tests/support/temporary.hpp"

namespace ronchi::decompose {
namespace {

using testing::poisson_counts;
using testing::VectorFrames;

struct Data {
  std::vector<std::uint8_t> counts = poisson_counts<std::uint8_t>(3000, 48, 4, 500);
  VectorFrames<std::uint8_t> source{3000, 48, counts};
  Masks masks;
  Options options;
  Data() {
    for (int i = 0; i < 3000; ++i) masks.navigation.push_back(i % 9 == 4 ? 1 : 0);
    for (int j = 0; j < 48; ++j) masks.signal.push_back(j < 3 ? 1 : 0);
    options.components = 4;
    options.iterations = 200;
    options.scree = 10;
  }
};

TEST(DecomposeFile, IntegersNeedCounts) {
  const auto world = Communicator::world();
  const testing::TemporaryDirectory folder;
  const std::filesystem::path shared = world.broadcast(folder.path().string());
  Data d;
  const VectorFrames<float> floats(3000, 48, {d.counts.begin(), d.counts.end()});
  d.options.arithmetic = Arithmetic::integer;
  try {
    decompose_into(shared / "floats.h5", floats, d.masks, d.options, world);
    FAIL() << "they were taken";
  } catch (const Failure& f) {
    EXPECT_EQ(f.error().fault, Fault::usage);
    EXPECT_NE(std::string(f.what()).find("arithmetic: float"), std::string::npos) << f.what();
  }
  world.barrier();
}

TEST(DecomposeFile, PenaltiesThatCannotBeAreRefused) {
  const auto world = Communicator::world();
  const testing::TemporaryDirectory folder;
  const std::filesystem::path shared = world.broadcast(folder.path().string());
  Data d;
  const auto refusal = [&] {
    std::string message;
    try {
      decompose_into(shared / "refused.h5", d.source, d.masks, d.options, world);
    } catch (const Failure& f) { message = f.what(); }
    world.barrier();
    return message;
  };
  d.options.sparsity = 0.1;
  d.options.sparsity_factors = 0;
  EXPECT_NE(refusal().find("sparsity_factors: auto"), std::string::npos);
  d.options.sparsity_factors.reset();
  d.options.loss = Loss::kullback_leibler;
  EXPECT_NE(refusal().find("loss: frobenius"), std::string::npos);
}

TEST(DecomposeFile, SameBytesForAnyNumberOfRanksAndAfterAStop) {
  const auto world = Communicator::world();
  const Communicator alone;
  Data d;
  const testing::TemporaryDirectory mine;
  const std::filesystem::path shared = world.broadcast(mine.path().string());
  decompose_into(shared / "together.h5", d.source, d.masks, d.options, world);
  int questions = 0;
  EXPECT_THROW(decompose_into(shared / "stopped.h5", d.source, d.masks, d.options, world, [&] { return ++questions == 13; }),
               engine::Stopped);
  world.barrier();
  decompose_into(shared / "resumed.h5", d.source, d.masks, d.options, world);
  world.barrier();
  decompose_into(mine / "alone.h5", d.source, d.masks, d.options, alone);
  const std::string expected = testing::contents(mine / "alone.h5");
  EXPECT_GT(expected.size(), 100000u);
  EXPECT_TRUE(testing::contents(shared / "together.h5") == expected);
  EXPECT_TRUE(testing::contents(shared / "resumed.h5") == expected);
  world.barrier();
}

TEST(DecomposeFile, SumsOverPositionsGiveTheSameBytesAndLoadingsOfEveryPosition) {
  const auto world = Communicator::world();
  const Communicator alone;
  Data d;
  d.options.bin_scan = 2;  // 1500 rows: two blocks
  const testing::TemporaryDirectory mine;
  const std::filesystem::path shared = world.broadcast(mine.path().string());
  decompose_into(shared / "together.h5", d.source, d.masks, d.options, world);
  world.barrier();
  decompose_into(mine / "alone.h5", d.source, d.masks, d.options, alone);
  EXPECT_TRUE(testing::contents(shared / "together.h5") == testing::contents(mine / "alone.h5"));
  world.barrier();
  const h5::File file = h5::File::open(mine / "alone.h5");
  const auto loadings = file.read<float>("nmf/loadings");
  ASSERT_EQ(loadings.size(), 3000u * 4);
  EXPECT_EQ(file.dataset("pca/loadings").shape(), (h5::Shape{3000, 10}));
  // Weighted least squares keeps the counts of a frame nearly; their Poisson noise over all frames is below 0.1 %.
  double fitted = 0, measured = 0;
  for (std::size_t i = 0; i < 3000; ++i) {
    for (std::size_t c = 0; c < 4; ++c) {
      fitted += static_cast<double>(loadings[i * 4 + c]);
      if (d.masks.navigation[i] != 0) { EXPECT_EQ(loadings[i * 4 + c], 0.f); }
    }
    for (std::size_t j = 3; j < 48 && d.masks.navigation[i] == 0; ++j) measured += d.counts[i * 48 + j];
  }
  EXPECT_NEAR(fitted / measured, 1, 0.02);
}

TEST(DecomposeFile, LoadingsTimesFactorsAreTheCounts) {
  const Communicator alone;
  Data d;
  for (const bool poisson : {false, true}) {
    const testing::TemporaryDirectory directory;
    d.options.poisson = poisson;
    decompose_into(directory / "result.h5", d.source, d.masks, d.options, alone);
    const h5::File file = h5::File::open(directory / "result.h5");
    EXPECT_EQ(file.attribute<bool>("poisson_normalised"), poisson);
    EXPECT_TRUE(file.attribute<bool>("converged"));
    EXPECT_EQ(file.attribute<std::int64_t>("components"), 4);
    const auto factors = file.read<float>("nmf/factors"), loadings = file.read<float>("nmf/loadings");
    ASSERT_EQ(factors.size(), 4u * 48);
    ASSERT_EQ(loadings.size(), 3000u * 4);
    std::vector<double> counts(4, 0), row_sums(3000, 0), column_sums(48, 0);
    for (std::size_t i = 0; i < 3000; ++i)
      for (std::size_t j = 3; j < 48 && d.masks.navigation[i] == 0; ++j) {
        row_sums[i] += d.counts[i * 48 + j];
        column_sums[j] += d.counts[i * 48 + j];
      }
    double residual = 0, norm = 0, fitted = 0, measured = 0;
    for (std::size_t i = 0; i < 3000; ++i)
      for (std::size_t c = 0; c < 4; ++c) {
        counts[c] += static_cast<double>(loadings[i * 4 + c]);
        if (d.masks.navigation[i] != 0) { EXPECT_EQ(loadings[i * 4 + c], 0.f); }
      }
    for (std::size_t c = 0; c < 4; ++c) {
      double sum = 0;
      for (std::size_t j = 0; j < 48; ++j) {
        sum += static_cast<double>(factors[c * 48 + j]);
        if (j < 3) { EXPECT_EQ(factors[c * 48 + j], 0.f); }
      }
      EXPECT_NEAR(sum, 1, 1e-5);
      if (c > 0) { EXPECT_GE(counts[c - 1], counts[c]) << "sorted by counts"; }
    }
    for (std::size_t i = 0; i < 3000; ++i) {
      if (d.masks.navigation[i] != 0) continue;
      for (std::size_t j = 3; j < 48; ++j) {
        double fit = 0;
        for (std::size_t c = 0; c < 4; ++c)
          fit += static_cast<double>(loadings[i * 4 + c]) * static_cast<double>(factors[c * 48 + j]);
        const double value = d.counts[i * 48 + j];
        const double weight = poisson ? 1 / (row_sums[i] * column_sums[j]) : 1;
        residual += weight * (value - fit) * (value - fit);
        norm += weight * value * value;
        fitted += fit;
        measured += value;
      }
    }
    // The objective is the weighted difference of counts and fit; the weights are those of Keenan and Kotula, or 1.
    EXPECT_NEAR(std::sqrt(residual / norm), file.read<double>("nmf/objective").back(), 1e-5);
    EXPECT_NEAR(fitted / measured, 1, 0.02);
    EXPECT_EQ(file.read<std::uint8_t>("signal_mask"), d.masks.signal);
    EXPECT_EQ(file.read<std::uint8_t>("navigation_mask"), d.masks.navigation);
  }
}

TEST(DecomposeFile, TheLikelihoodOfTheCounts) {
  const auto world = Communicator::world();
  const Communicator alone;
  for (const int bin : {1, 2}) {
    Data d;
    d.options.loss = Loss::kullback_leibler;
    d.options.bin_scan = bin;
    d.options.iterations = 60;
    const testing::TemporaryDirectory mine;
    const std::filesystem::path shared = world.broadcast(mine.path().string());
    decompose_into(shared / "together.h5", d.source, d.masks, d.options, world);
    world.barrier();
    decompose_into(mine / "alone.h5", d.source, d.masks, d.options, alone);
    EXPECT_TRUE(testing::contents(shared / "together.h5") == testing::contents(mine / "alone.h5"));
    world.barrier();
    const h5::File file = h5::File::open(mine / "alone.h5");
    EXPECT_EQ(file.attribute<std::string>("loss"), "kullback_leibler");
    EXPECT_FALSE(file.attribute<bool>("poisson_normalised"));
    const auto factors = file.read<float>("nmf/factors"), loadings = file.read<float>("nmf/loadings");
    double divergence = 0, pixels = 0, rows = 0;
    for (std::size_t i = 0; i < 3000; ++i) {
      double counts = 0, fitted = 0;
      for (std::size_t j = 0; j < 48; ++j) {
        double fit = 0;
        for (std::size_t c = 0; c < 4; ++c)
          fit += static_cast<double>(loadings[i * 4 + c]) * static_cast<double>(factors[c * 48 + j]);
        fitted += fit;
        if (d.masks.navigation[i] != 0 || j < 3) {
          EXPECT_EQ(fit, 0);
          continue;
        }
        const double value = d.counts[i * 48 + j];
        counts += value;
        divergence += fit - value + (value > 0 ? value * std::log(value / fit) : 0);
        ++pixels;
      }
      rows += d.masks.navigation[i] == 0 ? 1 : 0;
      if (bin == 2) { EXPECT_NEAR(fitted, counts, 1e-4 * counts) << "a row's likelihood is largest with its own counts"; }
    }
    if (bin > 1) continue;  // the divergence that is reported is that of the sums
    EXPECT_NEAR(file.attribute<double>("divergence") / divergence, 1, 1e-5);
    EXPECT_NEAR(file.read<double>("nmf/objective").back(), 2 * divergence / (pixels - 4 * (rows + 45 - 4)), 1e-4);
    EXPECT_NE(file.attribute<std::string>("summary").find("deviance per degree of freedom"), std::string::npos);
  }
}

/// The frames of Data as patterns of 6 x 8 pixels about the middle.
class Patterns : public FrameSource {
 public:
  explicit Patterns(const FrameSource& source) : source_(&source) {
    info_ = source.info();
    info_.signal = {{"ky", "1/A", 0.5, -1.25, 6}, {"kx", "1/A", 0.5, -1.75, 8}};
  }
  void read(Range frames, std::span<std::byte> out) const override { source_->read(frames, out); }

 private:
  const FrameSource* source_;
};

TEST(DecomposeFile, FriedelPairsGiveSymmetricFactorsOfAllPixels) {
  const auto world = Communicator::world();
  const Communicator alone;
  for (const Loss loss : {Loss::frobenius, Loss::kullback_leibler}) {
    Data d;
    const Patterns patterns(d.source);
    d.options.friedel = true;
    d.options.poisson = false;
    d.options.loss = loss;
    d.options.iterations = 40;
    const testing::TemporaryDirectory mine;
    const std::filesystem::path shared = world.broadcast(mine.path().string());
    decompose_into(shared / "together.h5", patterns, d.masks, d.options, world);
    world.barrier();
    decompose_into(mine / "alone.h5", patterns, d.masks, d.options, alone);
    EXPECT_TRUE(testing::contents(shared / "together.h5") == testing::contents(mine / "alone.h5"));
    world.barrier();
    const h5::File file = h5::File::open(mine / "alone.h5");
    // Pixels 0, 1 and 2 are masked; 47, 46 and 45 are theirs at -k.
    EXPECT_EQ(file.attribute<std::int64_t>("friedel_pairs"), 21);
    EXPECT_EQ(file.read<std::uint8_t>("signal_mask"), d.masks.signal);
    const auto factors = file.read<float>("nmf/factors"), loadings = file.read<float>("nmf/loadings"),
               pca = file.read<float>("pca/factors");
    for (std::size_t c = 0; c < 4; ++c)
      for (std::size_t j = 0; j < 48; ++j) {
        EXPECT_EQ(d.masks.signal[j] != 0, factors[c * 48 + j] == 0 && j < 3);
        if (j < 3 || j > 44) continue;
        EXPECT_EQ(factors[c * 48 + j], factors[c * 48 + 47 - j]);
        EXPECT_EQ(pca[c * 48 + j], pca[c * 48 + 47 - j]);
      }
    // The error is that of the sums, taken here pixel by pixel.
    double residual = 0, norm = 0, divergence = 0;
    for (std::size_t i = 0; i < 3000; ++i)
      for (std::size_t j = 3; j < 48 && d.masks.navigation[i] == 0; ++j) {
        if (j > 23 && j < 45) continue;
        const bool pair = j < 24;
        double fit = 0;
        for (std::size_t c = 0; c < 4; ++c)
          fit += (pair ? 2 : 1) * static_cast<double>(loadings[i * 4 + c]) * static_cast<double>(factors[c * 48 + j]);
        const double value = d.counts[i * 48 + j] + (pair ? d.counts[i * 48 + 47 - j] : 0);
        residual += (value - fit) * (value - fit);
        norm += value * value;
        divergence += fit - value + (value > 0 ? value * std::log(value / fit) : 0);
      }
    if (loss == Loss::frobenius)
      EXPECT_NEAR(std::sqrt(residual / norm), file.read<double>("nmf/objective").back(), 1e-5);
    else
      EXPECT_NEAR(file.attribute<double>("divergence") / divergence, 1, 1e-5);
  }
}

TEST(DecomposeFile, PrincipalComponentsAddUpToTheMatrix) {
  const Communicator alone;
  Data d;
  d.options.scree = 45;  // all of the pixels that are not masked
  const testing::TemporaryDirectory directory;
  decompose_into(directory / "result.h5", d.source, d.masks, d.options, alone);
  const h5::File file = h5::File::open(directory / "result.h5");
  const auto factors = file.read<float>("pca/factors"), loadings = file.read<float>("pca/loadings");
  const auto variance = file.read<double>("pca/explained_variance");
  EXPECT_NEAR(std::accumulate(variance.begin(), variance.end(), 0.0), file.group("pca").attribute<double>("total_variance"),
              1e-5 * variance[0]);
  for (const std::size_t i : {0u, 1u, 1500u, 2999u}) {
    if (d.masks.navigation[i] != 0) continue;
    for (std::size_t j = 3; j < 48; ++j) {
      double sum = 0;
      for (std::size_t c = 0; c < 45; ++c)
        sum += static_cast<double>(loadings[i * 45 + c]) * static_cast<double>(factors[c * 48 + j]);
      EXPECT_NEAR(sum, d.counts[i * 48 + j], 2e-3);
    }
  }
}

TEST(DecomposeFile, UnfinishedIsSaid) {
  const Communicator alone;
  Data d;
  d.options.iterations = 2;
  const testing::TemporaryDirectory directory;
  decompose_into(directory / "result.h5", d.source, d.masks, d.options, alone);
  const h5::File file = h5::File::open(directory / "result.h5");
  EXPECT_FALSE(file.attribute<bool>("converged"));
  EXPECT_NE(file.attribute<std::vector<std::string>>("warnings").at(0).find("after 2 iterations"), std::string::npos);
}

}  // namespace
}  // namespace ronchi::decompose
