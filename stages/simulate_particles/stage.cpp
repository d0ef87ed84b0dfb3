// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/simulate_particles/stage.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "framework/base/error.hpp"
#include "framework/base/sha256.hpp"
#include "stages/simulate_particles/figures.hpp"
#include "stages/simulate_particles/simulation.hpp"

namespace ronchi::simulate_particles {

namespace {

struct Columns {
  engine::Part& part;
  std::int64_t most;  ///< atoms

  void declare() const {
    part.rows<std::int32_t>("atoms", {});
    part.rows<std::uint8_t>("species", {most});
    part.rows<float>("positions", {most, 3});
    part.rows<std::uint8_t>("protocol", {});
    part.rows<std::int32_t>("counts", {2});
    part.rows<float>("quench_rate", {});
    part.rows<float>("temperature", {});
    part.rows<double>("potential_energy", {});
    part.rows<double>("relaxed_energy", {});
    part.rows<std::int32_t>("fragments", {});
    part.rows<std::int32_t>("largest_fragment", {});
    part.rows<std::int64_t>("steps", {});
  }
  template <class T>
  void one(const char* name, const Simulation& s, T value) const {
    part.write<T>(name, {s.item, s.item + 1}, std::span<const T>(&value, 1));
  }
  void write(const Simulation& s) const {
    const auto& [symbols, species, positions] = s.trajectory.particle;
    const Range here{s.item, s.item + 1};
    std::vector<std::uint8_t> padded(species);
    padded.resize(static_cast<std::size_t>(most));
    std::vector<float> where(positions.begin(), positions.end());
    where.resize(static_cast<std::size_t>(3 * most));
    const std::array<std::int32_t, 2> counts{static_cast<std::int32_t>(s.recipe.counts[0]),
                                             static_cast<std::int32_t>(s.recipe.counts[1])};
    one("atoms", s, static_cast<std::int32_t>(species.size()));
    part.write<std::uint8_t>("species", here, padded);
    part.write<float>("positions", here, where);
    one("protocol", s, static_cast<std::uint8_t>(s.recipe.protocol));
    part.write<std::int32_t>("counts", here, counts);
    one("quench_rate", s, static_cast<float>(s.recipe.quench_rate()));
    const double freedom = std::max(1.0, 3 * static_cast<double>(species.size()) - 6);
    one("temperature", s, static_cast<float>(2 * s.trajectory.kinetic_energy / (freedom * md::boltzmann)));
    one("potential_energy", s, s.trajectory.potential_energy);
    one("relaxed_energy", s, s.relaxed_energy);
    one("fragments", s, static_cast<std::int32_t>(s.fragments.size()));
    one("largest_fragment", s, static_cast<std::int32_t>(s.fragments.front()));
    one("steps", s, s.steps);
  }
};

/// Particles and atom-steps of each protocol. Of those that were done: what fails is left out by the next run of the task.
void add_cost(engine::Part& part, const Recipes& recipes, const Simulation& s) {
  const std::size_t protocols = recipes.protocols().size(), here = s.recipe.protocol;
  std::vector<std::int64_t> particles(protocols), steps(protocols);
  particles[here] = 1;
  steps[here] = s.atom_steps;
  part.add("particles_of_protocol", particles, {static_cast<std::int64_t>(protocols)});
  part.add("atom_steps", steps, {static_cast<std::int64_t>(protocols)});
}

}  // namespace

void SimulateParticles::check() const { const Recipes recipes(options_, md::potential(options_.potential), 0); }

engine::Plan SimulateParticles::plan(const engine::Inputs& inputs) const {
  const Recipes recipes(options_, md::potential(options_.potential), inputs.seed());
  const double seconds = mean_atom_steps(options_) / assumed_rate;
  engine::Plan plan;
  plan.items = options_.simulations;
  // Two at least, so that two threads have something to do; and work for some tens of ranks.
  const std::int64_t most = std::clamp<std::int64_t>(ceil_div(plan.items, 64), 2, 1024);
  plan.per_task = options_.batch.value_or(std::clamp<std::int64_t>(static_cast<std::int64_t>(60 / seconds), 2, most));
  plan.bytes = plan.items * (atoms_of(options_)[1] * 13 + 64);
  return plan;
}

std::string SimulateParticles::cost(const engine::Inputs&) const { return cost_text(options_); }

/// The built-in protocols are no options: they enter the key here.
std::string SimulateParticles::fingerprint() const {
  std::string protocols;
  for (const Protocol& p : protocols_of(options_))
    protocols += join(config::result_lines(*config::table_of<Protocol>(), &p), "\n") + "\n";
  return md::fingerprint(options_.potential) + " " + sha256(protocols).substr(0, 16);
}

void SimulateParticles::run(const engine::Task& task, engine::Team&, const engine::Inputs& inputs, engine::Part& part) {
  const md::Gupta potential = md::potential(options_.potential);
  const Recipes recipes(options_, potential, inputs.seed());
  const Laboratory laboratory{recipes,
                              potential,
                              {.timestep = options_.timestep, .precision = options_.precision},
                              options_.largest_fragment,
                              options_.relax};
  const Columns columns{part, atoms_of(options_)[1]};
  columns.declare();
  const std::vector<std::int64_t> none(recipes.protocols().size());  // the sums of a task without particles
  part.add("particles_of_protocol", none, {static_cast<std::int64_t>(none.size())});
  part.add("atom_steps", none, {static_cast<std::int64_t>(none.size())});
  std::vector<Simulation> batch;
  for (std::int64_t item = task.items.first; item < task.items.last; ++item)
    part.item(item, [&] { batch.push_back(begin(laboratory, item)); });
  part.together(task.items, [&] { simulate(laboratory, batch); });
  for (const Simulation& s : batch)
    part.item(s.item, [&] {
      if (!s.fault.empty())
        fail(Fault::bad_item, "", "{}, {} atoms: {}", recipes.protocol(s.recipe).name, s.recipe.atoms(), s.fault);
      columns.write(s);
      add_cost(part, recipes, s);
    });
}

void SimulateParticles::finish(const engine::Parts& parts, const engine::Inputs&, engine::Output& output) {
  add_figures(options_, md::potential(options_.potential), parts, output);
}

}  // namespace ronchi::simulate_particles
