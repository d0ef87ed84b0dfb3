// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/simulate_particles/simulation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <exception>

#include "framework/base/error.hpp"
#include "framework/data/parallel.hpp"
#include "stages/simulate_particles/starts.hpp"

namespace ronchi::simulate_particles {

namespace {

using md::Trajectory, physics::Particle;

Random random_of(const Laboratory& lab, std::int64_t item, Use use) {
  return Random(lab.recipes.seed(), stream, static_cast<std::uint64_t>(item), use);
}

/// A droplet of fewer atoms has hardly a degree of freedom that is not rotation; it is joined as it was cut.
constexpr std::size_t least_prepared = 4;

struct Job {
  Trajectory* trajectory;
  Simulation* simulation;
};

/// Advances those that are still sound.
void advance(const Laboratory& lab, std::vector<Job> jobs) {
  std::erase_if(jobs, [](const Job& j) { return !j.simulation->fault.empty(); });
  if (jobs.empty()) return;
  std::vector<Trajectory> batch;
  for (const Job& j : jobs) {
    j.trajectory->steps = 0;
    batch.push_back(std::move(*j.trajectory));
  }
  md::advance(batch, lab.potential, lab.settings);
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    auto& [trajectory, simulation] = jobs[i];
    *trajectory = std::move(batch[i]);
    simulation->atom_steps += trajectory->steps * static_cast<std::int64_t>(trajectory->particle.size());
    if (simulation->fault.empty()) simulation->fault = trajectory->fault;
  }
}

/// The two droplets of a particle.
struct Droplets {
  Simulation* simulation;
  std::array<Trajectory, 2> drops;
};

Droplets cut_droplets(const Laboratory& lab, Simulation& s) {
  const Protocol& protocol = lab.recipes.protocol(s.recipe);
  Droplets d{&s, {}};
  for (const std::uint8_t k : {std::uint8_t{0}, std::uint8_t{1}}) {
    Random random = random_of(lab, s.item, k == 0 ? use_first_droplet : use_second_droplet);
    d.drops[k].particle = droplet(lab.potential, k, s.recipe.counts[k], protocol.structure, random);
    d.drops[k].legs = s.recipe.prepare;
    d.drops[k].seed = lab.recipes.seed();
    d.drops[k].item = dynamics_item(s.item, k == 0 ? Piece::first_droplet : Piece::second_droplet);
  }
  return d;
}

/// Moves the second droplet along an axis at random until it touches the first.
void join(const Laboratory& lab, Droplets& d) {
  auto& [first, second] = d.drops;
  Trajectory& both = d.simulation->trajectory;
  Random random = random_of(lab, d.simulation->item, use_axis);
  const auto axis = random_direction(random);
  const double contact = lab.potential.pair(0, 1).r0 + lab.recipes.protocol(d.simulation->recipe).gap;
  const double distance = contact_distance(first.particle, second.particle, axis, contact);
  both.particle = joined(first.particle, second.particle, {distance * axis[0], distance * axis[1], distance * axis[2]});
  // With a droplet that was not advanced, all velocities are drawn anew for the first leg.
  const auto moved = [](const Trajectory& t) { return t.velocities.size() == 3 * t.particle.size(); };
  both.velocities.clear();
  if (moved(first) && moved(second)) {
    both.velocities = first.velocities;
    both.velocities.insert(both.velocities.end(), second.velocities.begin(), second.velocities.end());
  }
}

void prepare_droplets(const Laboratory& lab, std::span<Simulation> batch) {
  std::vector<Droplets> all;
  for (Simulation& s : batch)
    if (s.fault.empty() && lab.recipes.protocol(s.recipe).start == Start::droplets) all.push_back(cut_droplets(lab, s));
  std::vector<Job> jobs;
  for (Droplets& d : all)
    for (Trajectory& drop : d.drops)
      if (!drop.legs.empty() && drop.particle.size() >= least_prepared) jobs.push_back({&drop, d.simulation});
  advance(lab, jobs);
  for (Droplets& d : all) {
    d.simulation->steps += std::max(d.drops[0].steps, d.drops[1].steps);
    if (d.simulation->fault.empty()) join(lab, d);
  }
}

std::vector<Job> jobs_of(std::span<Simulation> batch) {
  std::vector<Job> jobs;
  for (Simulation& s : batch) jobs.push_back({&s.trajectory, &s});
  return jobs;
}

/// Out of the box: whole, and from here on with nothing around it.
void leave_box(const Laboratory& lab, Simulation& s) {
  Trajectory& t = s.trajectory;
  const double period = t.boundary == md::Boundary::periodic ? t.box : 0;
  const auto fragments = physics::find_fragments(t.particle, bonds_of(lab.potential), period);
  if (fragments.endless)
    s.fault = fmt::format("its atoms hang together across the periodic box of {:.1f} A: it is no particle (choose a lower density)",
                          t.box);
  t.boundary = md::Boundary::open;
  t.box = 0;
  t.legs = s.recipe.last;
  t.item = dynamics_item(s.item, Piece::last);
}

void conclude(const Laboratory& lab, Simulation& s) {
  if (!s.fault.empty()) return;
  Particle& particle = s.trajectory.particle;
  s.fragments = physics::find_fragments(particle, bonds_of(lab.potential)).sizes;
  const double share = static_cast<double>(s.fragments.front()) / static_cast<double>(particle.size());
  if (share < lab.largest_fragment) {
    s.fault = fmt::format(
        "fragmented: the largest of {} fragments has {} of {} atoms, {:.0f} % were expected (a gas: choose a higher density)",
        s.fragments.size(), s.fragments.front(), particle.size(), 100 * lab.largest_fragment);
    return;
  }
  physics::centre(particle, lab.potential.masses);
  if (lab.relax) {
    Particle minimum = particle;
    try {
      s.relaxed_energy = md::relax(minimum, lab.potential, 1e-3);
    } catch (const Failure& f) {
      if (f.error().fault != Fault::numeric) throw;
      s.fault = fmt::format("its nearest minimum was not found: {} (relax: false does without)", f.error().message);
    }
  }
}

/// All of them, on all threads. What is not one particle's own fault is thrown.
void conclude(const Laboratory& lab, std::span<Simulation> batch) {
  std::vector<std::exception_ptr> thrown(batch.size());
  parallel_host("ronchi/simulate_particles/conclude", static_cast<std::int64_t>(batch.size()), [&](std::int64_t k) {
    const auto i = static_cast<std::size_t>(k);
    try {
      conclude(lab, batch[i]);
    } catch (...) { thrown[i] = std::current_exception(); }
  });
  for (const auto& e : thrown)
    if (e) std::rethrow_exception(e);
}

}  // namespace

