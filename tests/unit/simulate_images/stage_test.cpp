// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Truths: bitwise equality, however the set is cut and in whatever order it is made; the particles that were put in.
#include "stages/simulate_images/stage.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "framework/base/error.hpp"
#include "stages/simulate_images/exposures.hpp"
#include "tests/support/particles.hpp"
#include "tests/support/temporary.hpp"

namespace ronchi::simulate_images {

using testing::TemporaryDirectory;

namespace {

constexpr std::int64_t structures = 7, absent = 4, most = 120;

Options small() {
  Options o;
  o.pixels = 64;
  o.images = 3;
  o.waves = 2;
  o.wander = 0.2;
  return o;
}

class Set : public ::testing::Test {
 protected:
  Set() {
    for (std::int64_t i = 0; i < structures; ++i)
      particles_.push_back(i == absent ? physics::Particle{{"Ag", "Co"}, {}, {}}
                                       : testing::lattice_ball(static_cast<std::uint64_t>(i), most));
    inputs_ = testing::provide_particles(folder_ / "in", particles_, most);
  }
  engine::Inputs inputs(std::uint64_t seed = 11) const { return engine::Inputs(seed, inputs_, folder_.path()); }
  h5::File run(const Options& options, std::int64_t cut, const std::string& name, std::uint64_t seed = 11) {
    SimulateImages stage(options);
    const auto result = testing::run_stage(stage, "simulate_images", inputs(seed), folder_ / name, cut);
    EXPECT_TRUE(result.failed.empty()) << result.failed.begin()->second;
    return h5::File::open(folder_ / name / "index.h5");
  }

