// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/md/trajectory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <numeric>

#include "framework/data/parallel.hpp"
#include "framework/md/advance.hpp"
#include "framework/md/team_advance.hpp"
#include "framework/md/thermostat.hpp"

namespace ronchi::md {
namespace {

/// One trajectory under way.
template <class T>
class Run {
 public:
  Run(Trajectory& t, const Gupta& potential, const Settings& settings, const Kernels<T>& kernels)
      : t_(t),
        cluster_(t.particle, potential, t.boundary, t.box, {settings.skin, std::min(largest_inner_skin, settings.skin / 2)},
                 kernels),
        dt_(settings.timestep),
        at_rest_(settings.drift_every > 0 && t.boundary != Boundary::reflecting),
        degrees_(degrees_of_freedom(static_cast<int>(t.particle.size()), t.boundary, settings.drift_every > 0)) {
    rest_every_ = std::max<std::int64_t>(1, std::llround(settings.drift_every * 1000 / dt_));
    const double start = t.legs.empty() ? 0 : t.legs.front().start;
    cluster_.set_velocities(!t.velocities.empty() ? t.velocities
                                                  : thermal_velocities(t.particle.species, potential, start, t.seed, t.item));
  }

  void all_legs() {
    if (at_rest_) rest();
    bool fine = cluster_.move(0, 0);  // the lists of the start
    if (fine) cluster_.forces();
    kinetic_ = cluster_.kinetic_energy();
    for (const Leg& leg : t_.legs) {
      const std::int64_t steps = steps_of(leg, dt_);
      for (std::int64_t s = 0; fine && s < steps; ++s) {
        const double temperature = leg.start + (leg.end - leg.start) * static_cast<double>(s + 1) / static_cast<double>(steps);
        fine = step(leg, temperature);
      }
    }
    if (!fine) t_.fault = exploded_in(t_.steps, dt_);
    finish();
  }

 private:
  void rest() { bring_to_rest(cluster_, t_.boundary == Boundary::open); }

  [[nodiscard]] bool step(const Leg& leg, double temperature) {
    ++t_.steps;
    const bool fine = leg.thermostat == Thermostat::langevin ? langevin(leg, temperature) : verlet();
    if (!fine || !std::isfinite(kinetic_)) return false;
    if (leg.thermostat == Thermostat::bussi) bussi(leg, temperature);
    if (at_rest_ && t_.steps % rest_every_ == 0) {
      rest();
      kinetic_ = cluster_.kinetic_energy();
    }
    return true;
  }

  [[nodiscard]] bool verlet() {
    if (!cluster_.move(dt_ / 2, dt_)) return false;
    cluster_.forces();
    kinetic_ = cluster_.kick(dt_ / 2);
    return true;
  }

  void bussi(const Leg& leg, double temperature) {
    const std::int64_t every = steps_between_draws(leg, dt_);
    if (t_.steps % every != 0) return;
    const double interval = static_cast<double>(every) * dt_ / (leg.time_constant * 1000);
    const double factor =
        bussi_factor(kinetic_, bussi_draw(temperature, degrees_, interval, t_.seed, t_.item, static_cast<std::uint32_t>(t_.steps)));
    cluster_.kernels().scale(cluster_.body(), factor);
    kinetic_ *= factor * factor;
  }

  /// BAOAB (Leimkuhler & Matthews, Appl. Math. Res. Express 2013, 34). With a cluster that is kept at rest the noise has no part
  /// in its drift and rotation, so that 3 N - 6 degrees of freedom are canonical.
  [[nodiscard]] bool langevin(const Leg& leg, double temperature) {
    if (!cluster_.move(dt_ / 2, dt_ / 2, 2)) return false;
    const auto& body = cluster_.body();
    const double keep = std::exp(-dt_ / (leg.time_constant * 1000));
    const unsigned key[2] = {static_cast<unsigned>(t_.seed),
                             static_cast<unsigned>(t_.seed >> 32) ^ static_cast<unsigned>(Draws::langevin) * 0x9E3779B9u};
    const unsigned counter[3] = {static_cast<unsigned>(t_.steps), static_cast<unsigned>(t_.item),
                                 static_cast<unsigned>(t_.item >> 32)};
    cluster_.kernels().randomise(body, keep, std::sqrt((1 - keep * keep) * boltzmann * temperature), key, counter);
    if (at_rest_) rest();
    if (!cluster_.move(0, dt_ / 2, 2)) return false;
    cluster_.forces();
    kinetic_ = cluster_.kick(dt_ / 2);
    return true;
  }

