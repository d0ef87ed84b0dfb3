// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/describe_particles/stage.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>

#include "framework/report/figures.hpp"
#include "stages/describe_particles/figures.hpp"
#include "stages/describe_particles/measures.hpp"
#include "tests/support/stage_run.hpp"
#include "tests/support/temporary.hpp"
#include "tests/unit/describe_particles/shapes.hpp"

namespace ronchi::describe_particles {
namespace {

using physics::Particle;

/// A `simulate_particles` stage that has made these; one without atoms stands for a simulation that failed.
engine::Input simulated(const std::filesystem::path& directory, const std::vector<Particle>& particles) {
  const auto items = static_cast<std::int64_t>(particles.size());
  const std::int64_t most = 120;
  std::filesystem::create_directories(directory / "parts");
  std::map<std::int64_t, std::string> none;
  testing::Quarantined guard(none);
  const Communicator self;
  engine::Part part({0, items}, h5::File::create(directory / "parts" / ("0-" + std::to_string(items) + ".h5")), directory, guard,
                    self);
  part.rows<std::int32_t>("atoms", {});
  part.rows<std::uint8_t>("species", {most});
  part.rows<float>("positions", {most, 3});
  part.rows<std::uint8_t>("protocol", {});
  part.rows<float>("quench_rate", {});
  for (std::int64_t i = 0; i < items; ++i) {
    const Particle& p = particles[static_cast<std::size_t>(i)];
    const Range here{i, i + 1};
    const auto atoms = static_cast<std::int32_t>(p.size());
    auto species = p.species;
    species.resize(static_cast<std::size_t>(most));
    std::vector<float> positions(p.positions.begin(), p.positions.end());
    positions.resize(static_cast<std::size_t>(3 * most));
    const auto protocol = static_cast<std::uint8_t>(i % 2);
    const float rate = i % 2 == 0 ? 7.2F : 0.0F;
    part.write<std::int32_t>("atoms", here, std::span(&atoms, 1));
    part.write<std::uint8_t>("species", here, species);
    part.write<float>("positions", here, positions);
    part.write<std::uint8_t>("protocol", here, std::span(&protocol, 1));
    part.write<float>("quench_rate", here, std::span(&rate, 1));
  }
  (void)part.finish();
  part.file().close();
  h5::File index = h5::File::create(directory / "index.h5");
  index.write_texts("symbols", {"Ag", "Co"});
  index.write_texts("protocol_names", {"gas", "droplets"});
  index.write("bonds", std::vector<double>{3.47, 3.0, 3.23});
  index.close();
  return {"particles", "simulate_particles", "key", directory, items, {}};
}

std::vector<Particle> zoo() {
  Particle broken = test::ball(60);
  broken.positions[5] = std::nan("");
  Particle foreign = test::ball(60);
  foreign.species[7] = 2;
  return {
      test::core_shell(100, 40), test::two_halves(120, 60), Particle{}, test::alloy(110, 50, 1), broken, test::ball(80), foreign};
}

std::string bytes(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

std::vector<std::string> titles(const h5::Group& index) {
  std::vector<std::string> all;
  for (const auto& figure : report::load(index)) std::visit([&](const auto& f) { all.push_back(f.title); }, figure);
  return all;
}

}  // namespace

TEST(DescribeParticles, LabelsWhatItIsGiven) {
  testing::TemporaryDirectory folder;
  const engine::Inputs inputs(1, {simulated(folder / "in", zoo())}, {});
  DescribeParticles stage{Options{}};
  const auto run = testing::run_stage(stage, "describe_particles", inputs, folder / "out", 100);
  const h5::File index = run.input.index();
  EXPECT_EQ(index.read<std::uint8_t>("class"),
            (std::vector<std::uint8_t>{static_cast<std::uint8_t>(Class::core_shell), static_cast<std::uint8_t>(Class::janus),
                                       static_cast<std::uint8_t>(Class::none), static_cast<std::uint8_t>(Class::mixed),
                                       static_cast<std::uint8_t>(Class::none), static_cast<std::uint8_t>(Class::pure),
                                       static_cast<std::uint8_t>(Class::none)}));
  EXPECT_EQ(index.read<std::int32_t>("atoms"), (std::vector<std::int32_t>{100, 120, 0, 110, 0, 80, 0}));
  EXPECT_EQ(index.read<float>("composition")[0], 0.4F);
  EXPECT_EQ(index.read_texts("class_names")[1], "core_shell");
  EXPECT_EQ(index.read_texts("symbols"), (std::vector<std::string>{"Ag", "Co"}));
  // A failed simulation is no failure here as well; positions that are none are.
  ASSERT_EQ(run.failed.size(), 2u);
  EXPECT_NE(run.failed.at(4).find("not a number"), std::string::npos);
  EXPECT_NE(run.failed.at(6).find("species 2"), std::string::npos);
}

TEST(DescribeParticles, RowsAreTheMeasures) {
  testing::TemporaryDirectory folder;
  const engine::Inputs inputs(1, {simulated(folder / "in", zoo())}, {});
  DescribeParticles stage{Options{}};
  const auto run = testing::run_stage(stage, "describe_particles", inputs, folder / "out", 100);
  const h5::File index = run.input.index();
  Particle p = test::two_halves(120, 60);
  for (double& x : p.positions) x = static_cast<float>(x);  // as they were stored
  const Measures m = measure(p, {3.47, 3.0, 3.23}, Options{});
  const auto expect = [&](const char* name, double value, std::size_t at = 1) {
    EXPECT_EQ(index.read<float>(name)[at], static_cast<float>(value)) << name;
  };
  expect("separation", m.segregation.separation);
  expect("asymmetry", m.segregation.asymmetry);
  expect("enclosure", m.segregation.enclosure);
  expect("short_range_order", m.mixing.short_range_order);
  expect("q4", m.packing.q4);
  expect("q6", m.packing.q6);
  expect("fcc", m.packing.fcc);
  expect("gyration_radius", m.shape.gyration_radius);
  expect("asphericity", m.shape.asphericity);
  expect("mean_radius", m.radii[1], 3);
  expect("surface_fraction", m.surface[0], 2);
  EXPECT_EQ(index.read<std::int32_t>("unlike_bonds")[1], m.mixing.unlike);
  const auto profile = index.read<std::uint16_t>("radial_profile");
  EXPECT_TRUE(std::equal(m.profile.begin(), m.profile.end(), profile.begin() + static_cast<std::ptrdiff_t>(m.profile.size())));
  // Every pair below 10 A is counted once, by species.
  std::array<std::int64_t, 3> near{}, counted{};
  for (const Particle& q : {test::core_shell(100, 40), test::two_halves(120, 60), test::alloy(110, 50, 1), test::ball(80)})
    for (std::size_t i = 0; i < q.size(); ++i)
      for (std::size_t j = 0; j < i; ++j) {
        const Vector a = position(q, i), b = position(q, j);
        const int s = q.species[i], t = q.species[j];
        near[static_cast<std::size_t>(s == t ? s : 2)] += test::radius({a[0] - b[0], a[1] - b[1], a[2] - b[2]}) < 10;
      }
  const auto pairs = index.read<std::int64_t>("pair_distribution");
  for (std::size_t k = 0; k < 3; ++k)
    for (std::size_t n = 0; n < pair_steps; ++n) counted[k] += pairs[k * pair_steps + n];
  EXPECT_EQ(counted, near);
}

TEST(DescribeParticles, TheCutOfTheWorkChangesNothing) {
  testing::TemporaryDirectory folder;
  const engine::Inputs inputs(1, {simulated(folder / "in", zoo())}, {});
  DescribeParticles stage{Options{}};
  (void)testing::run_stage(stage, "describe_particles", inputs, folder / "a", 1);
  (void)testing::run_stage(stage, "describe_particles", inputs, folder / "b", 4);
  EXPECT_EQ(bytes(folder / "a" / "index.h5"), bytes(folder / "b" / "index.h5"));
}

TEST(DescribeParticles, ReportsWhatThereIs) {
  testing::TemporaryDirectory folder;
  const engine::Inputs inputs(1, {simulated(folder / "in", zoo())}, {});
  DescribeParticles stage{Options{}};
  const auto run = testing::run_stage(stage, "describe_particles", inputs, folder / "out", 100);
  const h5::File index = run.input.index();
  EXPECT_EQ(titles(index), (std::vector<std::string>{"Classes of particles", "Class and protocol", "Class and size",
                                                     "Class and composition", "Class and cooling rate", "Where the classes end",
                                                     "Asymmetry", "Separation of the species", "Pair distribution"}));
  const auto figures = report::load(index);
  const auto& classes = std::get<report::Table>(figures[0]);
  EXPECT_EQ(classes.header, (std::vector<std::string>{"", "core_shell", "janus", "mixed", "pure"}));
  EXPECT_EQ(classes.rows[1], (std::vector<std::string>{"share", "25.0 %", "25.0 %", "25.0 %", "25.0 %"}));
  EXPECT_EQ(classes.rows[2], (std::vector<std::string>{"atoms", "100", "120", "110", "80"}));
  const auto& protocols = std::get<report::Table>(figures[1]);
  EXPECT_EQ(protocols.rows[0], (std::vector<std::string>{"gas", "1", "0", "0", "0"}));
  EXPECT_EQ(protocols.rows[1], (std::vector<std::string>{"droplets", "0", "1", "1", "1"}));
  for (std::size_t k = 6; k < 8; ++k) {  // histograms hold every particle
    double all = 0;
    for (const auto& series : std::get<report::Curve>(figures[k]).series)
      for (const double n : series.y) all += n;
    EXPECT_EQ(all, 4);
  }
  for (std::size_t k = 2; k < 5; ++k) {  // shares add up to 1 in every bin
    const auto& curve = std::get<report::Curve>(figures[k]);
    for (std::size_t b = 0; b < curve.series[0].x.size(); ++b) {
      double sum = 0;
      for (const auto& s : curve.series) sum += s.y[b];
      EXPECT_NEAR(sum, 1, 1e-12) << curve.title;
    }
  }
}

TEST(DescribeParticles, NothingAtAllIsNoError) {
  testing::TemporaryDirectory folder;
  const engine::Inputs inputs(1, {simulated(folder / "in", {Particle{}, Particle{}})}, {});
  DescribeParticles stage{Options{}};
  const auto run = testing::run_stage(stage, "describe_particles", inputs, folder / "out", 2);
  EXPECT_TRUE(titles(run.input.index()).empty());
}

TEST(DescribeParticles, BondsMayBeGiven) {
  testing::TemporaryDirectory folder;
  const engine::Inputs inputs(1, {simulated(folder / "in", zoo())}, {});
  Options options;
  options.bonds = {2, 2, 2};  // shorter than any
  DescribeParticles loose{options};
  const auto run = testing::run_stage(loose, "describe_particles", inputs, folder / "out", 100);
  EXPECT_EQ(run.input.index().read<std::int32_t>("fragments")[0], 100);
  EXPECT_EQ(run.input.index().read<std::uint8_t>("class")[0], static_cast<std::uint8_t>(Class::fragmented));
  options.bonds = {3, 3};
  try {
    (void)DescribeParticles(options).plan(inputs);
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.error().fault, Fault::usage);
    EXPECT_NE(failure.error().message.find("2 numbers"), std::string::npos);
  }
}

}  // namespace ronchi::describe_particles
