// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Truth: disks on a noisy ground whose size and class are known because they were drawn; labels without any relation to the images,
// from which nothing can be learned; bitwise equality after an interruption.
#include "stages/learn_particles/training.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "framework/base/error.hpp"
#include "framework/base/random.hpp"
#include "framework/engine/part.hpp"
#include "stages/learn_particles/results.hpp"
#include "tests/support/files.hpp"
#include "tests/support/stage_run.hpp"
#include "tests/support/temporary.hpp"

namespace ronchi::learn_particles {

using testing::TemporaryDirectory;

namespace {

constexpr std::int64_t structures = 240, per_structure = 2, edge = 48;

/// Class 0: bright in the middle, 1: bright on one side; "atoms" is the area of the disk. In shards of 100.
class Disks : public ::testing::Test {
 protected:
  engine::Input provide(bool permuted) {
    const auto directory = folder_ / "set";
    std::filesystem::create_directories(directory / "parts");
    std::vector<std::uint8_t> split, kind;
    std::vector<std::int32_t> atoms;
    for (std::int64_t item = 0; item < structures; ++item) {
      Random random(2, 1, static_cast<std::uint64_t>(item), 0);
      const double radius = random.uniform(5, 11);
      split.push_back(item == 7 ? 255 : static_cast<std::uint8_t>(std::max<std::int64_t>(0, item % 6 - 3)));
      kind.push_back(random.uniform() < 0.5 ? 0 : 1);
      atoms.push_back(static_cast<std::int32_t>(std::lround(3.14159265 * radius * radius)));
    }
    for (std::int64_t first = 0; first < structures; first += 100)
      write_shard(directory, {first, std::min(structures, first + 100)}, kind, atoms);
    if (permuted)
      for (std::size_t i = 0; i < kind.size(); ++i) {
        Random random(2, 2, i, 0);
        kind[i] = random.uniform() < 0.5 ? 0 : 1;
        atoms[i] = static_cast<std::int32_t>(random.uniform(80, 380));
      }
    h5::File index = h5::File::create(directory / "index.h5");
    index.create<std::uint16_t>("noisy", {structures, per_structure, edge, edge});  // a virtual dataset in a job
    index.write<std::uint8_t>("split", split);
    index.write<std::uint8_t>("label_class", kind);
    index.write<std::int32_t>("label_atoms", atoms);
    index.write_texts("class_names", {"middle", "side", "never"});
    index.close();
    return {"images", "simulate_images", "key", directory, structures, {}};
  }
  static void write_shard(const std::filesystem::path& directory, Range items, const std::vector<std::uint8_t>& kind,
                          const std::vector<std::int32_t>& atoms) {
    std::map<std::int64_t, std::string> none;
    testing::Quarantined guard(none);
    const Communicator self;
    const auto name = std::to_string(items.first) + "-" + std::to_string(items.last) + ".h5";
    engine::Part part(items, h5::File::create(directory / "parts" / name), directory, guard, self);
    part.rows<std::uint16_t>("noisy", {per_structure, edge, edge});
    for (std::int64_t item = items.first; item < items.last; ++item) {
      const double radius = std::sqrt(atoms[static_cast<std::size_t>(item)] / 3.14159265);
      std::vector<std::uint16_t> images;
      for (std::int64_t i = 0; i < per_structure; ++i) {
        Random random(2, 3, static_cast<std::uint64_t>(item), static_cast<std::uint32_t>(i));
        const double y0 = random.uniform(20, 28), x0 = random.uniform(20, 28), turn = random.uniform(0, 6.28);
        for (std::int64_t p = 0; p < edge * edge; ++p) {
          const double y = static_cast<double>(p / edge) - y0, x = static_cast<double>(p % edge) - x0, r = std::hypot(y, x);
          const bool bright =
              kind[static_cast<std::size_t>(item)] == 1 ? y * std::cos(turn) + x * std::sin(turn) > 0 : r < 0.6 * radius;
          images.push_back(static_cast<std::uint16_t>(random.poisson(r > radius ? 40 : bright ? 160 : 80)));
        }
      }
      part.write<std::uint16_t>("noisy", {item, item + 1}, images);
    }
    (void)part.finish();
    part.file().close();
  }

  static Options options() {
    Options o;
    o.epochs = 30;
    o.batch = 16;
    o.width = 8;
    o.layers = 3;
    o.rate = 5e-3;
    o.bin = 2;
    return o;
  }

