// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Truths: recipes (what was asked for), energies of the double-precision reference, the canonical distribution, equal bytes for any
// batch; what goes wrong with one particle is that particle's alone.
#include "stages/simulate_particles/stage.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "stages/simulate_particles/simulation.hpp"
#include "tests/support/stage_run.hpp"
#include "tests/support/temporary.hpp"

namespace ronchi::simulate_particles {

namespace {

constexpr std::uint64_t seed = 5;

Leg leg(double duration, double from, double to) { return {{duration}, from, to}; }

Protocol protocol(const std::string& name, Start start, std::vector<Leg> legs) {
  Protocol p;
  p.name = name;
  p.start = start;
  p.legs = std::move(legs);
  return p;
}

/// Particles of some ten atoms by protocols of all kinds, each some hundred steps.
Options tiny(std::int64_t simulations) {
  Options o;
  o.simulations = simulations;
  o.atoms = {8, 16};
  o.composition = {0.2, 0.8};
  o.last.duration = {0.05};
  o.largest_fragment = 0;
  Protocol gas = protocol("core_shell", Start::gas, {leg(0.2, 7500, 300)});
  gas.density = {5};
  gas.boundary = md::Boundary::periodic;
  Protocol walls = gas, free = gas;
  walls.name = "walls";
  walls.boundary = md::Boundary::reflecting;
  free.name = "free";
  free.boundary = md::Boundary::open;
  Protocol drops = protocol("janus", Start::droplets, {leg(0.1, 800, 300)});
  drops.prepare = {leg(0.1, 800, 800)};
  Protocol liquid = drops;
  liquid.name = "liquid";
  liquid.structure = Structure::liquid;
  liquid.gap = 0.5;
  o.protocols = {gas, drops, protocol("heated", Start::cluster, {leg(0.1, 300, 900)}), walls, free, liquid};
  o.mixture = {1, 1, 1, 1, 1, 1};
  return o;
}

/// All rows of all items.
struct Rows {
  std::vector<std::int32_t> atoms, counts, fragments, largest;
  std::vector<std::uint8_t> species, protocol, status;
  std::vector<float> positions, rate, temperature;
  std::vector<double> energy, relaxed;
  std::vector<std::int64_t> steps, atom_steps, particles;
  std::map<std::int64_t, std::string> failed;
  friend bool operator==(const Rows&, const Rows&) = default;
};

/// Run in tasks of `cut`.
Rows simulated(const Options& options, std::int64_t cut) {
  const testing::TemporaryDirectory folder;
  SimulateParticles stage(options);
  auto run = testing::run_stage(stage, "simulate_particles", engine::Inputs(seed, {}, {}), folder.path(), cut);
  const h5::File index = run.input.index();
  return {index.read<std::int32_t>("atoms"),
          index.read<std::int32_t>("counts"),
          index.read<std::int32_t>("fragments"),
          index.read<std::int32_t>("largest_fragment"),
          index.read<std::uint8_t>("species"),
          index.read<std::uint8_t>("protocol"),
          index.read<std::uint8_t>("status"),
          index.read<float>("positions"),
          index.read<float>("quench_rate"),
          index.read<float>("temperature"),
          index.read<double>("potential_energy"),
          index.read<double>("relaxed_energy"),
          index.read<std::int64_t>("steps"),
          index.read<std::int64_t>("atom_steps"),
          index.read<std::int64_t>("particles_of_protocol"),
          run.failed};
}

physics::Particle particle_of(const Rows& rows, std::size_t item, std::size_t most) {
  physics::Particle p{{"Ag", "Co"}, {}, {}};
  const auto atoms = static_cast<std::size_t>(rows.atoms[item]);
  p.species.assign(rows.species.begin() + static_cast<std::ptrdiff_t>(item * most),
                   rows.species.begin() + static_cast<std::ptrdiff_t>(item * most + atoms));
  p.positions.assign(rows.positions.begin() + static_cast<std::ptrdiff_t>(item * most * 3),
                     rows.positions.begin() + static_cast<std::ptrdiff_t>((item * most + atoms) * 3));
  return p;
}

}  // namespace

TEST(SimulateParticles, EveryParticleIsThatOfItsRecipe) {
  const Options o = tiny(40);
  const Rows rows = simulated(o, 16);
  EXPECT_TRUE(rows.failed.empty()) << rows.failed.begin()->second;
  const auto potential = md::potential(o.potential);
  const Recipes recipes(o, potential, seed);
  std::vector<std::int64_t> particles(6), atom_steps(6);
  for (std::size_t i = 0; i < 40; ++i) {
    const Recipe recipe = recipes.draw(static_cast<std::int64_t>(i));
    const auto p = particle_of(rows, i, 16);
    ASSERT_EQ(rows.atoms[i], recipe.atoms());
    EXPECT_EQ(rows.protocol[i], recipe.protocol);
    EXPECT_EQ(std::count(p.species.begin(), p.species.end(), 0), recipe.counts[0]);
    EXPECT_EQ(std::count(p.species.begin(), p.species.end(), 1), recipe.counts[1]);
    EXPECT_EQ(rows.counts[2 * i + 1], recipe.counts[1]);
    EXPECT_FLOAT_EQ(rows.rate[i], static_cast<float>(recipe.quench_rate()));
    std::array<double, 3> centre{};
    for (std::size_t a = 0; a < p.size(); ++a)
      for (std::size_t c = 0; c < 3; ++c) centre[c] += potential.masses[p.species[a]] * p.positions[3 * a + c];
    for (const double c : centre) EXPECT_NEAR(c / (60.0 * static_cast<double>(p.size())), 0, 1e-4);
    // Positions are rounded to 1e-6 A and forces are some eV/A; mixed precision adds as much.
    EXPECT_NEAR(md::energy(p, potential), rows.energy[i], 2e-3) << i;
    EXPECT_LE(rows.relaxed[i], rows.energy[i] + 1e-6);
    const auto found = physics::find_fragments(p, bonds_of(potential));
    EXPECT_EQ(rows.fragments[i], static_cast<std::int32_t>(found.sizes.size()));
    EXPECT_EQ(rows.largest[i], found.sizes[0]);
    const bool drops = recipe.protocol == 1 || recipe.protocol == 5;
    EXPECT_EQ(rows.steps[i],
              (recipe.protocol == 2 ? 100 : 200) + 50 - (drops && std::max(recipe.counts[0], recipe.counts[1]) < 4 ? 100 : 0));
    ++particles[recipe.protocol];
    if (!drops) atom_steps[recipe.protocol] += rows.steps[i] * rows.atoms[i];
  }
  EXPECT_EQ(rows.particles, particles);
  for (const std::size_t p : {0u, 2u, 3u, 4u}) EXPECT_EQ(rows.atom_steps[p], atom_steps[p]);
  for (const auto n : particles) EXPECT_GT(n, 0);
}

TEST(SimulateParticles, TheBatchDoesNotChangeAByte) {
  Options o = tiny(70);
  o.batch = 1;
  EXPECT_EQ(SimulateParticles(o).plan(engine::Inputs(seed, {}, {})).per_task, 1);
  const Rows one = simulated(o, 1);
  EXPECT_TRUE(one == simulated(o, 64));
  EXPECT_TRUE(one == simulated(o, 1024));
}

TEST(SimulateParticles, EndAtTheTemperatureOfTheLastLeg) {
  Options o;
  o.simulations = 40;
  o.atoms = {20};
  o.mixture = {0, 0, 1};
  Protocol p = protocol("heated", Start::cluster, {leg(0.5, 300, 300)});
  o.protocols = {p};
  o.relax = false;
  o.last = leg(2, 600, 600);
  o.last.time_constant = 0.05;
  const Rows rows = simulated(o, 40);
  double mean = 0;
  for (const float t : rows.temperature) mean += t / 40;
  // Kinetic energy of 54 degrees of freedom: relative deviation sqrt(2 / 54), over 40 particles.
  EXPECT_NEAR(mean, 600, 5 * 600 * std::sqrt(2.0 / 54 / 40));
}

TEST(SimulateParticles, AbsurdStepsExplodeAndAreHeldWithTheirReason) {
  Options o = tiny(6);
  o.timestep = 90;
  const Rows rows = simulated(o, 3);
  ASSERT_FALSE(rows.failed.empty());
  for (const auto& [item, reason] : rows.failed) {
    EXPECT_EQ(rows.status[static_cast<std::size_t>(item)], 1);
    EXPECT_EQ(rows.atoms[static_cast<std::size_t>(item)], 0);
    EXPECT_NE(reason.find("atoms: "), std::string::npos) << reason;
  }
}

/// Half of the particles are far too hot for the step; the others are as if they were alone.
TEST(SimulateParticles, AnExplosionHarmsNobodyElse) {
  Options o = tiny(16);
  o.protocols.resize(3);
  o.protocols[0].legs = {leg(1, 1e5, 1e5)};
  o.mixture = {1, 0, 1};
  o.timestep = 16;
  const Rows together = simulated(o, 16), alone = simulated(o, 1);
  const Recipes recipes(o, md::potential(o.potential), seed);
  std::size_t hot = 0;
  for (std::int64_t i = 0; i < 16; ++i) {
    const bool explodes = recipes.draw(i).protocol == 0;
    hot += explodes ? 1 : 0;
    EXPECT_EQ(together.failed.contains(i), explodes) << i;
  }
  EXPECT_GT(hot, 2u);
  EXPECT_LT(hot, 14u);
  EXPECT_TRUE(together == alone);
}

TEST(SimulateParticles, FragmentsAreHeldWithTheirReason) {
  Options o = tiny(16);
  o.mixture = {1, 0, 1, 0, 0, 0};
  o.protocols[0].density = {0.2};
  o.largest_fragment = 0.9;
  const Rows rows = simulated(o, 16);
  const Recipes recipes(o, md::potential(o.potential), seed);
  for (std::int64_t i = 0; i < 16; ++i) {
    const bool gas = recipes.draw(i).protocol == 0;
    ASSERT_EQ(rows.failed.contains(i), gas) << i;
    if (gas) { EXPECT_NE(rows.failed.at(i).find("fragmented: the largest of"), std::string::npos) << rows.failed.at(i); }
    EXPECT_EQ(rows.atoms[static_cast<std::size_t>(i)] == 0, gas);
  }
}

/// Two atoms that nothing keeps apart fall into each other, where the force has no zero.
TEST(SimulateParticles, ARelaxationThatDoesNotArriveCostsItsParticleAlone) {
  const testing::TemporaryDirectory folder;
  const auto file = folder.path() / "collapse.yaml";
  std::ofstream(file) << R"(
name: collapse
source: nobody
species: [Ag, Co]
masses: [107.8682, 58.933195]
pairs:
  - {of: [Ag, Ag], A: 0.104331912, xi: 1.194019029, p: 10.79, q: 3.19, r0: 2.89, inner: 4.08707719, outer: 5.00562683}
  - {of: [Co, Co], A: 1e-6, xi: 0.01, p: 0.1, q: 3, r0: 2.5, inner: 3.53553391, outer: 4.33012702}
  - {of: [Ag, Co], A: 0.14440, xi: 1.47760, p: 10.001, q: 3.085, r0: 2.695, inner: 4.08707719, outer: 4.33012702}
)";
  Options o = tiny(16);
  o.potential = file.string();
  o.atoms = {2};
  o.composition = {0, 1};
  o.mixture = {0, 0, 1, 0, 0, 0};
  o.protocols[2].legs = o.protocols[0].legs = {leg(0.002, 1, 1)};
  o.last = leg(0.002, 1, 1);
  const Rows rows = simulated(o, 16);
  const Recipes recipes(o, md::potential(o.potential), seed);
  int bad = 0;
  for (std::int64_t i = 0; i < 16; ++i) {
    const bool collapses = recipes.draw(i).counts[1] == 2;
    bad += collapses ? 1 : 0;
    ASSERT_EQ(rows.failed.contains(i), collapses) << i << (rows.failed.contains(i) ? rows.failed.at(i) : "");
    if (collapses) { EXPECT_NE(rows.failed.at(i).find("minimum was not found"), std::string::npos) << rows.failed.at(i); }
  }
  EXPECT_GT(bad, 0);
  EXPECT_LT(bad, 16);
}