  void finish() {
    t_.rebuilds += cluster_.rebuilds();
    t_.kinetic_energy = kinetic_;
    cluster_.read(t_.particle, t_.velocities);
    if (!t_.fault.empty()) return;
    t_.potential_energy = cluster_.potential_energy();
    if (!std::isfinite(t_.potential_energy + t_.kinetic_energy)) t_.fault = no_energy_after(t_.steps);
  }

  Trajectory& t_;
  Cluster<T> cluster_;
  double dt_, kinetic_ = 0;
  bool at_rest_;
  int degrees_;
  std::int64_t rest_every_ = 0;
};

}  // namespace

std::string problem_of(const Trajectory& t, const Gupta& potential, const Settings& settings) {
  const std::size_t n = t.particle.size(), species = potential.symbols[1].empty() ? 1 : 2;
  if (n == 0 || n > largest_cluster) return fmt::format("a cluster of {} atoms; 1 to {} can be advanced", n, largest_cluster);
  if (t.particle.positions.size() != 3 * n) return fmt::format("{} coordinates for {} atoms", t.particle.positions.size(), n);
  if (!t.velocities.empty() && t.velocities.size() != 3 * n)
    return fmt::format("{} components of velocity for {} atoms", t.velocities.size(), n);
  for (const auto s : t.particle.species)
    if (s >= species) return fmt::format("an atom of species {} in the potential {} of {}", s, potential.name, species);
  if (t.boundary != Boundary::open && !(t.box >= 2 * potential.cutoff()))
    return fmt::format("a box of {} A; it needs at least twice the cut-off of {} A", t.box, potential.cutoff());
  if (!(settings.timestep > 0)) return fmt::format("a time step of {} fs", settings.timestep);
  return {};
}

std::string exploded_in(std::int64_t step, double timestep) {
  return fmt::format("it exploded in step {}: an atom moved by more than {} A in {} fs, or is nowhere", step, longest_step,
                     timestep);
}

std::string no_energy_after(std::int64_t steps) {
  return fmt::format("its energy is no number after {} steps: do two atoms lie at the same place?", steps);
}

std::int64_t steps_of(const Leg& leg, double timestep) {
  return std::max<std::int64_t>(0, std::llround(leg.duration * 1000 / timestep));
}

void advance_one(Trajectory& trajectory, const Gupta& potential, const Settings& settings, const KernelSet& kernels) {
  trajectory.fault = problem_of(trajectory, potential, settings);
  if (!trajectory.fault.empty()) return;
  if (settings.precision == Precision::mixed)
    Run<float>(trajectory, potential, settings, kernels.single_precision).all_legs();
  else
    Run<double>(trajectory, potential, settings, kernels.double_precision).all_legs();
}

void advance(std::span<Trajectory> batch, const Gupta& potential, const Settings& settings) {
  if (has_device()) {
    advance_on_device(batch, potential, settings);
    return;
  }
  const KernelSet& kernels = *available_kernels().sets[0];
  std::vector<double> cost;
  for (const Trajectory& t : batch) {
    double steps = 0;
    for (const Leg& leg : t.legs) steps += leg.duration;
    cost.push_back(steps * static_cast<double>(t.particle.size()));
  }
  std::vector<std::size_t> order(batch.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return cost[a] > cost[b]; });
  std::vector<std::exception_ptr> thrown(batch.size());
  parallel_host("ronchi/md/advance", static_cast<std::int64_t>(batch.size()), [&](std::int64_t k) {
    const std::size_t i = order[static_cast<std::size_t>(k)];
    try {
      advance_one(batch[i], potential, settings, kernels);
    } catch (...) { thrown[i] = std::current_exception(); }
  });
  for (const auto& e : thrown)
    if (e) std::rethrow_exception(e);
}

}  // namespace ronchi::md
