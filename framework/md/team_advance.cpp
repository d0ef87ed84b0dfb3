// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/md/team_advance.hpp"

#include <cmath>
#include <type_traits>
#include <vector>

#include "framework/data/parallel.hpp"
#include "framework/md/advance.hpp"
#include "framework/md/pair_table.hpp"
#include "framework/md/team_batch.hpp"
#include "framework/md/thermostat.hpp"

namespace ronchi::md {
namespace {

template <class T>
const Kernels<T>& host_kernels() {
  const KernelSet& set = *available_kernels().sets[0];
  if constexpr (std::is_same_v<T, float>)
    return set.single_precision;
  else
    return set.double_precision;
}

/// The trajectories of a batch on their way through the memory of a device.
template <class T, class Space>
class Teams {
 public:
  Teams(std::vector<Trajectory*> trajectories, const Gupta& potential, const Settings& settings, const TeamOptions& options)
      : trajectories_(std::move(trajectories)),
        potential_(potential),
        settings_(settings),
        options_(options),
        skins_{settings.skin, std::min(largest_inner_skin, settings.skin / 2)} {
    // Clusters of a launch should be of about one size.
    std::stable_sort(trajectories_.begin(), trajectories_.end(),
                     [](const Trajectory* a, const Trajectory* b) { return a->particle.size() > b->particle.size(); });
  }

  void run() {
    if (trajectories_.empty()) return;
    std::size_t atoms = 0, legs = 0;
    for (const Trajectory* t : trajectories_) {
      atoms += padded(*t);
      legs += t->legs.size();
    }
    TeamBatch<T, Space> batch(trajectories_.size(), atoms, legs, draws_per_cluster());
    fill(batch);
    bool going = true;
    for (std::int64_t done = 0; going; done += options_.steps) {
      draw(batch, done);
      batch.draws.send();
      launch(batch);
      Space().fence();
      batch.states.bring();
      going = std::any_of(batch.states.here(), batch.states.here() + trajectories_.size(),
                          [](const TeamState& s) { return s.status == TeamStatus::going; });
    }
    batch.numbers.bring();
    for (std::size_t k = 0; k < trajectories_.size(); ++k) finish(batch, k);
  }

 private:
  static std::size_t padded(const Trajectory& t) { return (t.particle.size() + lanes - 1) / lanes * lanes; }
  [[nodiscard]] Cluster<T> cluster_of(const Trajectory& t) const {
    return Cluster<T>(t.particle, potential_, t.boundary, t.box, skins_, host_kernels<T>());
  }

  void fill(TeamBatch<T, Space>& batch) {
    fill_table(batch);
    auto& a = batch.arrays;
    a.dt = settings_.timestep;
    a.steps = options_.steps;
    a.rest_every = std::max<std::int64_t>(1, std::llround(settings_.drift_every * 1000 / settings_.timestep));
    a.prune_bound2 = skins_.inner * skins_.inner / 4;
    a.outer_skin = skins_.outer;
    a.inner_skin = skins_.inner;
    a.rebuild_bound2 = (skins_.outer - skins_.inner) * (skins_.outer - skins_.inner) / 4;
    int first = 0, leg = 0;
    for (std::size_t k = 0; k < trajectories_.size(); ++k) {
      TeamState& s = batch.states.here()[k];
      s.first = first;
      s.first_leg = s.leg = leg;
      fill_cluster(batch, *trajectories_[k], s);
      for (const Leg& l : trajectories_[k]->legs) batch.legs.here()[leg++] = leg_of(l);
      s.end_leg = leg;
      first += s.padded;
    }
    batch.states.send();
    batch.legs.send();
    batch.numbers.send();
    batch.force.send();
    batch.species.send();
  }

  void fill_table(TeamBatch<T, Space>& batch) {
    const auto values = pair_table<T>(potential_);
    std::copy(values.begin(), values.end(), batch.table.here());
    batch.table.send();
    const int species = potential_.symbols[1].empty() ? 1 : 2;
    for (int i = 0; i < species; ++i)
      for (int j = 0; j < species; ++j) batch.arrays.cutoff[2 * i + j] = potential_.pair(i, j).outer;
  }

