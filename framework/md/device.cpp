// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/md/device.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "framework/md/advance.hpp"
#include "framework/md/device_kernel.hpp"
#include "framework/md/pair_table.hpp"
#include "framework/md/thermostat.hpp"

namespace ronchi::md {
namespace {

constexpr int most_neighbours = 160;  ///< within the cut-off and the skin; a crystal has 55
constexpr int most_steps = 500;       ///< of one launch

template <class View, class Value>
void upload(View& view, const char* label, const std::vector<Value>& values) {
  view = View(Kokkos::view_alloc(std::string(label), Kokkos::WithoutInitializing), values.size());
  const Kokkos::View<const Value*, Kokkos::HostSpace, Kokkos::MemoryTraits<Kokkos::Unmanaged>> host(values.data(), values.size());
  Kokkos::deep_copy(view, host);
}

template <class View, class Value>
void update(const View& view, const std::vector<Value>& values) {
  const Kokkos::View<const Value*, Kokkos::HostSpace, Kokkos::MemoryTraits<Kokkos::Unmanaged>> host(values.data(), values.size());
  Kokkos::deep_copy(view, host);
}

template <class View, class Value>
void download(std::vector<Value>& values, const View& view) {
  values.resize(view.extent(0));
  const Kokkos::View<Value*, Kokkos::HostSpace, Kokkos::MemoryTraits<Kokkos::Unmanaged>> host(values.data(), values.size());
  Kokkos::deep_copy(host, view);
}

/// `count` steps of every cluster; draws[cluster, step].
template <class T>
void launch(const DeviceBatch<T>& batch, const Kokkos::View<int*, ExecutionSpace>& counts,
            const Kokkos::View<BussiDraw**, ExecutionSpace>& draws, double dt, int largest) {
  using Policy = Kokkos::TeamPolicy<ExecutionSpace, Kokkos::Schedule<Kokkos::Dynamic>>;
  using Team = typename Policy::member_type;
  const int clusters = static_cast<int>(counts.extent(0));
  const std::size_t bytes = (sizeof(Atom<T>) + sizeof(T)) * static_cast<std::size_t>(largest) + 2 * sizeof(Atom<T>);
  const DeviceBatch<T> b = batch;
  Kokkos::parallel_for(
      "ronchi/md/device", Policy(clusters, Kokkos::AUTO).set_scratch_size(0, Kokkos::PerTeam(static_cast<int>(bytes))),
      KOKKOS_LAMBDA(const Team& team) {
        const DeviceCluster<T, Team> c(b, team);
        const int me = c.cluster, count = counts(me);
        if (b.fate(me) != static_cast<int>(Fate::fine)) return;
        // The team's memory is empty at the start of a launch; lists may be older, positions are as they were.
        bool away = c.move(0, 0, b.skin * b.skin / 4);
        if (b.listed(me) == 0) away = true;
        const bool first = b.listed(me) == 0;
        Fate fate = Fate::fine;
        double kinetic = b.kinetic(me);
        for (int s = first ? -1 : 0; s < count; ++s) {  // step -1: lists and forces of the start
          if (s >= 0) away = c.move(dt / 2, dt, b.skin * b.skin / 4);
          if (away) {
            if (c.exploded(dt, longest_step)) fate = Fate::exploded;
            if (fate == Fate::fine && !c.rebuild()) fate = Fate::crowded;
            if (fate != Fate::fine) break;
            Kokkos::single(Kokkos::PerTeam(team), [&]() { ++b.rebuilds(me); });
          }
          c.forces();
          kinetic = c.kick(s >= 0 ? dt / 2 : 0);
          if (s >= 0 && draws(me, s).degrees > 0) {
            const double factor = bussi_factor(kinetic, draws(me, s));
            c.scale(factor);
            kinetic *= factor * factor;
          }
          team.team_barrier();
          if (s >= 0) Kokkos::single(Kokkos::PerTeam(team), [&]() { ++b.done(me); });
        }
        const double potential = fate == Fate::fine ? c.energy() : 0;
        Kokkos::single(Kokkos::PerTeam(team), [&]() {
          b.listed(me) = 1;
          b.fate(me) = static_cast<int>(fate);
          b.kinetic(me) = kinetic;
          b.potential(me) = potential;
        });
      });
  ExecutionSpace().fence();
}

/// A batch on its way: what the host does between launches.
template <class T>
class DeviceRun {
 public:
  DeviceRun(std::vector<Trajectory*> trajectories, const Gupta& potential, const Settings& settings)
      : trajectories_(std::move(trajectories)), potential_(potential), dt_(settings.timestep), drift_every_(settings.drift_every) {
    if (drift_every_ > 0) rest_every_ = std::max<std::int64_t>(1, std::llround(drift_every_ * 1000 / dt_));
    read(settings);
  }

