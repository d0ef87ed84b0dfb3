// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/powder_diffraction/stage.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "framework/report/figures.hpp"
#include "tests/support/particles.hpp"
#include "tests/support/temporary.hpp"
#include "tests/unit/wave/particles.hpp"

namespace ronchi::powder_diffraction {

namespace {

std::vector<physics::Particle> zoo() {
  auto broken = wave::icosahedron(1, 0);
  broken.positions[4] = std::nan("");
  return {wave::icosahedron(1, 0), wave::icosahedron(2, 1), {}, wave::icosahedron(2, 0), broken, wave::icosahedron(2, 2)};
}
Options small() {
  Options o;
  o.points = 40;
  o.pdf_range = 6;
  o.pdf_step = 0.5;
  return o;
}

}  // namespace

TEST(PowderDiffraction, RowsAreTheDebyeSums) {
  testing::TemporaryDirectory folder;
  const engine::Inputs inputs(1, {testing::provide_particles(folder / "in", zoo())}, {});
  PowderDiffraction stage(small());
  const auto run = testing::run_stage(stage, "powder_diffraction", inputs, folder / "out", 100);
  const h5::File index = run.input.index();
  const auto rows = index.read<float>("intensity");
  const auto q = index.read<double>("q");
  EXPECT_EQ(q.front(), 0.1);
  EXPECT_EQ(q.back(), 1.5);
  auto particle = zoo()[1];
  for (double& x : particle.positions) x = static_cast<float>(x);  // as they were stored
  const DebyeSum sum({}, particle.symbols, q);
  DebyeSum::Workspace workspace;
  std::vector<double> expected(q.size());
  sum(particle, workspace, expected);
  for (std::size_t j = 0; j < q.size(); ++j) {
    EXPECT_EQ(rows[40 + j], static_cast<float>(expected[j]));
    EXPECT_EQ(rows[80 + j], 0) << "the simulation failed";
  }
  EXPECT_EQ(index.read<float>("pdf").size(), 6u * 12);
  ASSERT_EQ(run.failed.size(), 1u);
  EXPECT_NE(run.failed.at(4).find("not a number"), std::string::npos);
  const auto mean = index.read<double>("mean_intensity");
  for (std::size_t j = 0; j < q.size(); ++j)
    EXPECT_NEAR(mean[j],
                (static_cast<double>(rows[j]) + static_cast<double>(rows[40 + j]) + static_cast<double>(rows[120 + j]) +
                 static_cast<double>(rows[200 + j])) /
                    4,
                1e-5 * mean[j]);
  EXPECT_EQ(report::load(index).size(), 1u);
}

/// A particle whose description failed has a pattern, but is of no class.
TEST(PowderDiffraction, MeansAreOfMeasuredParticles) {
  testing::TemporaryDirectory folder;
  const auto all = zoo();
  auto known = all;
  known[3] = {{"Ag", "Co"}, {}, {}};
  const engine::Inputs inputs(
      1, {testing::provide_particles(folder / "in", all, 60)[0], testing::provide_particles(folder / "known", known, 60)[1]}, {});
  PowderDiffraction stage(small());
  const h5::File index = testing::run_stage(stage, "powder_diffraction", inputs, folder / "out", 4).input.index();
  const auto rows = index.read<float>("intensity");
  const auto mean = index.read<double>("mean_intensity");
  EXPECT_EQ(index.read<std::int64_t>("particles_of_class"), (std::vector<std::int64_t>{1, 2})) << "0; 1 and 5";
  for (std::size_t j = 0; j < 40; ++j) {
    EXPECT_GT(rows[3 * 40 + j], 0);
    EXPECT_NEAR(mean[j], rows[j], 1e-5 * mean[j]);
    EXPECT_NEAR(mean[40 + j], (static_cast<double>(rows[40 + j]) + static_cast<double>(rows[5 * 40 + j])) / 2, 1e-5 * mean[40 + j]);
  }
}

TEST(PowderDiffraction, SameBytesForAnyTaskCut) {
  testing::TemporaryDirectory folder;
  const engine::Inputs inputs(1, {testing::provide_particles(folder / "in", zoo())}, {});
  std::vector<float> first, pdf;
  std::vector<double> mean;
  for (const std::int64_t cut : {6, 1, 4}) {
    PowderDiffraction stage(small());
    const auto run = testing::run_stage(stage, "powder_diffraction", inputs, folder / std::to_string(cut), cut);
    const h5::File index = run.input.index();
    if (first.empty()) {
      first = index.read<float>("intensity");
      pdf = index.read<float>("pdf");
      mean = index.read<double>("mean_intensity");
    }
    EXPECT_EQ(index.read<float>("intensity"), first);
    EXPECT_EQ(index.read<float>("pdf"), pdf);
    EXPECT_EQ(index.read<double>("mean_intensity"), mean);
  }
}

TEST(PowderDiffraction, ARangeThatFallsIsRefused) {
  Options o = small();
  o.q = {1, 0.5};
  EXPECT_THROW(PowderDiffraction(o).check(), Failure);
}

}  // namespace ronchi::powder_diffraction