  [[nodiscard]] TeamLeg leg_of(const Leg& leg) const {
    TeamLeg l{};
    l.steps = steps_of(leg, settings_.timestep);
    l.start = leg.start;
    l.end = leg.end;
    l.thermostat = static_cast<int>(leg.thermostat);
    if (leg.thermostat == Thermostat::bussi) l.every = steps_between_draws(leg, settings_.timestep);
    l.keep = std::exp(-settings_.timestep / (leg.time_constant * 1000));
    return l;
  }

  /// The host takes the first steps of every run: velocities, rest, the forces of the start.
  void fill_cluster(TeamBatch<T, Space>& batch, const Trajectory& t, TeamState& s) {
    auto cluster = cluster_of(t);
    const double start = t.legs.empty() ? 0 : t.legs.front().start;
    cluster.set_velocities(!t.velocities.empty() ? t.velocities
                                                 : thermal_velocities(t.particle.species, potential_, start, t.seed, t.item));
    s.at_rest = settings_.drift_every > 0 && t.boundary != Boundary::reflecting ? 1 : 0;
    if (s.at_rest != 0) bring_to_rest(cluster, t.boundary == Boundary::open);
    const bool fine = cluster.move(0, 0);
    if (fine) cluster.forces();
    s.kinetic = cluster.kinetic_energy();
    const Body<T>& body = cluster.body();
    s.status = fine ? TeamStatus::going : TeamStatus::crowded;  // the host says what is wrong with it
    s.atoms = body.atoms;
    s.padded = body.padded;
    s.binary = body.binary ? 1 : 0;
    s.walls = body.walls;
    s.box = body.box;
    s.degrees = degrees_of_freedom(body.atoms, t.boundary, settings_.drift_every > 0);
    s.fresh = 1;
    s.rebuilds = cluster.rebuilds();
    s.step = t.steps;
    s.key[0] = static_cast<unsigned>(t.seed);
    s.key[1] = static_cast<unsigned>(t.seed >> 32) ^ static_cast<unsigned>(Draws::langevin) * 0x9E3779B9u;
    s.item[0] = static_cast<unsigned>(t.item);
    s.item[1] = static_cast<unsigned>(t.item >> 32);
    for (int i = 0; i < body.atoms; ++i) s.mass += body.mass[i];
    double* const numbers = batch.numbers.here() + s.first;
    const std::size_t total = batch.arrays.total;
    for (int i = 0; i < body.atoms; ++i) {
      for (std::size_t c = 0; c < 3; ++c) {
        numbers[c * total + static_cast<std::size_t>(i)] = body.position[c][i];
        numbers[(3 + c) * total + static_cast<std::size_t>(i)] = body.velocity[c][i];
        batch.force.here()[c * total + static_cast<std::size_t>(s.first + i)] = body.force[c][i];
      }
      numbers[12 * total + static_cast<std::size_t>(i)] = body.mass[i];
      numbers[13 * total + static_cast<std::size_t>(i)] = body.inverse[i];
      numbers[14 * total + static_cast<std::size_t>(i)] = body.noise[i];
      batch.species.here()[s.first + i] = t.particle.species[static_cast<std::size_t>(i)];
    }
  }

  /// The thermostat's random numbers for the steps of a launch: they need logarithms, which no two libraries round alike.
  void draw(TeamBatch<T, Space>& batch, std::int64_t done) {
    parallel_host("ronchi/md/draws", static_cast<std::int64_t>(trajectories_.size()), [&](std::int64_t k) {
      const Trajectory& t = *trajectories_[static_cast<std::size_t>(k)];
      const TeamState& s = batch.states.here()[k];
      if (s.status != TeamStatus::going || s.degrees < 1) return;
      BussiDraw* to = batch.draws.here() + k * batch.arrays.draws_per_cluster;
      std::int64_t begin = 0;  // of the leg
      for (const Leg& leg : t.legs) {
        const std::int64_t length = steps_of(leg, settings_.timestep), every = steps_between_draws(leg, settings_.timestep);
        const std::int64_t from = std::max(begin, done), end = std::min(begin + length, done + options_.steps);
        if (leg.thermostat == Thermostat::bussi)
          for (std::int64_t step = ((t.steps + from) / every + 1) * every; step <= t.steps + end; step += every) {
            const double temperature =
                leg.start + (leg.end - leg.start) * static_cast<double>(step - t.steps - begin) / static_cast<double>(length);
            *to++ = bussi_draw(temperature, s.degrees, static_cast<double>(every) * settings_.timestep / (leg.time_constant * 1000),
                               t.seed, t.item, static_cast<std::uint32_t>(step));
          }
        begin += length;
      }
    });
  }

