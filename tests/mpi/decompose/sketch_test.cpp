// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Data that do not fit: streamed matrices, sketches, and what a decomposition under a memory limit reads and finds.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <numeric>

#include "framework/base/error.hpp"
#include "stages/decompose/sketch_stage.hpp"
#include "stages/decompose/solve.hpp"
#include "tests/mpi/decompose/decompose_into.hpp"
#include "tests/support/counts.hpp"
#include "tests/support/files.hpp"
#include "tests/support/temporary.hpp"

namespace ronchi::decompose {
namespace {

using testing::poisson_counts;
using testing::VectorFrames;

/// Counts the frames that are read; fails from one of them on.
template <class T>
class WatchedFrames : public VectorFrames<T> {
 public:
  using VectorFrames<T>::VectorFrames;
  void read(Range frames, std::span<std::byte> out) const override {
    if (broken >= 0 && readings > 0 && frames.contains(broken))
      fail(Fault::unreadable, "mend the disk", "frame {} is gone", broken);
    read_frames += frames.size();
    VectorFrames<T>::read(frames, out);
  }
  mutable std::atomic<std::int64_t> read_frames{0};
  std::int64_t broken = -1, readings = 1;
};

constexpr std::int64_t frames = 5000, pixels = 2000;
constexpr int components = 4;

struct Wide {
  WatchedFrames<std::uint8_t> source{frames, pixels, poisson_counts<std::uint8_t>(frames, pixels, components, 1500)};
  Masks masks;
  Options options;
  Setting limited = seed_5();
  Wide() {
    for (int i = 0; i < frames; ++i) masks.navigation.push_back(i % 9 == 4 ? 1 : 0);
    for (int j = 0; j < pixels; ++j) masks.signal.push_back(j % 50 < 3 ? 1 : 0);
    options.components = components;
    options.scree = 6;
    options.sketch = 16;
    limited.process = 0;
    limited.memory = 7'000'000;  // of 8.7 MB
  }
};

TEST(Streamed, SameBytesAsInMemory) {
  const auto world = Communicator::world();
  Wide d;
  SolveOptions options;
  options.iterations = 4;
  options.tolerance = 0;
  for (const bool integer : {false, true}) {
    std::vector<Solution> solutions;
    for (const std::int64_t window : {Matrix::in_memory, std::int64_t{1}, std::int64_t{4'500'000}}) {
      const Matrix x(d.source, d.masks, world, window);
      EXPECT_EQ(x.streams(), window > 0);
      const Scaling scaling = measure(x, true);
      FusedPass pass(x, scaling, best_kernels(), integer ? &best_integer_kernels() : nullptr);
      solutions.push_back(solve(
          pass, components, [&](int) { return random_start(pass, components, 3, 0); }, options));
    }
    for (std::size_t i = 1; i < solutions.size(); ++i) {
      EXPECT_EQ(solutions[i].error, solutions[0].error);
      EXPECT_EQ(solutions[i].model.w, solutions[0].model.w);
      EXPECT_EQ(solutions[i].model.h, solutions[0].model.h);
    }
  }
}

TEST(Streamed, AFrameThatCannotBeReadEndsAllRanks) {
  const auto world = Communicator::world();
  Wide d;
  const Matrix x(d.source, d.masks, world, 1);
  d.source.broken = 4711;
  try {
    (void)measure(x, true);
    FAIL() << "it was read";
  } catch (const Failure& f) {
    EXPECT_EQ(f.error().fault, Fault::unreadable);
    EXPECT_NE(std::string(f.what()).find("frame 4711 is gone"), std::string::npos) << f.what();
  }
  world.barrier();
}

/// A matrix of rank 3 has a sketch that is the matrix itself.
TEST(Sketch, OfALowRankIsExact) {
  const auto world = Communicator::world();
  constexpr std::int64_t n = 2500, m = 120;
  constexpr int rank = 3, k = 8;
  std::vector<std::uint16_t> values;
  std::vector<double> sums(m, 0);
  for (std::int64_t i = 0; i < n; ++i)
    for (std::int64_t j = 0; j < m; ++j) {
      const std::int64_t value = 1 + i % 7 + (i * i % 11) * (j % 5) + (j * j % 13) * (i % 3);
      values.push_back(static_cast<std::uint16_t>(value));
      sums[static_cast<std::size_t>(j)] += static_cast<double>(value);
    }
  const VectorFrames<std::uint16_t> source(n, m, values);
  const Matrix x(source, {}, world, 1);
  std::vector<float> columns;
  for (const double s : sums) columns.push_back(static_cast<float>(1 / std::sqrt(s)));
  RangeFinder finder(x, k, columns, 1);
  const Scaling scaling = measure(x, true, [&](Range rows, int worker, const Scaling& s) { finder.add(rows, worker, s); });
  FusedPass pass(x, scaling);
  const Sketch sketch = sketch_of(pass, finder.directions(scaling), k);
  EXPECT_EQ(x.readings(), 2);
  ASSERT_GE(sketch.size, rank);
  double all = 0;
  for (const double square : sketch.squares) all += square;
  EXPECT_NEAR(all / scaling.norm2, 1, 1e-5);
  for (int c = rank; c < sketch.size; ++c)
    EXPECT_LT(sketch.squares[static_cast<std::size_t>(c)], 1e-7 * scaling.norm2);  // the rounding of single precision
  for (std::int64_t r = 0; r < x.my_rows(); r += 97)
    for (std::int64_t j = 0; j < m; ++j) {
      double value = 0;
      for (int c = 0; c < sketch.size; ++c)
        value += static_cast<double>(sketch.y[static_cast<std::size_t>(r * sketch.size + c)]) *
                 static_cast<double>(sketch.v[static_cast<std::size_t>(c * x.padded_columns() + j)]);
      const double expected = values[static_cast<std::size_t>(x.frame_of_row(r) * m + j)] *
                              static_cast<double>(scaling.column[static_cast<std::size_t>(j)]) *
                              static_cast<double>(scaling.row[static_cast<std::size_t>(r)]);
      EXPECT_NEAR(value, expected, 1e-4 * std::abs(expected) + 1e-7);
    }
}

TEST(Sketch, HasTheLeadingSingularValuesOfNoisyCounts) {
  const auto world = Communicator::world();
  Wide d;
  const Matrix x(d.source, d.masks, world);
  const std::vector<float> ones(static_cast<std::size_t>(x.columns()), 1.f);
  RangeFinder finder(x, 16, ones, 1);
  const Scaling scaling = measure(x, true, [&](Range rows, int worker, const Scaling& s) { finder.add(rows, worker, s); });
  FusedPass pass(x, scaling);
  const Sketch sketch = sketch_of(pass, finder.directions(scaling), 16);
  PcaOptions options;
  options.components = components;
  options.tolerance = 1e-6;
  const Pca pca = principal_components(pass, options, 1);
  for (std::size_t c = 0; c < components; ++c) EXPECT_NEAR(sketch.squares[c] / pca.squares[c], 1, 0.01) << c;
}

TEST(MemoryLimit, ThreeReadingsAndTheAnswerOfTheWhole) {
  const Communicator alone;
  Wide d;
  const testing::TemporaryDirectory folder;
  decompose_into(folder / "whole.h5", d.source, d.masks, d.options, alone);
  d.source.read_frames = 0;
  decompose_into(
      folder / "limited.h5", d.source, d.masks, d.options, alone, [] { return false; }, d.limited);
  EXPECT_LE(d.source.read_frames, 3 * frames);
  {
    const h5::File whole = h5::File::open(folder / "whole.h5"), limited = h5::File::open(folder / "limited.h5");
    EXPECT_EQ(whole.attribute<std::int64_t>("readings"), 1);
    EXPECT_EQ(limited.attribute<std::int64_t>("readings"), 3);
    EXPECT_EQ(limited.attribute<std::int64_t>("exact_iterations"), 1);
    EXPECT_TRUE(limited.attribute<bool>("converged"));
    const double error = whole.read<double>("nmf/objective").back();
    EXPECT_NEAR(limited.read<double>("nmf/objective").back() / error, 1, 1e-3);
    // The patterns are those of the whole, in the same order: the doses of the components differ enough.
    const auto a = whole.read<float>("nmf/factors"), b = limited.read<float>("nmf/factors");
    for (std::size_t c = 0; c < components; ++c) {
      double best = 0;
      for (std::size_t e = 0; e < components; ++e) {
        double ab = 0, aa = 0, bb = 0;
        for (std::size_t j = 0; j < pixels; ++j) {
          const double x = static_cast<double>(a[c * pixels + j]), y = static_cast<double>(b[e * pixels + j]);
          ab += x * y;
          aa += x * x;
          bb += y * y;
        }
        best = std::max(best, ab / std::sqrt(aa * bb));
      }
      EXPECT_GT(best, 0.99) << c;
    }
  }
}

/// With the index of a sketch stage the data are read for the exact iterations alone; nothing else is different.
TEST(StoredSketch, GivesTheFactorsOfASketchMadeOnTheWay) {
  const Communicator alone;
  Wide d;
  const testing::TemporaryDirectory folder;
  decompose_into(
      folder / "own.h5", d.source, d.masks, d.options, alone, [] { return false; }, d.limited);
  {
    const Matrix x(d.source, d.masks, alone, 1);
    Scaling scaling;
    const Sketch sketch = sketch_matrix(x, {16, true, 5, {}}, scaling, [](const char*) {});
    NoGuard guard;
    engine::Part part({0, 1}, h5::File::create(folder / "sketch.h5"), folder.path(), guard, alone);
    save_sketch(sketch, scaling, x, part);
    (void)part.finish();
  }
  const h5::File stored = h5::File::open(folder / "sketch.h5");
  Setting given = seed_5();
  given.sketch = &stored;
  decompose_into(
      folder / "given.h5", d.source, masks_of_sketch(stored), d.options, alone, [] { return false; }, given);
  const h5::File own = h5::File::open(folder / "own.h5"), from = h5::File::open(folder / "given.h5");
  EXPECT_EQ(from.attribute<std::int64_t>("readings"), 1);
  for (const char* name : {"nmf/factors", "nmf/loadings", "pca/loadings"})
    EXPECT_EQ(from.read<float>(name), own.read<float>(name)) << name;
  EXPECT_EQ(from.read<double>("nmf/objective"), own.read<double>("nmf/objective"));
  d.options.poisson = false;
  EXPECT_THROW(decompose_into(
                   folder / "other.h5", d.source, d.masks, d.options, alone, [] { return false; }, given),
               Failure);
  d.options.poisson = true;
  d.options.bin_scan = 2;
  EXPECT_THROW(decompose_into(
                   folder / "sums.h5", d.source, d.masks, d.options, alone, [] { return false; }, given),
               Failure);
}

TEST(MemoryLimit, TheLikelihoodHasTheIterationsOfThePolish) {
  const Communicator alone;
  Wide d;
  d.options.loss = Loss::kullback_leibler;
  d.options.polish = 3;
  d.options.iterations = 60;
  const testing::TemporaryDirectory folder;
  decompose_into(folder / "whole.h5", d.source, d.masks, d.options, alone);
  decompose_into(
      folder / "limited.h5", d.source, d.masks, d.options, alone, [] { return false; }, d.limited);
  const h5::File whole = h5::File::open(folder / "whole.h5"), limited = h5::File::open(folder / "limited.h5");
  EXPECT_EQ(limited.attribute<std::int64_t>("readings"), 2 + 3 + 1) << "the sketch, the iterations, the divergence at the end";
  EXPECT_EQ(limited.attribute<std::int64_t>("exact_iterations"), 3);
  const auto error = limited.read<double>("nmf/objective");
  ASSERT_EQ(error.size(), 3u);
  EXPECT_LT(error[1], error[0]);
  EXPECT_LT(error[2], error[1]);
  EXPECT_NEAR(error[2] / whole.read<double>("nmf/objective").back(), 1, 0.01);
  EXPECT_NE(limited.attribute<std::vector<std::string>>("warnings").at(0).find("raise `polish`"), std::string::npos);
}

TEST(MemoryLimit, SameBytesForAnyNumberOfRanksAndAfterAStop) {
  const auto world = Communicator::world();
  const Communicator alone;
  constexpr std::int64_t n = 20000, m = 600;  // 12.8 MB: four ranks with a block each take less
  const VectorFrames<std::uint8_t> source(n, m, poisson_counts<std::uint8_t>(n, m, 3, 300));
  Options options;
  options.components = 3;
  options.scree = 0;
  options.sketch = 8;
  options.polish = 2;
  Setting limited = seed_5();
  limited.process = 0;
  limited.memory = 11'000'000;
  limited.pixel_sums.assign(m, 1000);
  for (const Arithmetic arithmetic : {Arithmetic::floating, Arithmetic::integer}) {
    options.arithmetic = arithmetic;
    const testing::TemporaryDirectory mine;
    const std::filesystem::path shared = world.broadcast(mine.path().string());
    decompose_into(
        shared / "together.h5", source, {}, options, world, [] { return false; }, limited);
    for (const int at : {2, 9}) {  // while the sketch is made, and in the iterations
      int questions = 0;
      EXPECT_THROW(
          decompose_into(
              shared / fmt::format("stopped{}.h5", at), source, {}, options, world, [&] { return ++questions == at; }, limited),
          engine::Stopped);
      world.barrier();
    }
    decompose_into(
        shared / "resumed.h5", source, {}, options, world, [] { return false; }, limited);
    world.barrier();
    decompose_into(
        mine / "alone.h5", source, {}, options, alone, [] { return false; }, limited);
    const std::string expected = testing::contents(mine / "alone.h5");
    EXPECT_EQ(h5::File::open(mine / "alone.h5").attribute<std::int64_t>("readings"), 4);
    EXPECT_TRUE(testing::contents(shared / "together.h5") == expected);
    EXPECT_TRUE(testing::contents(shared / "resumed.h5") == expected);
    world.barrier();
  }
}

TEST(StoredSketch, ComesBackAsItWas) {
  const auto world = Communicator::world();
  Wide d;
  const testing::TemporaryDirectory mine;
  const std::filesystem::path shared = world.broadcast(mine.path().string());
  Scaling scaling;
  {
    const Matrix x(d.source, d.masks, world, 1);
    const SketchSettings settings{16, true, 5, {}};
    const Sketch sketch = sketch_matrix(x, settings, scaling, [](const char*) {});
    NoGuard guard;
    engine::Part part({0, 1}, world.leads() ? h5::File::create(shared / "sketch.h5") : h5::File(), shared, guard, world);
    save_sketch(sketch, scaling, x, part);
    if (world.leads()) {
      (void)part.finish();
      part.file().close();
    }
    world.barrier();
    const h5::File stored = h5::File::open(shared / "sketch.h5");
    EXPECT_EQ(masks_of_sketch(stored).navigation, d.masks.navigation);
    EXPECT_EQ(masks_of_sketch(stored).signal, d.masks.signal);
    const StoredSketch back = load_sketch(stored, x);
    EXPECT_EQ(back.sketch.y, sketch.y);
    EXPECT_EQ(back.sketch.v, sketch.v);
    EXPECT_EQ(back.scaling.row, scaling.row);
    EXPECT_EQ(back.scaling.column, scaling.column);
    EXPECT_EQ(back.scaling.root_row, scaling.root_row);
    EXPECT_EQ(back.scaling.root_column, scaling.root_column);
    EXPECT_EQ(back.scaling.column_mean, scaling.column_mean);
    EXPECT_EQ(back.scaling.norm2, scaling.norm2);
    EXPECT_EQ(back.scaling.mean, scaling.mean);
    EXPECT_EQ(back.scaling.counts, scaling.counts);
    EXPECT_EQ(back.scaling.largest_column, scaling.largest_column);
    const Matrix other(VectorFrames<std::uint8_t>(10, pixels, std::vector<std::uint8_t>(10 * pixels, 1)), {}, world);
    EXPECT_THROW((void)load_sketch(stored, other), Failure);
  }
  world.barrier();
}

TEST(MemoryLimit, TooLittleSaysHowMuchIsNeeded) {
  const auto world = Communicator::world();
  Wide d;
  d.limited.memory = 1 << 20;
  const testing::TemporaryDirectory mine;
  const std::filesystem::path shared = world.broadcast(mine.path().string());
  try {
    decompose_into(
        shared / "limited.h5", d.source, d.masks, d.options, world, [] { return false; }, d.limited);
    FAIL() << "it was enough";
  } catch (const Failure& f) {
    EXPECT_EQ(f.error().fault, Fault::no_space);
    EXPECT_NE(std::string(f.what()).find("memory: 1 MiB is too little"), std::string::npos) << f.what();
    EXPECT_NE(std::string(f.what()).find("MiB are needed"), std::string::npos) << f.what();
  }
  world.barrier();
}

}  // namespace
}  // namespace ronchi::decompose