  [[nodiscard]] bool all_legs(const std::function<bool()>& stop) {
    rest(true);
    for (bool more = true; more;) {
      if (stop && stop()) return false;
      more = plan();
      Kokkos::View<BussiDraw**, ExecutionSpace> draws(Kokkos::view_alloc(std::string("draws"), Kokkos::WithoutInitializing),
                                                      clusters(), most_steps);
      const auto host = Kokkos::create_mirror_view(draws);
      for (std::size_t c = 0; c < clusters(); ++c)
        for (int s = 0; s < most_steps; ++s) host(c, s) = draws_[c * most_steps + static_cast<std::size_t>(s)];
      Kokkos::deep_copy(draws, host);
      upload(counts_, "counts", steps_);
      launch(batch_, counts_, draws, dt_, largest_);
      for (std::size_t c = 0; c < clusters(); ++c) taken_[c] += steps_[c];
      if (more) rest(false);
    }
    write();
    return true;
  }

 private:
  [[nodiscard]] std::size_t clusters() const { return trajectories_.size(); }
  [[nodiscard]] std::size_t place(std::size_t c, std::size_t i, int axis) const {
    return static_cast<std::size_t>(axis) * static_cast<std::size_t>(batch_.atoms) + static_cast<std::size_t>(first_[c]) + i;
  }

  void read(const Settings& settings) {
    std::vector<int> walls, zero(clusters(), 0);
    std::vector<double> box, energies(clusters(), 0);
    std::vector<unsigned char> species;
    first_.push_back(0);
    for (const Trajectory* t : trajectories_) {
      const int n = static_cast<int>(t->particle.size());
      largest_ = std::max(largest_, n);
      first_.push_back(first_.back() + n);
      walls.push_back(static_cast<int>(t->boundary == Boundary::periodic     ? Walls::periodic
                                       : t->boundary == Boundary::reflecting ? Walls::reflecting
                                                                             : Walls::none));
      box.push_back(t->boundary == Boundary::open ? 0 : t->box);
      species.insert(species.end(), t->particle.species.begin(), t->particle.species.end());
      for (const auto s : t->particle.species) mass_.push_back(potential_.masses[s] * dalton);
    }
    batch_.atoms = first_.back();
    position_.resize(3 * static_cast<std::size_t>(batch_.atoms));
    velocity_.resize(position_.size());
    for (std::size_t c = 0; c < clusters(); ++c) read(c);
    std::vector<double> inverse;
    for (const double m : mass_) inverse.push_back(1 / m);
    upload(batch_.first, "first", first_);
    upload(batch_.walls, "walls", walls);
    upload(batch_.box, "box", box);
    upload(batch_.position, "position", position_);
    upload(batch_.velocity, "velocity", velocity_);
    upload(batch_.reference, "reference", position_);
    upload(batch_.mass, "mass", mass_);
    upload(batch_.inverse, "inverse", inverse);
    upload(batch_.species, "species", species);
    upload(batch_.force, "force", std::vector<T>(position_.size(), T(0)));
    upload(batch_.neighbours, "neighbours", std::vector<int>(mass_.size(), 0));
    const auto room = static_cast<std::size_t>(std::min(most_neighbours, largest_));
    using Kokkos::view_alloc;
    batch_.row = decltype(batch_.row)(view_alloc(std::string("row"), Kokkos::WithoutInitializing), room, mass_.size());
    batch_.slope = decltype(batch_.slope)(view_alloc(std::string("slope"), Kokkos::WithoutInitializing), room, mass_.size());
    upload(batch_.table, "table", pair_table<T>(potential_));
    upload(batch_.kinetic, "kinetic", energies);
    upload(batch_.potential, "potential", energies);
    upload(batch_.fate, "fate", zero);
    upload(batch_.rebuilds, "rebuilds", zero);
    upload(batch_.listed, "listed", zero);
    upload(batch_.done, "done", std::vector<long long>(clusters(), 0));
    batch_.skin = settings.skin;
    taken_.assign(clusters(), 0);
    steps_.assign(clusters(), 0);
    draws_.resize(clusters() * most_steps);
  }