physics::Bonds bonds_of(const md::Gupta& potential) {
  return {1.2 * potential.pairs[0].r0, 1.2 * potential.pairs[1].r0, 1.2 * potential.pairs[2].r0};
}

Simulation begin(const Laboratory& lab, std::int64_t item) {
  Simulation s(item, lab.recipes.draw(item));
  const Protocol& protocol = lab.recipes.protocol(s.recipe);
  Trajectory& t = s.trajectory;
  t.seed = lab.recipes.seed();
  t.item = dynamics_item(item, Piece::main);
  t.legs = s.recipe.legs;
  Random random = random_of(lab, item, use_start);
  if (protocol.start == Start::gas) {
    t.boundary = protocol.boundary;
    if (t.boundary != md::Boundary::open) t.box = s.recipe.box;
    t.particle = random_gas(lab.potential, s.recipe.counts, s.recipe.box, t.boundary == md::Boundary::periodic, random);
  } else if (protocol.start == Start::cluster) {
    t.particle = cluster(lab.potential, s.recipe.counts, protocol.shape, protocol.arrangement, random);
  }
  return s;
}

void simulate(const Laboratory& lab, std::span<Simulation> batch) {
  prepare_droplets(lab, batch);
  advance(lab, jobs_of(batch));
  for (Simulation& s : batch) {
    s.steps += s.trajectory.steps;
    if (s.fault.empty()) leave_box(lab, s);
  }
  advance(lab, jobs_of(batch));
  for (Simulation& s : batch) s.steps += s.trajectory.steps;
  conclude(lab, batch);
}

}  // namespace ronchi::simulate_particles