  TemporaryDirectory folder_;
};

Predictions trained(Samples& samples, const Options& o, std::uint64_t seed = 4) {
  Training training(samples, o, seed);
  while (training.advance(1000)) {}
  EXPECT_EQ(training.history().loss.size(), static_cast<std::size_t>(o.epochs));
  return training.predict_best(Split::test);
}

}  // namespace

TEST_F(Disks, AreSeenBinnedNormalisedAndTurned) {
  const auto input = provide(false);
  Options o = options();
  Samples samples(input, o);
  EXPECT_EQ(samples.pixels(), 24);
  EXPECT_EQ(samples.of(Split::train).size(), 2u * 159) << "four of six structures, but one has no images";
  EXPECT_EQ(samples.of(Split::validation).size(), 2u * 40);
  EXPECT_EQ(samples.of(Split::test).size(), 2u * 40);
  const Sample sample = samples.of(Split::test)[70];
  const auto raw = engine::Parts::in(input.directory / "parts").rows<std::uint16_t>("noisy", {sample.item, sample.item + 1});
  std::vector<float> seen(24 * 24), turned(24 * 24);
  samples.read(sample, 0, seen.data());
  double sum = 0, squares = 0, scale = 0;
  for (const float v : seen) {
    sum += v;
    squares += v * v;
  }
  EXPECT_NEAR(sum, 0, 1e-3);
  EXPECT_NEAR(squares, 24 * 24, 1e-2);
  const auto binned = [&](std::int64_t y, std::int64_t x) {
    const std::uint16_t* image = raw.data() + sample.image * edge * edge;
    return (image[2 * y * edge + 2 * x] + image[2 * y * edge + 2 * x + 1] + image[(2 * y + 1) * edge + 2 * x] +
            image[(2 * y + 1) * edge + 2 * x + 1]) /
           4.0;
  };
  scale = (seen[5 * 24 + 6] - seen[0]) / (binned(5, 6) - binned(0, 0));
  for (std::int64_t y = 0; y < 24; ++y)
    for (std::int64_t x = 0; x < 24; ++x)
      ASSERT_NEAR(seen[static_cast<std::size_t>(y * 24 + x)] - seen[0], scale * (binned(y, x) - binned(0, 0)), 1e-4);
  std::set<std::vector<float>> eight;
  for (int turn = 0; turn < 8; ++turn) {
    samples.read(sample, turn, turned.data());
    eight.insert(turned);
    auto a = seen, b = turned;
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    EXPECT_EQ(a, b) << "the same pixels";
  }
  EXPECT_EQ(eight.size(), 8u);
  samples.read(sample, 1, turned.data());
  EXPECT_TRUE(turned[23] == seen[0] || turned[23 * 24] == seen[0]) << "a corner comes to the next one";
}

TEST_F(Disks, ClassAndSizeAreLearned) {
  Samples samples(provide(false), options());
  const Predictions p = trained(samples, options());
  EXPECT_GT(p.right, 0.9);
  EXPECT_LT(p.atoms_error, 30) << "the mean absolute deviation of the sizes themselves is 75";
}

TEST_F(Disks, LabelsWithoutRelationAreNot) {
  Samples samples(provide(true), options());
  const Predictions p = trained(samples, options());
  EXPECT_NEAR(p.right, 0.5, 0.32) << "four standard deviations of 40 coins, two images each";
  EXPECT_GT(p.atoms_error, 50) << "75 is the mean absolute deviation";
}

TEST_F(Disks, AnInterruptedTrainingGoesOnAsIfNothingHadHappened) {
  const auto input = provide(false);
  Options o = options();
  o.epochs = 3;
  Samples samples(input, o);
  const engine::Checkpoints checkpoints(folder_ / "checkpoints");
  h5::File whole = h5::File::create(folder_ / "whole.h5"), resumed = h5::File::create(folder_ / "resumed.h5");
  {
    Training training(samples, o, 4);
    while (training.advance(7)) {}
    write_results(training, samples, whole);
  }
  for (const std::int64_t steps : {25, 30}) {  // 20 steps an epoch: in the midst of the second and of the third
    Training training(samples, o, 4);
    training.load(checkpoints);
    EXPECT_TRUE(training.advance(steps == 25 ? 25 : 30 - 5));
    training.save(checkpoints);
  }
  {
    Training training(samples, o, 4);
    training.load(checkpoints);
    EXPECT_GT(training.fraction(), 0.8);
    while (training.advance(1)) {}
    write_results(training, samples, resumed);
  }
  whole.close();
  resumed.close();
  EXPECT_EQ(testing::contents(folder_ / "whole.h5"), testing::contents(folder_ / "resumed.h5"));
}

TEST_F(Disks, ResultsAreCountedFromThePredictions) {
  Options o = options();
  o.epochs = 1;
  Samples samples(provide(false), o);
  Training training(samples, o, 4);
  while (training.advance(7)) {}
  h5::File out = h5::File::in_memory();
  write_results(training, samples, out);
  const auto truth = out.read<std::int64_t>("test/class"), said = out.read<std::int64_t>("test/predicted_class");
  const auto atoms = out.read<std::int64_t>("test/atoms");
  const auto predicted = out.read<float>("test/predicted_atoms"), probabilities = out.read<float>("test/probabilities");
  ASSERT_EQ(truth.size(), 80u);
  double right = 0, error = 0, first = 0;
  std::vector<std::int64_t> confusion(9, 0);
  for (std::size_t i = 0; i < truth.size(); ++i) {
    right += truth[i] == said[i];
    first += truth[i] == 0;
    error += std::abs(static_cast<double>(atoms[i]) - predicted[i]);
    ++confusion[static_cast<std::size_t>(3 * truth[i] + said[i])];
    for (std::size_t c = 0; c < 3; ++c)
      EXPECT_LE(probabilities[3 * i + c], probabilities[3 * i + static_cast<std::size_t>(said[i])]);
  }
  EXPECT_DOUBLE_EQ(out.attribute<double>("accuracy"), right / 80);
  EXPECT_DOUBLE_EQ(out.attribute<double>("largest_class"), std::max(first, 80 - first) / 80);
  EXPECT_NEAR(out.attribute<double>("atoms_error"), error / 80, 1e-3);
  EXPECT_EQ(out.read<std::int64_t>("confusion"), confusion);
}

TEST_F(Disks, MistakesAreNamed) {
  const auto input = provide(false);
  Options o = options();
  o.structures = 4;  // all of them for training
  EXPECT_THROW(Samples(input, o), Failure);
  o = options();
  o.layers = 6;
  EXPECT_THROW(Samples(input, o), Failure) << "24 pixels are halved to nothing";
  {
    h5::File index = h5::File::open(input.directory / "index.h5", h5::Access::read_write);
    index.remove("noisy");
  }
  EXPECT_THROW(Samples(input, options()), Failure) << "exit waves alone";
}

}  // namespace ronchi::learn_particles
