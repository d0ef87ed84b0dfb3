// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/simulate_stem/stage.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "framework/data/half.hpp"
#include "framework/report/figures.hpp"
#include "tests/support/particles.hpp"
#include "tests/support/temporary.hpp"
#include "tests/unit/wave/particles.hpp"

namespace ronchi::simulate_stem {

namespace {

std::vector<physics::Particle> zoo() {
  auto broken = wave::icosahedron(1, 0);
  broken.positions[4] = std::nan("");
  return {wave::icosahedron(1, 0), {}, wave::icosahedron(2, 1), broken, wave::icosahedron(2, 0)};
}
Options small() {
  Options o;
  o.images = 2;
  o.pixels = 48;
  o.sampling = 0.05;
  o.number = Number::float32;
  o.wander = 0.1;
  return o;
}

}  // namespace

TEST(SimulateStem, RowsAreWhatTheModelSees) {
  testing::TemporaryDirectory folder;
  const engine::Inputs inputs(7, {testing::provide_particles(folder / "in", zoo())}, {});
  SimulateStem stage(small());
  const auto run = testing::run_stage(stage, "simulate_stem", inputs, folder / "out", 100);
  const h5::File index = run.input.index();
  const auto clean = index.read<float>("clean");
  const std::size_t pixels = 48 * 48;
  ASSERT_EQ(clean.size(), 5 * 2 * pixels);

  // Image 1 of structure 2 again, from the labels that are stored.
  const auto orientation = index.read<float>("orientation"), position = index.read<float>("position"),
             c10 = index.read<float>("C10"), c30 = index.read<float>("C30"), dose = index.read<float>("dose");
  auto settings = adf_settings(small());
  std::vector<wave::AdfAtom> atoms{{settings.lens, physics::Parametrization::lobato, 47, settings.detector},
                                   {settings.lens, physics::Parametrization::lobato, 27, settings.detector}};
  const wave::AdfModel model(settings, atoms);
  wave::AdfModel::Workspace workspace;
  const float* q = &orientation[4 * 5];
  const wave::Pose pose{physics::rotation_of({q[0], q[1], q[2], q[3]}), 12 + 10.0 * position[10], 12 + 10.0 * position[11]};
  wave::ProbeLens lens = settings.lens;
  lens.c10 = 10.0 * c10[5];
  lens.c30 = 1e4 * c30[5];
  std::vector<float> image(pixels);
  model.image(zoo()[2], pose, lens, workspace, image);
  const float most = *std::max_element(image.begin(), image.end());
  double electrons = 0, counted = 0;
  const auto noisy = index.read<std::uint16_t>("noisy");
  for (std::size_t p = 0; p < pixels; ++p) {
    EXPECT_NEAR(clean[5 * pixels + p], image[p], 1e-4 * most);
    EXPECT_EQ(clean[2 * pixels + p], 0) << "the simulation failed";
    electrons += static_cast<double>(image[p]) * dose[5] * 0.25;
    counted += noisy[5 * pixels + p];
  }
  EXPECT_GT(electrons, 100);
  EXPECT_NEAR(counted, electrons, 5 * std::sqrt(electrons));
  for (const std::size_t i : {0u, 1u, 4u, 5u, 8u, 9u}) {
    EXPECT_TRUE(c10[i] >= -4 && c10[i] <= 4 && c30[i] >= -1 && c30[i] <= 1 && dose[i] >= 1e3 && dose[i] <= 1e5) << i;
    EXPECT_TRUE(std::abs(position[2 * i]) <= 0.1 && std::abs(position[2 * i + 1]) <= 0.1) << i;
  }
  EXPECT_NE(c10[4], c10[5]);
  EXPECT_EQ(index.read<std::int32_t>("atoms"), (std::vector<std::int32_t>{13, 0, 55, 0, 55}));
  ASSERT_EQ(run.failed.size(), 1u);
  EXPECT_NE(run.failed.at(3).find("not a number"), std::string::npos);
  EXPECT_EQ(report::load(index).size(), 3u);
}

/// Fields are periodic: what lies outside would come back on the other side.
TEST(SimulateStem, AParticleThatDoesNotFitIsABadItem) {
  testing::TemporaryDirectory folder;
  const engine::Inputs inputs(7, {testing::provide_particles(folder / "in", zoo())}, {});
  Options o = small();
  o.images = 1;
  o.wander = 2;  // a field of 2.4 nm
  const auto run = [&](const std::string& name) {
    SimulateStem stage(o);
    return testing::run_stage(stage, "simulate_stem", inputs, folder / name, 100);
  };
  const auto wide = run("wide");
  for (const std::int64_t item : {0, 2, 4}) {
    const Conditions c = draw(o, 7, item, 0);
    const double room = 12 - std::max(std::abs(c.x), std::abs(c.y)),
                 radius = wave::radius_of(zoo()[static_cast<std::size_t>(item)]);
    ASSERT_EQ(wide.failed.count(item), radius > room ? 1u : 0u) << item;
    if (radius > room) { EXPECT_NE(wide.failed.at(item).find("field"), std::string::npos); }
  }
  EXPECT_GT(wide.failed.size(), 1u) << "one is broken anyway";
  o.wander = 0.3;
  EXPECT_EQ(run("narrow").failed.size(), 1u);
}

TEST(SimulateStem, SaysWhereCountsEnd) {
  testing::TemporaryDirectory folder;
  const engine::Inputs inputs(7, {testing::provide_particles(folder / "in", {zoo()[2]})}, {});
  Options o = small();
  o.dose = {5e7};
  SimulateStem stage(o);
  const h5::File index = testing::run_stage(stage, "simulate_stem", inputs, folder / "out", 1).input.index();
  const auto clean = index.read<float>("clean");
  const auto noisy = index.read<std::uint16_t>("noisy");
  const auto saturated = index.read<std::int32_t>("saturated");
  ASSERT_EQ(saturated.size(), 2u);
  for (std::size_t image = 0; image < 2; ++image) {
    int cut = 0, expected = 0;
    for (std::size_t p = image * 48 * 48; p < (image + 1) * 48 * 48; ++p) {
      cut += noisy[p] == 65535;
      expected += clean[p] * 5e7 * 0.25 > 65535;
    }
    EXPECT_GT(expected, 0);
    EXPECT_LT(expected, 48 * 48 / 2);
    EXPECT_EQ(saturated[image], cut);
    EXPECT_NEAR(cut, expected, 3) << "within the noise of the pixels on the edge";
  }
}

TEST(SimulateStem, SameBytesForAnyTaskCut) {
  testing::TemporaryDirectory folder;
  const engine::Inputs inputs(7, {testing::provide_particles(folder / "in", zoo())}, {});
  std::vector<float> first;
  std::vector<std::uint16_t> noisy;
  for (const std::int64_t cut : {5, 1, 2}) {
    SimulateStem stage(small());
    const auto run = testing::run_stage(stage, "simulate_stem", inputs, folder / std::to_string(cut), cut);
    const h5::File index = run.input.index();
    if (first.empty()) first = index.read<float>("clean"), noisy = index.read<std::uint16_t>("noisy");
    EXPECT_EQ(index.read<float>("clean"), first);
    EXPECT_EQ(index.read<std::uint16_t>("noisy"), noisy);
  }
}

TEST(SimulateStem, HalvesAreTheFloatsRounded) {
  testing::TemporaryDirectory folder;
  const engine::Inputs inputs(7, {testing::provide_particles(folder / "in", {zoo()[0]})}, {});
  Options o = small();
  SimulateStem full(o);
  o.number = Number::float16;
  SimulateStem half(o);
  const auto f = testing::run_stage(full, "simulate_stem", inputs, folder / "f", 1).input.index().read<float>("clean");
  const auto h = testing::run_stage(half, "simulate_stem", inputs, folder / "h", 1).input.index().read<float>("clean");
  for (std::size_t i = 0; i < f.size(); ++i) EXPECT_EQ(h[i], to_float(to_half(f[i])));
}

TEST(SimulateStem, WhatCannotBeIsRefused) {
  const auto refused = [&](auto change) {
    Options o = small();
    change(o);
    EXPECT_THROW(SimulateStem(o).check(), Failure);
  };
  EXPECT_NO_THROW(SimulateStem(small()).check());
  refused([](Options& o) { o.pixels = 50; });
  refused([](Options& o) { o.detector = {10, 80}; });  // within the probe
  refused([](Options& o) { o.detector = {80, 70}; });
  refused([](Options& o) { o.c10 = {3, -3}; });
  refused([](Options& o) { o.dose = {}; });
  refused([](Options& o) { o.sampling = 0.001; });  // a field that cannot hold the probe
}

}  // namespace ronchi::simulate_stem