  void read(std::size_t c) {
    const Trajectory& t = *trajectories_[c];
    const std::size_t n = t.particle.size();
    double centre[3] = {}, total = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const double m = mass_[static_cast<std::size_t>(first_[c]) + i];
      total += m;
      for (std::size_t k = 0; k < 3; ++k) centre[k] += m * t.particle.positions[3 * i + k];
    }
    const auto velocities = !t.velocities.empty() ? t.velocities
                                                  : thermal_velocities(t.particle.species, potential_,
                                                                       t.legs.empty() ? 0 : t.legs.front().start, t.seed, t.item);
    for (int k = 0; k < 3; ++k) {
      centre_.push_back(t.boundary == Boundary::open ? centre[k] / total : 0);
      for (std::size_t i = 0; i < n; ++i) {
        position_[place(c, i, k)] = t.particle.positions[3 * i + static_cast<std::size_t>(k)] - centre_.back();
        velocity_[place(c, i, k)] = velocities[3 * i + static_cast<std::size_t>(k)];
      }
    }
  }

  /// The next steps of every cluster, as many as there are until it is brought to rest. False: these are the last.
  [[nodiscard]] bool plan() {
    bool more = false;
    for (std::size_t c = 0; c < clusters(); ++c) {
      const Trajectory& t = *trajectories_[c];
      const int degrees = degrees_of_freedom(static_cast<int>(t.particle.size()), t.boundary, drift_every_ > 0);
      const std::int64_t before = t.steps + taken_[c];
      const auto most = static_cast<int>(std::min<std::int64_t>(most_steps, rest_every_ - before % rest_every_));
      std::int64_t begin = 0;
      int count = 0;
      for (const Leg& leg : t.legs) {
        const std::int64_t length = steps_of(leg, dt_);
        for (std::int64_t s = std::max<std::int64_t>(0, taken_[c] + count - begin); s < length && count < most; ++s, ++count)
          draws_[c * most_steps + static_cast<std::size_t>(count)] = draw(t, leg, s, length, before + count + 1, degrees);
        begin += length;
      }
      steps_[c] = count;
      more = more || taken_[c] + count < begin;
    }
    return more;
  }

  [[nodiscard]] BussiDraw draw(const Trajectory& t, const Leg& leg, std::int64_t s, std::int64_t length, std::int64_t step,
                               int degrees) const {
    const std::int64_t every = steps_between_draws(leg, dt_);
    if (leg.thermostat != Thermostat::bussi || step % every != 0) return {};
    const double temperature = leg.start + (leg.end - leg.start) * static_cast<double>(s + 1) / static_cast<double>(length);
    return bussi_draw(temperature, degrees, static_cast<double>(every) * dt_ / (leg.time_constant * 1000), t.seed, t.item,
                      static_cast<std::uint32_t>(step));
  }

  /// Those whose time has come; all at the start.
  void rest(bool all) {
    if (!(drift_every_ > 0)) return;
    download(position_, batch_.position);
    download(velocity_, batch_.velocity);
    for (std::size_t c = 0; c < clusters(); ++c) {
      const Trajectory& t = *trajectories_[c];
      const bool due = all || (steps_[c] > 0 && (t.steps + taken_[c]) % rest_every_ == 0);
      if (due && t.boundary != Boundary::reflecting) rest(c, t);
    }
    update(batch_.velocity, velocity_);
  }