/// A start that cannot be made is that item's fault alone, too.
TEST(SimulateParticles, AGasWithoutRoomIsHeld) {
  Options o = tiny(8);
  o.atoms = {150};
  o.protocols[0].density = {60};  // of the solid
  o.mixture = {1, 0, 1, 0, 0, 0};
  o.potential = "Ag-P";
  for (auto& p : o.protocols) p.legs = {leg(0.002, 300, 300)};
  const Rows rows = simulated(o, 8);
  const Recipes recipes(o, md::potential(o.potential), seed);
  for (std::int64_t i = 0; i < 8; ++i) {
    const bool gas = recipes.draw(i).protocol == 0;
    ASSERT_EQ(rows.failed.contains(i), gas) << i;
    if (gas) { EXPECT_NE(rows.failed.at(i).find("no room for atom"), std::string::npos) << rows.failed.at(i); }
  }
}

TEST(SimulateParticles, APureMetalIsMadeByEveryProtocolToo) {
  Options o = tiny(12);
  o.potential = "Co-P";
  const Rows rows = simulated(o, 6);
  EXPECT_TRUE(rows.failed.empty()) << rows.failed.begin()->second;
  for (std::size_t i = 0; i < 12; ++i) {
    EXPECT_EQ(rows.counts[2 * i], rows.atoms[i]);
    EXPECT_LT(rows.energy[i], 0);
  }
}

