// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/kokkos.hpp"
#include "framework/md/bussi.hpp"
#include "framework/md/pack_scalar.hpp"
#include "framework/md/pair.hpp"

namespace ronchi::md {
namespace {

enum class Fate : int { fine, exploded, crowded };

/// Where the atoms of a batch lie on the device, one cluster after another.
template <class T>
struct DeviceBatch {
  template <class U>
  using Array = Kokkos::View<U*, ExecutionSpace>;

  Array<int> first;  ///< [clusters + 1]
  Array<int> walls;  ///< [clusters]
  Array<double> box;
  Array<double> position, velocity, reference;  ///< [3, atoms]
  Array<double> mass, inverse;                  ///< [atoms]
  Array<unsigned char> species;
  Array<T> force;                             ///< [3, atoms]
  Array<int> neighbours;                      ///< [atoms]
  Kokkos::View<Index**, ExecutionSpace> row;  ///< [longest, atoms]: threads read side by side
  Kokkos::View<T**, ExecutionSpace> slope;    ///< [longest, atoms] Xi Xi' / r
  Array<T> table;
  Array<double> kinetic, potential;   ///< [clusters] eV
  Array<int> fate, rebuilds, listed;  ///< [clusters]
  Array<long long> done;              ///< [clusters] steps
  double skin = 1;
  int atoms = 0;
};

template <class T>
struct PairRow {
  const T* table;
  int kind;
  KOKKOS_INLINE_FUNCTION Scalar<T> operator()(int row) const { return {table[row * lanes + kind]}; }
};

/// One cluster, by one team.
template <class T, class Team>
struct DeviceCluster {
  const DeviceBatch<T>& b;
  const Team& team;
  int cluster, begin, n;
  Walls walls;
  double box;
  Atom<T>* atom;    ///< [n] in the team's memory
  T* inverse_root;  ///< [n] there too

  KOKKOS_INLINE_FUNCTION DeviceCluster(const DeviceBatch<T>& batch, const Team& of)
      : b(batch),
        team(of),
        cluster(of.league_rank()),
        begin(batch.first(cluster)),
        n(batch.first(cluster + 1) - begin),
        walls(static_cast<Walls>(batch.walls(cluster))),
        box(batch.box(cluster)),
        atom(static_cast<Atom<T>*>(of.team_shmem().get_shmem(sizeof(Atom<T>) * static_cast<std::size_t>(n), sizeof(Atom<T>)))),
        inverse_root(static_cast<T*>(of.team_shmem().get_shmem(sizeof(T) * static_cast<std::size_t>(n), sizeof(T)))) {}

  KOKKOS_INLINE_FUNCTION double& position(int c, int i) const { return b.position(c * b.atoms + begin + i); }
  KOKKOS_INLINE_FUNCTION double& velocity(int c, int i) const { return b.velocity(c * b.atoms + begin + i); }
  KOKKOS_INLINE_FUNCTION double& reference(int c, int i) const { return b.reference(c * b.atoms + begin + i); }
  KOKKOS_INLINE_FUNCTION T& force(int c, int i) const { return b.force(c * b.atoms + begin + i); }

  KOKKOS_INLINE_FUNCTION T nearest(T d) const {
    if (walls != Walls::periodic) return d;
    const T edge = static_cast<T>(box), half = static_cast<T>(box / 2);
    if (half < d) d -= edge;
    return d < -half ? d + edge : d;
  }
  KOKKOS_INLINE_FUNCTION Scalar<T> square(const Atom<T>& i, const Atom<T>& j, T (&d)[3]) const {
    d[0] = nearest(i.x - j.x);
    d[1] = nearest(i.y - j.y);
    d[2] = nearest(i.z - j.z);
    const Scalar<T> x{d[0]}, y{d[1]}, z{d[2]};
    return fma(x, x, fma(y, y, z * z));
  }
  KOKKOS_INLINE_FUNCTION PairRow<T> pair(int i, int j) const {
    return {b.table.data(), 2 * b.species(begin + i) + b.species(begin + j)};
  }

  /// v += kick f / m, x += drift v, walls; true when an atom may have a neighbour that its list does not know.
  KOKKOS_INLINE_FUNCTION bool move(double kick, double drift, double bound2) const {
    int away = 0;
    Kokkos::parallel_reduce(
        Kokkos::TeamThreadRange(team, n),
        [&](int i, int& sum) {
          T place[3];
          double distance2 = 0;
          for (int c = 0; c < 3; ++c) {
            double v = velocity(c, i) + static_cast<double>(force(c, i)) * (b.inverse(begin + i) * kick);
            double x = position(c, i) + v * drift;
            if (walls == Walls::reflecting) {
              const double half = box / 2;
              if (x > half || x < -half) v = -v;
              x = x > half ? 2 * half - x : x < -half ? -2 * half - x : x;
            }
            velocity(c, i) = v;
            position(c, i) = x;
            const double d = x - reference(c, i);
            distance2 += d * d;
            if (walls == Walls::periodic) {
              const double shift = 0x1.8p52, boxes = (x * (1 / box) + shift) - shift;
              x -= boxes * box;
            }
            place[c] = static_cast<T>(x);
          }
          atom[i] = {place[0], place[1], place[2], 0};
          sum += distance2 <= bound2 ? 0 : 1;
        },
        away);
    team.team_barrier();
    return away > 0;
  }

