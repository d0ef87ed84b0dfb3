// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/md/advance.hpp"
#include "framework/md/bussi.hpp"
#include "framework/md/cluster.hpp"
#include "framework/md/team_forces.hpp"

/// The kernel of molecular dynamics on a device: a team per cluster, many steps per launch, nothing leaves the device in between.
namespace ronchi::md {
namespace {

/// A leg of a protocol as steps.
struct TeamLeg {
  long long steps;
  double start, end;  ///< K
  int thermostat;     ///< as Thermostat
  long long every;    ///< Bussi: a step in so many
  double keep;        ///< Langevin: exp(-time step / time constant)
};

enum class TeamStatus : int { going, done, exploded, crowded };

/// A cluster between two launches.
struct TeamState {
  int first, atoms, padded;  ///< where its atoms stand in the arrays
  int binary, at_rest, degrees;
  Walls walls;
  double box, mass;
  int first_leg, end_leg;
  unsigned key[2], item[2];

  TeamStatus status;
  int leg, fresh;  ///< fresh: without lists
  long long leg_step, step, rebuilds;
  double kinetic;
  double extent;  ///< up to which coordinates the radii of the lists hold, A
};

template <class T>
struct TeamArrays {
  std::size_t total = 0;  ///< atoms of all clusters, padded
  TeamState* states = nullptr;
  const TeamLeg* legs = nullptr;
  const BussiDraw* draws = nullptr;  ///< [clusters, draws_per_cluster] of this launch
  double* numbers = nullptr;         ///< [16, total]: position, velocity, reference, outer reference, mass, inverse, noise, term
  T* force = nullptr;                ///< [3, total]
  unsigned char* species = nullptr;
  Index *outer_row = nullptr, *inner_row = nullptr;
  int *outer_count = nullptr, *inner_count = nullptr;
  const T* table = nullptr;  ///< [Row::count, lanes]
  double cutoff[4] = {};     ///< A, [2 * species of i + species of j]
  double outer_skin = 0, inner_skin = 0;
  double dt = 1, prune_bound2 = 0, rebuild_bound2 = 0;
  long long rest_every = 1, steps = 1;  ///< of this launch
  int draws_per_cluster = 0;
};
constexpr int number_rows = 16;
constexpr std::size_t table_size = static_cast<std::size_t>(Row::count) * lanes;

template <class T>
KOKKOS_INLINE_FUNCTION TeamBody<T> body_of(const TeamArrays<T>& a, const TeamState& s) {
  TeamBody<T> b{};
  b.atoms = s.atoms;
  b.padded = s.padded;
  b.binary = s.binary != 0;
  b.walls = s.walls;
  b.box = s.box;
  b.mass_of_all = s.mass;
  const auto row = [&](int k) { return a.numbers + static_cast<std::size_t>(k) * a.total + s.first; };
  for (int c = 0; c < 3; ++c) {
    b.position[c] = row(c);
    b.velocity[c] = row(3 + c);
    b.reference[c] = row(6 + c);
    b.outer_reference[c] = row(9 + c);
    b.force[c] = a.force + static_cast<std::size_t>(c) * a.total + s.first;
  }
  b.mass = row(12);
  b.inverse = row(13);
  b.noise = row(14);
  b.term = row(15);
  b.species = a.species + s.first;
  b.outer_row = a.outer_row + static_cast<std::size_t>(s.first) * outer_capacity;
  b.inner_row = a.inner_row + static_cast<std::size_t>(s.first) * inner_capacity;
  b.outer_count = a.outer_count + s.first;
  b.inner_count = a.inner_count + s.first;
  b.table = a.table;
  return b;
}

/// A launch: each team takes its cluster `a.steps` further. All threads of a team hold the same `s`.
template <class T>
struct TeamSteps {
  TeamArrays<T> a;
  int first_cluster, scratch_level;

  template <class Team>
  KOKKOS_INLINE_FUNCTION void operator()(const Team& team) const {
    const int cluster = first_cluster + static_cast<int>(team.league_rank());
    TeamState s = a.states[cluster];
    if (s.status != TeamStatus::going) return;
    TeamBody<T> body = body_of(a, s);
    body.use_scratch(team.team_scratch(scratch_level).get_shmem(TeamBody<T>::scratch_bytes(s.padded)));
    each_atom(team, s.atoms, [&](const int i) { show(body, i); });
    if (s.fresh != 0) make_lists(team, body, s, true);
    s.fresh = 0;
    const BussiDraw* draws = a.draws + static_cast<std::size_t>(cluster) * a.draws_per_cluster;
    for (long long k = 0; k < a.steps && s.status == TeamStatus::going; ++k) step(team, body, s, draws);
    team.team_barrier();
    Kokkos::single(Kokkos::PerTeam(team), [&]() { a.states[cluster] = s; });
  }

