// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Truth: disks on a noisy ground whose size and class are known because they were drawn; labels without any relation to the images,
// from which nothing can be learned; bitwise equality after interruptions.
#include "stages/learn_particles/training.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "framework/base/error.hpp"
#include "framework/base/random.hpp"
#include "framework/engine/part.hpp"
#include "stages/learn_particles/results.hpp"
#include "stages/learn_particles/stage.hpp"
#include "tests/support/files.hpp"
#include "tests/support/stage_run.hpp"
#include "tests/support/temporary.hpp"

namespace ronchi::learn_particles {

using testing::TemporaryDirectory;

namespace {

constexpr std::int64_t structures = 240, per_structure = 2, edge = 48;

/// How a set of disks is made.
struct Making {
  const char* folder = "set";
  bool permuted = false;     ///< labels have nothing to do with the images
  std::int64_t more = 0;     ///< disks for the test, beyond the usual ones
  std::int64_t shard = 100;  ///< disks in each
};

/// Class 0: bright in the middle, 1: bright on one side; "atoms" is the area of the disk.
class Disks : public ::testing::Test {
 protected:
  engine::Input provide(const Making& making = {}) {
    const std::int64_t all = structures + making.more;
    const auto directory = folder_ / making.folder;
    std::filesystem::create_directories(directory / "parts");
    std::vector<std::uint8_t> split, kind;
    std::vector<std::int32_t> atoms;
    for (std::int64_t item = 0; item < all; ++item) {
      Random random(2, 1, static_cast<std::uint64_t>(item), 0);
      const double radius = random.uniform(5, 11);
      const auto drawn = item < structures ? std::max<std::int64_t>(0, item % 6 - 3) : 2;
      split.push_back(item == 7 ? 255 : static_cast<std::uint8_t>(drawn));
      kind.push_back(random.uniform() < 0.5 ? 0 : 1);
      atoms.push_back(static_cast<std::int32_t>(std::lround(3.14159265 * radius * radius)));
    }
    for (std::int64_t first = 0; first < all; first += making.shard)
      write_shard(directory, {first, std::min(all, first + making.shard)}, kind, atoms);
    if (making.permuted)
      for (std::size_t i = 0; i < kind.size(); ++i) {
        Random random(2, 2, i, 0);
        kind[i] = random.uniform() < 0.5 ? 0 : 1;
        atoms[i] = static_cast<std::int32_t>(random.uniform(80, 380));
      }
    h5::File index = h5::File::create(directory / "index.h5");
    index.create<std::uint16_t>("noisy", {all, per_structure, edge, edge});  // a virtual dataset in a job
    index.write<std::uint8_t>("split", split);
    index.write<std::uint8_t>("label_class", kind);
    index.write<std::int32_t>("label_atoms", atoms);
    index.write_texts("class_names", {"middle", "side", "never"});
    index.close();
    return {"images", "simulate_images", "key", directory, all, {}};
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
  return training.test();
}

}  // namespace

TEST_F(Disks, AreSeenBinnedNormalisedAndTurned) {
  const auto input = provide();
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
  Samples samples(provide(), options());
  const Predictions p = trained(samples, options());
  EXPECT_GT(p.right, 0.9);
  EXPECT_LT(p.atoms_error, 30) << "the mean absolute deviation of the sizes themselves is 75";
}

TEST_F(Disks, LabelsWithoutRelationAreNot) {
  Samples samples(provide({.permuted = true, .more = 960}), options());
  ASSERT_EQ(samples.of(Split::test).size(), 2u * 1000);
  const Predictions p = trained(samples, options());
  EXPECT_NEAR(p.right, 0.5, 0.064) << "four standard deviations of 1,000 coins; the two images of a disk are as one";
  EXPECT_GT(p.atoms_error, 50) << "75 is the mean absolute deviation";
}

TEST_F(Disks, AnInterruptedTrainingGoesOnAsIfNothingHadHappened) {
  const auto input = provide();
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
  bool more = true;
  for (int batch = 0; more; ++batch) {  // as often as there are batches: of training, of validation and of the test
    Training training(samples, o, 4);
    training.load(checkpoints);
    ASSERT_NEAR(training.fraction(), batch / 80.0, 1e-9) << "three times 20 and 5, and 5";
    more = training.advance(1);
    more ? training.save(checkpoints) : write_results(training, samples, resumed);
  }
  whole.close();
  resumed.close();
  EXPECT_EQ(testing::contents(folder_ / "whole.h5"), testing::contents(folder_ / "resumed.h5"));
}

TEST_F(Disks, TheTestIsOfTheNetworkThatDidBestInValidation) {
  Options o = options();
  o.batch = 80;
  o.epochs = 15;
  Samples samples(provide({.permuted = true}), o);  // what is learned by heart does not help: an early epoch is best
  Training training(samples, o, 4);
  while (training.advance(1000)) {}
  const auto& loss = training.history().validation_loss;
  ASSERT_EQ(training.best_epoch(), std::min_element(loss.begin(), loss.end()) - loss.begin());
  ASSERT_LT(training.best_epoch(), 14);
  const auto learner = learn::make_learner({24, o.width, o.layers, 3, 99});
  learner->restore(training.best());
  std::vector<float> images(80 * 24 * 24), probabilities(80 * 3), atoms(80);
  for (std::size_t i = 0; i < 80; ++i) samples.read(samples.of(Split::test)[i], 0, images.data() + i * 24 * 24);
  learner->predict(images, probabilities, atoms);
  EXPECT_EQ(training.test().probabilities, probabilities);
}

/// Of the ways to end: asked to, and killed. Killed it has what it saved from time to time, here after every look.
TEST_F(Disks, AStoppedOrKilledStageGoesOn) {
  Options o = options();
  o.epochs = 2;
  o.checkpoint_every = 0;
  const auto input = provide();
  const engine::Inputs inputs(4, {input}, folder_.path());
  struct Killed {};
  std::vector<double> begins;  // where each attempt began, of all batches
  const auto attempt = [&](const std::string& name, int stop_after, int kill_after) {
    const Communicator self;
    std::map<std::int64_t, std::string> none;
    testing::Quarantined guard(none);
    std::filesystem::create_directories(folder_ / name);
    engine::Part part({0, 1}, h5::File::create(folder_ / name / "index.h5"), folder_ / name, guard, self);
    int stops = 0, reports = 0;
    engine::Team team(
        self, 1, engine::Checkpoints(folder_ / name / "checkpoints"), [&] { return ++stops == stop_after; },
        [&](double fraction, const std::string&) {
          if (++reports == 1) begins.push_back(fraction);
          if (reports == kill_after) throw Killed{};
        });
    LearnParticles(o).run({{0, 1}, 0}, team, inputs, part);
    (void)part.finish();
    part.file().close();
  };
  attempt("whole", 0, 0);
  EXPECT_THROW(attempt("ended", 2, 0), engine::Stopped);
  EXPECT_THROW(attempt("ended", 0, 3), Killed);
  attempt("ended", 0, 0);
  // 2 x (20 + 5) + 5 batches, ten between looks
  EXPECT_EQ(begins, (std::vector<double>{10 / 55.0, 10 / 55.0, 30 / 55.0, 50 / 55.0}));
  EXPECT_EQ(testing::contents(folder_ / "whole" / "index.h5"), testing::contents(folder_ / "ended" / "index.h5"));
}

TEST_F(Disks, MoreShardsThanFilesMayBeOpen) {
  Samples together(provide({.folder = "together"}), options());
  Samples apart(provide({.folder = "apart", .shard = 1}), options());
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const auto open = std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
  rlimit few = before;
  few.rlim_cur = static_cast<rlim_t>(open) + most_shards + 10;
  ASSERT_LT(most_shards + 10, 159u) << "structures for training, each in a file of its own";
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
  std::vector<float> a(24 * 24), b(24 * 24);
  for (int round = 0; round < 2; ++round)
    for (std::size_t i = 0; i < apart.of(Split::train).size(); ++i) {
      apart.read(apart.of(Split::train)[i], 0, a.data());
      together.read(together.of(Split::train)[i], 0, b.data());
      ASSERT_EQ(a, b) << i;
    }
  EXPECT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
}

TEST_F(Disks, TheCostIsThatOfTheImagesAndEpochsThatThereAre) {
  Options o = options();
  const engine::Inputs inputs(4, {provide()}, folder_.path());
  const auto cost = [&] { return LearnParticles(o).cost(inputs); };
  EXPECT_NE(cost().find("2 images each of 240 of 240 structures, 30 times"), std::string::npos) << cost();
  o.structures = 100;
  EXPECT_NE(cost().find("each of 100 of 240"), std::string::npos) << cost();
}

TEST_F(Disks, ResultsAreCountedFromThePredictions) {
  Options o = options();
  o.epochs = 1;
  Samples samples(provide(), o);
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
  const auto item = out.read<std::int64_t>("test/item");
  double particles_right = 0, particles_error = 0;
  for (std::size_t i = 0; i < 80; i += 2) {
    ASSERT_EQ(item[i], item[i + 1]) << "two images of each disk";
    std::array<double, 3> sum{};
    for (std::size_t c = 0; c < 3; ++c) sum[c] = probabilities[3 * i + c] + probabilities[3 * i + 3 + c];
    particles_right += std::max_element(sum.begin(), sum.end()) - sum.begin() == truth[i];
    particles_error += std::abs((predicted[i] + predicted[i + 1]) / 2 - static_cast<double>(atoms[i]));
  }
  EXPECT_DOUBLE_EQ(out.attribute<double>("particles_accuracy"), particles_right / 40);
  EXPECT_NEAR(out.attribute<double>("particles_atoms_error"), particles_error / 40, 1e-3);
}

TEST_F(Disks, MistakesAreNamed) {
  const auto input = provide();
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