  /// The most draws that a launch can need.
  [[nodiscard]] std::size_t draws_per_cluster() const {
    std::int64_t most = 1;
    for (const Trajectory* t : trajectories_) {
      std::int64_t draws = 0;
      for (const Leg& leg : t->legs)
        draws += std::min(steps_of(leg, settings_.timestep), options_.steps) / steps_between_draws(leg, settings_.timestep) + 1;
      most = std::max(most, draws);
    }
    return static_cast<std::size_t>(most);
  }

  void launch(TeamBatch<T, Space>& batch) const {
    const TeamState* const s = batch.states.here();
    const int clusters = static_cast<int>(trajectories_.size());
    for (int first = 0; first < clusters;) {
      int end = first;
      while (end < clusters && 4 * s[end].padded > 3 * s[first].padded) ++end;
      batch.launch(first, end - first, s[first].padded, options_.team);
      first = end;
    }
  }

  void finish(TeamBatch<T, Space>& batch, std::size_t k) {
    Trajectory& t = *trajectories_[k];
    const TeamState& s = batch.states.here()[k];
    if (s.status == TeamStatus::crowded) {
      advance_one(t, potential_, settings_, *available_kernels().sets[0]);
      return;
    }
    auto cluster = cluster_of(t);
    const Body<T>& body = cluster.body();
    const double* const numbers = batch.numbers.here() + s.first;
    const std::size_t total = batch.arrays.total;
    for (int i = 0; i < body.atoms; ++i)
      for (std::size_t c = 0; c < 3; ++c) {
        body.position[c][i] = numbers[c * total + static_cast<std::size_t>(i)];
        body.velocity[c][i] = numbers[(3 + c) * total + static_cast<std::size_t>(i)];
      }
    t.steps = s.step;
    t.rebuilds += s.rebuilds;
    t.kinetic_energy = s.kinetic;
    cluster.read(t.particle, t.velocities);
    if (s.status == TeamStatus::exploded) {
      t.fault = exploded_in(t.steps, settings_.timestep);
      return;
    }
    t.potential_energy = cluster.move(0, 0) ? cluster.potential_energy() : std::nan("");
    if (!std::isfinite(t.potential_energy + t.kinetic_energy)) t.fault = no_energy_after(t.steps);
  }

  std::vector<Trajectory*> trajectories_;
  const Gupta& potential_;
  const Settings& settings_;
  const TeamOptions& options_;
  Skins skins_;
};

template <class Space>
void advance_in(std::span<Trajectory> batch, const Gupta& potential, const Settings& settings, const TeamOptions& options) {
  std::vector<Trajectory*> sound;
  for (Trajectory& t : batch) {
    t.fault = problem_of(t, potential, settings);
    if (t.fault.empty()) sound.push_back(&t);
  }
  if (settings.precision == Precision::mixed)
    Teams<float, Space>(sound, potential, settings, options).run();
  else
    Teams<double, Space>(sound, potential, settings, options).run();
}

}  // namespace

void advance_in_teams(std::span<Trajectory> batch, const Gupta& potential, const Settings& settings, const TeamOptions& options) {
  advance_in<HostSpace>(batch, potential, settings, options);
}

void advance_on_device(std::span<Trajectory> batch, const Gupta& potential, const Settings& settings, const TeamOptions& options) {
  advance_in<ExecutionSpace>(batch, potential, settings, options);
}

bool has_device() { return !std::is_same_v<ExecutionSpace, HostSpace>; }

}  // namespace ronchi::md