  KOKKOS_INLINE_FUNCTION bool exploded(double drift, double longest) const {
    int fast = 0;
    Kokkos::parallel_reduce(
        Kokkos::TeamThreadRange(team, n),
        [&](int i, int& sum) {
          double way2 = 0;
          for (int c = 0; c < 3; ++c) way2 += velocity(c, i) * velocity(c, i) * drift * drift + 0 * position(c, i);
          sum += way2 <= longest * longest ? 0 : 1;
        },
        fast);
    return fast > 0;
  }

  /// New rows, ascending as on the host. False: an atom has more neighbours than there is room for.
  KOKKOS_INLINE_FUNCTION bool rebuild() const {
    const int room = static_cast<int>(b.row.extent(0));
    int crowded = 0;
    Kokkos::parallel_reduce(
        Kokkos::TeamThreadRange(team, n),
        [&](int i, int& sum) {
          int found = 0;
          const Atom<T> own = atom[i];
          for (int j = 0; j < n; ++j) {
            T d[3];
            const T r2 = square(own, atom[j], d).v, reach = pair(i, j)(Row::outer).v + static_cast<T>(b.skin + 1e-3);
            if (j == i || !(r2 < reach * reach)) continue;
            if (found < room) b.row(found, begin + i) = static_cast<Index>(j);
            ++found;
          }
          b.neighbours(begin + i) = found < room ? found : room;
          for (int c = 0; c < 3; ++c) reference(c, i) = position(c, i);
          sum += found > room ? 1 : 0;
        },
        crowded);
    team.team_barrier();
    return crowded == 0;
  }

  KOKKOS_INLINE_FUNCTION void forces() const {
    Kokkos::parallel_for(Kokkos::TeamThreadRange(team, n), [&](int i) {
      const Atom<T> own = atom[i];
      Scalar<T> f[3] = {{0}, {0}, {0}}, sum{0};
      for (int k = 0; k < b.neighbours(begin + i); ++k) {
        const int j = b.row(k, begin + i);
        T d[3];
        const auto bond = bond_of<false>(square(own, atom[j], d), pair(i, j));
        sum = sum + bond.binding;
        for (int c = 0; c < 3; ++c) f[c] = fma(bond.repulsion, Scalar<T>{d[c]}, f[c]);
        b.slope(k, begin + i) = bond.slope.v;
      }
      inverse_root[i] = sum.v > 0 ? (Scalar<T>{1} / root(sum)).v : T(0);
      for (int c = 0; c < 3; ++c) force(c, i) = f[c].v;
    });
    team.team_barrier();
    Kokkos::parallel_for(Kokkos::TeamThreadRange(team, n), [&](int i) {
      const Atom<T> own = atom[i];
      Scalar<T> f[3] = {{force(0, i)}, {force(1, i)}, {force(2, i)}};
      for (int k = 0; k < b.neighbours(begin + i); ++k) {
        const int j = b.row(k, begin + i);
        T d[3];
        (void)square(own, atom[j], d);
        const Scalar<T> weight{inverse_root[i] + inverse_root[j]}, slope{b.slope(k, begin + i)};
        for (int c = 0; c < 3; ++c) f[c] = fma(weight, slope * Scalar<T>{d[c]}, f[c]);
      }
      for (int c = 0; c < 3; ++c) force(c, i) = f[c].v;
    });
    team.team_barrier();
  }

  /// v += dt f / m; returns the kinetic energy.
  KOKKOS_INLINE_FUNCTION double kick(double dt) const {
    double sum = 0;
    Kokkos::parallel_reduce(
        Kokkos::TeamThreadRange(team, n),
        [&](int i, double& part) {
          double square = 0;
          for (int c = 0; c < 3; ++c) {
            velocity(c, i) += static_cast<double>(force(c, i)) * (b.inverse(begin + i) * dt);
            square += velocity(c, i) * velocity(c, i);
          }
          part += b.mass(begin + i) * square;
        },
        sum);
    return 0.5 * sum;
  }

  KOKKOS_INLINE_FUNCTION void scale(double factor) const {
    Kokkos::parallel_for(Kokkos::TeamThreadRange(team, n), [&](int i) {
      for (int c = 0; c < 3; ++c) velocity(c, i) *= factor;
    });
  }

  KOKKOS_INLINE_FUNCTION double energy() const {
    double sum = 0;
    Kokkos::parallel_reduce(
        Kokkos::TeamThreadRange(team, n),
        [&](int i, double& part) {
          Scalar<T> alpha{0}, square_sum{0};
          for (int k = 0; k < b.neighbours(begin + i); ++k) {
            const int j = b.row(k, begin + i);
            T d[3];
            const auto bond = bond_of<true>(square(atom[i], atom[j], d), pair(i, j));
            alpha = alpha + bond.energy;
            square_sum = square_sum + bond.binding;
          }
          part += static_cast<double>(alpha.v) - static_cast<double>(root(square_sum).v);
        },
        sum);
    return sum;
  }
};

}  // namespace
}  // namespace ronchi::md