  void rest(std::size_t c, const Trajectory& t) {
    double sums[15] = {}, total = 0;
    const std::size_t n = t.particle.size();
    const auto of = [&](const std::vector<double>& v, std::size_t i, int k) { return v[place(c, i, k % 3)]; };
    for (std::size_t i = 0; i < n; ++i) {
      const double m = mass_[static_cast<std::size_t>(first_[c]) + i];
      total += m;
      for (int k = 0; k < 3; ++k) {
        const double x = of(position_, i, k);
        sums[k] += m * of(velocity_, i, k);
        sums[3 + k] += m * x;
        sums[6 + k] += m * (of(position_, i, k + 1) * of(velocity_, i, k + 2) - of(position_, i, k + 2) * of(velocity_, i, k + 1));
        sums[9 + k] += m * x * x;
      }
      sums[12] += m * of(position_, i, 0) * of(position_, i, 1);
      sums[13] += m * of(position_, i, 0) * of(position_, i, 2);
      sums[14] += m * of(position_, i, 1) * of(position_, i, 2);
    }
    const Rest r = rest_of(sums, total, t.boundary == Boundary::open);
    for (std::size_t i = 0; i < n; ++i)
      for (int k = 0; k < 3; ++k) {
        const int d = (k + 1) % 3, e = (k + 2) % 3;
        velocity_[place(c, i, k)] -=
            r.u[k] + (r.w[d] * (of(position_, i, e) - r.centre[e]) - r.w[e] * (of(position_, i, d) - r.centre[d]));
      }
  }

  void write() {
    std::vector<double> kinetic, potential;
    std::vector<int> fate, rebuilds;
    std::vector<long long> done;
    download(position_, batch_.position);
    download(velocity_, batch_.velocity);
    download(kinetic, batch_.kinetic);
    download(potential, batch_.potential);
    download(fate, batch_.fate);
    download(rebuilds, batch_.rebuilds);
    download(done, batch_.done);
    for (std::size_t c = 0; c < clusters(); ++c) {
      Trajectory& t = *trajectories_[c];
      t.velocities.resize(3 * t.particle.size());
      for (std::size_t i = 0; i < t.particle.size(); ++i)
        for (int k = 0; k < 3; ++k) {
          double x = position_[place(c, i, k)];
          if (t.boundary == Boundary::periodic) x -= t.box * std::nearbyint(x / t.box);
          t.particle.positions[3 * i + static_cast<std::size_t>(k)] = x + centre_[3 * c + static_cast<std::size_t>(k)];
          t.velocities[3 * i + static_cast<std::size_t>(k)] = velocity_[place(c, i, k)];
        }
      t.steps += done[c];
      t.rebuilds += rebuilds[c];
      t.kinetic_energy = kinetic[c];
      t.potential_energy = potential[c];
      if (fate[c] == static_cast<int>(Fate::exploded))
        t.fault = exploded_in(t.steps + 1, dt_);
      else if (fate[c] == static_cast<int>(Fate::crowded))
        t.fault = "in step " + std::to_string(t.steps + 1) + " an atom has more than " + std::to_string(batch_.row.extent(0)) +
                  " neighbours";
      else if (!std::isfinite(kinetic[c] + potential[c]))
        t.fault = no_energy_after(t.steps);
    }
  }

  std::vector<Trajectory*> trajectories_;
  const Gupta& potential_;
  double dt_, drift_every_;
  std::int64_t rest_every_ = std::numeric_limits<std::int64_t>::max();  ///< steps
  int largest_ = 0;
  DeviceBatch<T> batch_;
  Kokkos::View<int*, ExecutionSpace> counts_;
  std::vector<int> first_, steps_;
  std::vector<double> mass_, centre_, position_, velocity_;
  std::vector<std::int64_t> taken_;
  std::vector<BussiDraw> draws_;
};

}  // namespace

bool runs_on_device(const Trajectory& t) {
  return std::none_of(t.legs.begin(), t.legs.end(), [](const Leg& leg) { return leg.thermostat == Thermostat::langevin; });
}

bool advance_on_device(std::span<Trajectory> batch, const Gupta& potential, const Settings& settings,
                       const std::function<bool()>& stop) {
  std::vector<Trajectory*> runs;
  for (Trajectory& t : batch) {
    t.fault = problem_of(t, potential, settings);
    if (t.fault.empty() && !runs_on_device(t)) t.fault = "its thermostat is not one that runs on a device";
    if (t.fault.empty()) runs.push_back(&t);
  }
  if (runs.empty()) return true;
  // The largest begin first, so that the small ones fill the gaps at the end.
  std::stable_sort(runs.begin(), runs.end(), [](const auto* a, const auto* b) { return a->particle.size() > b->particle.size(); });
  if (settings.precision == Precision::mixed) return DeviceRun<float>(std::move(runs), potential, settings).all_legs(stop);
  return DeviceRun<double>(std::move(runs), potential, settings).all_legs(stop);
}

}  // namespace ronchi::md