 private:
  template <class Team>
  KOKKOS_INLINE_FUNCTION void step(const Team& team, const TeamBody<T>& body, TeamState& s, const BussiDraw*& draws) const {
    while (s.leg < s.end_leg && s.leg_step == a.legs[s.leg].steps) {
      ++s.leg;
      s.leg_step = 0;
    }
    if (s.leg == s.end_leg) {
      s.status = TeamStatus::done;
      return;
    }
    const TeamLeg& leg = a.legs[s.leg];
    const double temperature =
        leg.start + (leg.end - leg.start) * static_cast<double>(s.leg_step + 1) / static_cast<double>(leg.steps);
    ++s.leg_step;
    ++s.step;
    const bool coupled = leg.every > 0 && s.step % leg.every == 0, resting = s.at_rest != 0 && s.step % a.rest_every == 0;
    const bool last = s.leg + 1 == s.end_leg && s.leg_step == leg.steps;
    move_and_push(team, body, s, leg, temperature, coupled || last);
    if (s.status != TeamStatus::going) return;
    if (coupled && s.degrees > 0) {
      const double factor = bussi_factor(s.kinetic, *draws++);
      scale_velocities(team, body, factor);
      s.kinetic *= factor * factor;
    }
    if (resting) {
      bring_team_to_rest(team, body);
      kick_atoms(team, body, 0, true);
      s.kinetic = 0.5 * total(body, 0);
      team.team_barrier();
    }
  }

  /// Velocity Verlet, or BAOAB (Leimkuhler & Matthews, Appl. Math. Res. Express 2013, 34).
  template <class Team>
  KOKKOS_INLINE_FUNCTION void move_and_push(const Team& team, const TeamBody<T>& body, TeamState& s, const TeamLeg& leg,
                                            double temperature, bool summed) const {
    if (leg.thermostat == 2) {
      if (!move(team, body, s, a.dt / 2, a.dt / 2, 2)) return;
      using std::sqrt;
      const unsigned counter[3] = {static_cast<unsigned>(s.step), s.item[0], s.item[1]};
      randomise_velocities(team, body, leg.keep, sqrt((1 - leg.keep * leg.keep) * boltzmann * temperature), s.key, counter);
      if (s.at_rest != 0) bring_team_to_rest(team, body);
      if (!move(team, body, s, 0, a.dt / 2, 2)) return;
    } else if (!move(team, body, s, a.dt / 2, a.dt, 1)) {
      return;
    }
    team_forces(team, body);
    if (kick_atoms(team, body, a.dt / 2, summed) != 0) s.status = TeamStatus::exploded;
    if (summed) {
      s.kinetic = 0.5 * total(body, 0);
      team.team_barrier();
    }
  }

  /// As Cluster::move. False: there is no going on, or not here.
  template <class Team>
  KOKKOS_INLINE_FUNCTION bool move(const Team& team, const TeamBody<T>& body, TeamState& s, double kick, double drift,
                                   int drifts) const {
    const bool stale = shift_atoms(team, body, kick, drift, a.prune_bound2) != 0;
    if (!stale && drifts == 1) return true;
    const double step = drifts * drift;
    const int lost = count_atoms(team, body.atoms, [&](const int i) {
      double square = 0;
      for (int c = 0; c < 3; ++c) square += body.velocity[c][i] * body.velocity[c][i] + 0 * body.position[c][i];
      return !(square * step * step <= longest_step * longest_step);
    });
    if (lost != 0) {
      s.status = TeamStatus::exploded;
      return false;
    }
    if (!stale) return true;
    const int beyond = count_atoms(team, body.atoms, [&](const int i) {
      double square = 0;
      for (int c = 0; c < 3; ++c) {
        const double d = body.position[c][i] - body.outer_reference[c][i];
        square += d * d;
      }
      return !(square <= a.rebuild_bound2);
    });
    s.rebuilds += beyond != 0 ? 1 : 0;
    return make_lists(team, body, s, beyond != 0);
  }

  /// False: some atom has more neighbours than the lists have room for.
  template <class Team>
  KOKKOS_INLINE_FUNCTION bool make_lists(const Team& team, const TeamBody<T>& body, TeamState& s, bool both) const {
    if (both) extend(team, body, s);
    int crowded = both ? find_outer(team, body, radii(a.outer_skin, s.extent)) : 0;
    crowded += find_inner(team, body, radii(a.inner_skin, s.extent));
    if (crowded != 0) s.status = TeamStatus::crowded;
    return crowded == 0;
  }

  /// As Cluster::reach.
  template <class Team>
  KOKKOS_INLINE_FUNCTION void extend(const Team& team, const TeamBody<T>& body, TeamState& s) const {
    double extent = 0;
    Kokkos::parallel_reduce(
        Kokkos::TeamThreadRange(team, body.atoms),
        [&](const int i, double& most) {
          const T x[3] = {body.atom[i].x, body.atom[i].y, body.atom[i].z};
          for (int c = 0; c < 3; ++c) {
            const double distance = static_cast<double>(x[c] < 0 ? -x[c] : x[c]);
            most = distance > most ? distance : most;
          }
        },
        Kokkos::Max<double>(extent));
    team.team_barrier();
    extent = extent > least_extent / 2 ? extent : least_extent / 2;
    if (extent > s.extent) s.extent = 2 * extent;
  }

  [[nodiscard]] KOKKOS_INLINE_FUNCTION Radii2<T> radii(double skin, double extent) const {
    Radii2<T> r;
    for (int k = 0; k < 4; ++k) {
      const double reach = a.cutoff[k] + skin + extent * rounding_share;
      r.of[k] = static_cast<T>(reach * reach);
    }
    return r;
  }
};

}  // namespace
}  // namespace ronchi::md