/// What hangs together across a side of the box does so in the rows, where there is no box any more.
TEST(SimulateParticles, LeaveTheirPeriodicBoxWhole) {
  Options o = tiny(12);
  o.atoms = {30};
  o.mixture = {1, 0, 0, 0, 0, 0};
  o.protocols[0].legs = {leg(2, 3000, 300)};
  o.last.duration = {0.001};
  const Rows rows = simulated(o, 12);
  const auto potential = md::potential(o.potential);
  const Recipes recipes(o, potential, seed);
  int across = 0;
  for (std::size_t i = 0; i < 12; ++i) {
    const auto p = particle_of(rows, i, 30);
    const double box = recipes.draw(static_cast<std::int64_t>(i)).box;
    auto wrapped = p, boxed = p;
    const auto inside = physics::find_fragments(boxed, bonds_of(potential), box);
    EXPECT_EQ(physics::find_fragments(p, bonds_of(potential)).sizes, inside.sizes);
    for (double& x : wrapped.positions) x -= box * std::round(x / box);
    across += wrapped.positions != p.positions ? 1 : 0;
  }
  EXPECT_GT(across, 0) << "no particle reaches beyond the box about its centre: this test sees nothing";
}

/// So dense that the liquid fills the box: there is no particle in it, whatever the fragments' count says.
TEST(SimulateParticles, WhatHangsTogetherAcrossTheBoxIsHeld) {
  Options o = tiny(3);
  o.atoms = {100};
  o.mixture = {1, 0, 0, 0, 0, 0};
  o.protocols[0].density = {40};
  o.protocols[0].legs = {leg(0.3, 1500, 1500)};
  const Rows rows = simulated(o, 3);
  ASSERT_EQ(rows.failed.size(), 3u);
  for (const auto& [item, reason] : rows.failed) EXPECT_NE(reason.find("across the periodic box"), std::string::npos) << reason;
}