  TemporaryDirectory folder_;
  std::vector<physics::Particle> particles_;
  std::vector<engine::Input> inputs_;
};

}  // namespace

TEST_F(Set, IsTheSameHoweverItIsCut) {
  const h5::File a = run(small(), structures, "a"), b = run(small(), 2, "b"), c = run(small(), 1, "c", 12);
  for (const auto& name : a.children()) {
    if (!a.is_dataset(name) || a.dataset(name).is_text()) continue;
    const auto bytes = [&](const h5::File& file) {
      const h5::Dataset set = file.dataset(name);
      std::vector<std::byte> all(static_cast<std::size_t>(h5::count_of(set.shape())) * size_of(set.type()));
      set.read(set.type(), h5::Shape(set.shape().size(), 0), set.shape(), all.data());
      return all;
    };
    EXPECT_EQ(bytes(a), bytes(b)) << name;
    const bool drawn = name == "noisy" || name == "clean" || name == "dose" || name == "orientation";
    if (drawn) { EXPECT_NE(bytes(a), bytes(c)) << name; }
  }
}

TEST_F(Set, EveryStructureCanBeMadeAgainAlone) {
  const Options o = small();
  const h5::File index = run(o, 3, "a");
  EXPECT_EQ(index.dataset("clean").shape(), (h5::Shape{structures, 3, 64, 64}));
  EXPECT_EQ(index.dataset("clean").type(), Scalar::f16);
  EXPECT_EQ(index.dataset("noisy").type(), Scalar::u16);
  const auto noisy = index.read<std::uint16_t>("noisy");
  const auto clean = index.read<Half>("clean");
  const Microscope microscope(o, particles_[0].symbols);
  Microscope::Workspace workspace(microscope);
  Exposures made(o, microscope);
  for (const std::int64_t item : {6, 0, 3}) {
    made.make(microscope, o, particles_[static_cast<std::size_t>(item)], 11, item, workspace);
    constexpr std::ptrdiff_t size = 3 * 64 * 64;
    const std::ptrdiff_t first = item * size;
    EXPECT_EQ(made.noisy, std::vector<std::uint16_t>(noisy.begin() + first, noisy.begin() + first + size));
    std::vector<Half> halves(made.clean.size());
    to_half(made.clean, halves);
    EXPECT_EQ(halves, std::vector<Half>(clean.begin() + first, clean.begin() + first + size));
  }
}

TEST_F(Set, ImagesUnderEqualConditionsDifferInTheirNoiseAlone) {
  Options o = small();
  o.waves = 1;
  o.vary = {};
  o.dose = {2000};
  const h5::File index = run(o, 3, "a");
  const auto noisy = index.read<std::uint16_t>("noisy");
  const auto clean = index.read<Half>("clean");
  constexpr std::size_t size = 64 * 64;
  EXPECT_TRUE(std::equal(clean.begin(), clean.begin() + size, clean.begin() + size));
  std::size_t equal = 0;
  for (std::size_t i = 0; i < size; ++i) equal += noisy[i] == noisy[size + i];
  EXPECT_LT(equal, size / 20) << "two Poisson numbers of mean 380 times the gain are seldom the same";
}

TEST_F(Set, HoldsStructuresAndLabelsOnce) {
  Options o = small();
  o.shares = {0.5, 0.25, 0.25};
  const h5::File index = run(o, 3, "a");
  const auto atoms = index.read<std::int32_t>("label_atoms");
  const auto split = index.read<std::uint8_t>("split"), kind = index.read<std::uint8_t>("label_class");
  const auto positions = index.read<float>("positions");
  const auto wave = index.read<std::uint8_t>("wave");
  for (std::int64_t i = 0; i < structures; ++i) {
    const auto& p = particles_[static_cast<std::size_t>(i)];
    const auto at = static_cast<std::size_t>(i);
    EXPECT_EQ(atoms[at], static_cast<std::int32_t>(p.size()));
    EXPECT_EQ(split[at], i == absent ? 255 : draw_split(o, 11, i));
    if (i == absent) continue;
    EXPECT_EQ(kind[at], i % 2);
    EXPECT_EQ(positions[3 * at * most], static_cast<float>(p.positions[0]));
    for (std::size_t image = 0; image < 3; ++image) EXPECT_EQ(wave[3 * at + image], image % 2);
  }
  EXPECT_EQ(index.read_texts("class_names"), (std::vector<std::string>{"even", "odd"}));
  EXPECT_EQ(index.read_texts("split_names"), (std::vector<std::string>{"train", "validation", "test"}));
}

TEST_F(Set, MayHoldExitWavesInPlaceOfImages) {
  Options o = small();
  o.store = Store::exit_waves;
  o.number = Number::float32;
  const h5::File index = run(o, 3, "a");
  EXPECT_FALSE(index.exists("clean"));
  const Microscope microscope(o, particles_[0].symbols);
  const auto shape = index.dataset("exit_wave").shape();
  EXPECT_EQ(shape, (h5::Shape{structures, 2, microscope.stored().ny, microscope.stored().nx, 2}));
  EXPECT_DOUBLE_EQ(index.dataset("exit_wave").attribute<double>("sampling_nm"), microscope.stored().sampling / 10);
  const auto waves = index.read<float>("exit_wave");
  double mean = 0;
  const auto one = static_cast<std::size_t>(2 * microscope.stored().pixels());
  for (std::size_t i = 0; i < one; ++i) mean += waves[i] * waves[i] / (static_cast<double>(one) / 2);
  EXPECT_NEAR(mean, 1, 0.05);
}

TEST_F(Set, IsCutIntoShardsOfTheSizeAskedFor) {
  Options o = small();
  o.shard = config::Bytes{3 * bytes_per_structure(o, most) + 100};
  const auto plan = SimulateImages(o).plan(inputs());
  EXPECT_EQ(plan.items, structures);
  EXPECT_EQ(plan.per_task, 3);
  EXPECT_TRUE(plan.shards);
  // Counted by hand: 3 images of 64 x 64, 2 bytes clean and 2 noisy, and less than 4 KiB for all else.
  EXPECT_NEAR(static_cast<double>(plan.bytes) / structures, 3 * 64 * 64 * 4, 4096);
  o.shard = config::Bytes{1024};
  EXPECT_EQ(SimulateImages(o).plan(inputs()).per_task, 1) << "a structure is never cut";
  o.shard.reset();
  constexpr std::int64_t mib = std::int64_t{1} << 20;
  EXPECT_EQ(structures_per_shard(o, 10'000, mib), 256) << "10 GiB";
  EXPECT_EQ(structures_per_shard(o, 500'000, mib), 500) << "500 GiB: a thousand shards";
  EXPECT_EQ(structures_per_shard(o, 5'000'000, mib), 1024) << "5 TiB: no shard is larger than 1 GiB";
  o.pixels = 100;
  EXPECT_THROW(SimulateImages(o).check(), Failure) << "no multiple of 8";
}

TEST_F(Set, KnowsTheDetectorsFilesByWhatTheyHold) {
  const auto write = [&](const std::string& name, const std::string& text) { std::ofstream(folder_ / name) << text; };
  Options o = small();
  EXPECT_EQ(SimulateImages(o).fingerprint(), "");
  write("curve", "3 1 0.5 0.2");
  o.detector.mtf_file = folder_ / "curve";
  const auto before = SimulateImages(o).fingerprint();
  write("curve", "3\n1\n0.5\n0.2\n");
  EXPECT_EQ(SimulateImages(o).fingerprint(), before) << "the same curve";
  write("curve", "3 1 0.5 0.21");
  EXPECT_NE(SimulateImages(o).fingerprint(), before);
  write("noise", "2 1 0.5");
  o.detector.ntf_file = folder_ / "noise";
  const auto both = SimulateImages(o).fingerprint();
  write("noise", "2 1 0.6");
  EXPECT_NE(SimulateImages(o).fingerprint(), both);
  o.detector.ntf_file = folder_ / "nowhere";
  EXPECT_THROW((void)SimulateImages(o).fingerprint(), Failure);
}

TEST_F(Set, AParticleThatDoesNotFitIsABadItem) {
  Options o = small();
  o.wander = 3;
  SimulateImages stage(o);
  const auto result = testing::run_stage(stage, "simulate_images", inputs(), folder_ / "a", 3);
  EXPECT_GT(result.failed.size(), 0u);
  const h5::File index = h5::File::open(folder_ / "a" / "index.h5");
  const auto split = index.read<std::uint8_t>("split");
  for (const auto& [item, reason] : result.failed) {
    EXPECT_NE(reason.find("field"), std::string::npos);
    EXPECT_EQ(split.at(static_cast<std::size_t>(item)), 255);
  }
}

}  // namespace ronchi::simulate_images