/// Nothing heats after the droplets are joined: what moves then has its velocity from before.
TEST(SimulateParticles, JoinedDropletsKeepTheirVelocities) {
  Options o = tiny(8);
  o.atoms = {16};
  o.composition = {0.5};
  o.mixture = {0, 1, 0, 0, 0, 0};
  o.protocols[1].gap = 20;  // their meeting sets energy free
  o.protocols[1].prepare = {leg(0.5, 3000, 3000)};
  o.protocols[1].legs = {leg(0.002, 0, 0)};
  o.protocols[1].legs[0].thermostat = o.last.thermostat = md::Thermostat::none;
  o.last.duration = {0.001};
  const Rows rows = simulated(o, 8);
  for (const float t : rows.temperature) EXPECT_GT(t, 500);
}

TEST(SimulateParticles, NoParticlesHaveRowsToo) {
  const testing::TemporaryDirectory folder;
  SimulateParticles stage(tiny(0));
  const Communicator self;
  engine::Team team(self, 1, {}, [] { return false; }, {});
  std::map<std::int64_t, std::string> failed;
  testing::Quarantined guard(failed);
  engine::Part part({0, 0}, h5::File::in_memory(), {}, guard, self);
  stage.run({{0, 0}, 0}, team, engine::Inputs(seed, {}, {}), part);
  (void)part.finish();
  EXPECT_EQ(part.file().dataset("positions").shape(), (h5::Shape{0, 16, 3}));
  engine::Output output(part.file(), {});
  stage.finish(engine::Parts::of({0, 0}, part.file()), engine::Inputs(seed, {}, {}), output);
  EXPECT_EQ(part.file().read_texts("protocol_names").size(), 6u);
}

/// With the legs cut to a thousandth. What becomes of the whole ones: default_set_long_test.
TEST(SimulateParticles, BuiltInProtocolsCanBeDone) {
  for (const Schedule schedule : {Schedule::short_, Schedule::full}) {
    Options o;
    o.simulations = 9;
    o.schedule = schedule;
    o.protocols = built_in(schedule);
    for (Protocol& p : o.protocols)
      for (auto* legs : {&p.prepare, &p.legs})
        for (Leg& l : *legs)
          for (double& duration : l.duration) duration /= 1000;
    o.mixture = {1, 1, 1};
    o.last.duration = {0.01};
    o.largest_fragment = 0;
    o.relax = false;
    const Rows rows = simulated(o, 9);
    EXPECT_TRUE(rows.failed.empty()) << rows.failed.begin()->second;
    for (const auto n : rows.particles) EXPECT_GT(n, 0);
  }
}

/// The protocol of a user's gas is that of the built-in one where it says nothing else.
TEST(SimulateParticles, AGasOfOnesOwnHasTheBuiltInBox) {
  const Protocol own = Protocol(), known = built_in(Schedule::short_)[0];
  EXPECT_EQ(own.start, known.start);
  EXPECT_EQ(own.density, known.density);
  EXPECT_EQ(own.boundary, known.boundary);
}

TEST(SimulateParticles, BuiltInProtocolsEnterTheKey) {
  Options o, same, other;
  same.protocols = {built_in(Schedule::short_)[1]};  // word for word
  other.protocols = same.protocols;
  other.protocols[0].legs[0].to = 301;
  EXPECT_EQ(SimulateParticles(o).fingerprint(), SimulateParticles(same).fingerprint());
  EXPECT_NE(SimulateParticles(o).fingerprint(), SimulateParticles(other).fingerprint());
  other = o;
  other.potential = "AgCo-P2";
  EXPECT_NE(SimulateParticles(o).fingerprint(), SimulateParticles(other).fingerprint());
}

TEST(SimulateParticles, CostIsToldBeforehand) {
  Options o;
  o.simulations = 1000;
  o.mixture = {1, 0, 0};
  Protocol p = protocol("core_shell", Start::gas, {leg(100, 3000, 300)});
  o.protocols = {p};
  o.atoms = {100};
  // 110 ps x 1000 steps x 100 atoms = 1.1e7 atom-steps, 2.2 s at five million a second; 1000 of them.
  const std::string text = SimulateParticles(o).cost(engine::Inputs(seed, {}, {}));
  for (const char* part : {"core_shell", "1.1e+07 atom-steps a particle", "2.2 core-seconds", "3000 to 300 K in 100 ps",
                           "1.1e+10 atom-steps", "0.611 core-hours"})
    EXPECT_NE(text.find(part), std::string::npos) << part << " in\n" << text;
  EXPECT_EQ(SimulateParticles(o).plan(engine::Inputs(seed, {}, {})).per_task, 16);  // for 64 ranks
  o.simulations = 10000;
  EXPECT_EQ(SimulateParticles(o).plan(engine::Inputs(seed, {}, {})).per_task, 27);  // a minute
}

}  // namespace ronchi::simulate_particles
