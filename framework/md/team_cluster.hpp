// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/kokkos.hpp"
#include "framework/md/noise.hpp"
#include "framework/md/pack_scalar.hpp"
#include "framework/md/pair.hpp"
#include "framework/md/rest.hpp"

/// One cluster advanced by the team of threads of a device's block. Every number is the one that the host's loops (force_loops.hpp,
/// motion_loops.hpp, noise_loops.hpp) give: the same operations, sums in the same order.
namespace ronchi::md {
namespace {

constexpr int moment_sums = 15;                           ///< of Kernels::moments
constexpr int partial_sums = 8;                           ///< sums over atoms have as many parts as the host's vectors
constexpr int outer_capacity = 128, inner_capacity = 96;  ///< neighbours; fcc metals have 54 and 42

/// Where a cluster's numbers are. What is read at random by all threads lies in the team's scratch memory; the rest is read by
/// the thread of the atom alone, side by side with its neighbours'. Entry k of the list of atom i is row[k * padded + i].
template <class T>
struct TeamBody {
  int atoms, padded;
  bool binary;
  Walls walls;
  double box, mass_of_all;
  double *position[3], *velocity[3], *reference[3], *outer_reference[3];
  const double *mass, *inverse, *noise;
  double* term;  ///< [padded] of a sum
  T* force[3];
  const unsigned char* species;
  Index *outer_row, *inner_row;
  int *outer_count, *inner_count;
  const T* table;

  Atom<T>* atom;    ///< [padded], scratch
  T* inverse_root;  ///< [padded], scratch
  double* sums;     ///< [moment_sums, partial_sums], scratch

  [[nodiscard]] KOKKOS_INLINE_FUNCTION static std::size_t scratch_bytes(int padded) {
    return static_cast<std::size_t>(padded) * (sizeof(Atom<T>) + sizeof(T)) + sizeof(double) * moment_sums * partial_sums + 64;
  }
  KOKKOS_INLINE_FUNCTION void use_scratch(void* memory) {
    auto address = reinterpret_cast<std::uintptr_t>(memory);
    address = (address + 31) / 32 * 32;
    atom = reinterpret_cast<Atom<T>*>(address);
    sums = reinterpret_cast<double*>(atom + padded);
    inverse_root = reinterpret_cast<T*>(sums + moment_sums * partial_sums);
  }
};

template <class Team, class Work>
KOKKOS_INLINE_FUNCTION void each_atom(const Team& team, int count, const Work& work) {
  Kokkos::parallel_for(Kokkos::TeamThreadRange(team, count), work);
  team.team_barrier();
}

/// How many of the atoms `test` holds for; every thread learns it.
template <class Team, class Test>
KOKKOS_INLINE_FUNCTION int count_atoms(const Team& team, int count, const Test& test) {
  int found = 0;
  Kokkos::parallel_reduce(
      Kokkos::TeamThreadRange(team, count), [&](const int i, int& sum) { sum += test(i) ? 1 : 0; }, found);
  team.team_barrier();
  return found;
}

/// Adds what lies in `sums` as the host adds the parts of a vector.
template <class T>
KOKKOS_INLINE_FUNCTION double total(const TeamBody<T>& body, int sum) {
  const double* v = body.sums + sum * partial_sums;
  return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}

/// What the neighbours of atom i see of it.
template <class T>
KOKKOS_INLINE_FUNCTION void show(const TeamBody<T>& body, int i) {
  double x[3];
  for (int c = 0; c < 3; ++c) {
    x[c] = body.position[c][i];
    if (body.walls == Walls::periodic) {
      const double shift = 0x1.8p52, boxes = (x[c] * (1 / body.box) + shift) - shift;
      x[c] -= boxes * body.box;
    }
  }
  body.atom[i] = {static_cast<T>(x[0]), static_cast<T>(x[1]), static_cast<T>(x[2]), static_cast<T>(body.species[i])};
}

/// v += kick f / m, x += drift v; how many atoms are farther from their reference than the root of `bound2`, or nowhere.
template <class Team, class T>
KOKKOS_INLINE_FUNCTION int shift_atoms(const Team& team, const TeamBody<T>& body, double kick, double drift, double bound2) {
  const double half = body.box / 2;
  return count_atoms(team, body.atoms, [&](const int i) {
    double distance2 = 0;
    for (int c = 0; c < 3; ++c) {
      double v = body.velocity[c][i];
      v += static_cast<double>(body.force[c][i]) * (body.inverse[i] * kick);
      double x = body.position[c][i] + v * drift;
      if (body.walls == Walls::reflecting) {
        const bool over = x > half, under = x < -half;
        v = over || under ? -v : v;
        x = over ? 2 * half - x : under ? -2 * half - x : x;
      }
      body.velocity[c][i] = v;
      body.position[c][i] = x;
      const double d = x - body.reference[c][i];
      distance2 += d * d;
    }
    show(body, i);
    return !(distance2 <= bound2);
  });
}

/// v += dt f / m; how many velocities are no numbers. With `summed` the sum of m v^2 comes out of `total(body, 0)`.
template <class Team, class T>
KOKKOS_INLINE_FUNCTION int kick_atoms(const Team& team, const TeamBody<T>& body, double dt, bool summed) {
  const int lost = count_atoms(team, body.atoms, [&](const int i) {
    const double weight = body.inverse[i] * dt;
    double square = 0;
    for (int c = 0; c < 3; ++c) {
      const double v = body.velocity[c][i] + static_cast<double>(body.force[c][i]) * weight;
      body.velocity[c][i] = v;
      square += v * v;
    }
    body.term[i] = body.mass[i] * square;
    return !(body.term[i] - body.term[i] == 0);
  });
  if (summed)
    each_atom(team, partial_sums, [&](const int lane) {
      double sum = 0;
      for (int i = lane; i < body.atoms; i += partial_sums) sum += body.term[i];
      body.sums[lane] = sum;
    });
  return lost;
}

template <class Team, class T>
KOKKOS_INLINE_FUNCTION void scale_velocities(const Team& team, const TeamBody<T>& body, double factor) {
  each_atom(team, body.atoms, [&](const int i) {
    for (int c = 0; c < 3; ++c) body.velocity[c][i] *= factor;
  });
}

/// Ornstein-Uhlenbeck step v = keep v + spread / sqrt(m) R.
template <class Team, class T>
KOKKOS_INLINE_FUNCTION void randomise_velocities(const Team& team, const TeamBody<T>& body, double keep, double spread,
                                                 const unsigned (&key)[2], const unsigned (&counter)[3]) {
  each_atom(team, body.atoms, [&](const int i) {
    unsigned c[4] = {static_cast<unsigned>(i), counter[0], counter[1], counter[2]};
    philox(c, key[0], key[1]);
    float n[4];
    normals(c[0], c[1], n[0], n[1]);
    normals(c[2], c[3], n[2], n[3]);
    for (int k = 0; k < 3; ++k) {
      double& v = body.velocity[k][i];
      v = v * keep + static_cast<double>(n[k]) * (body.noise[i] * spread);
    }
  });
}

/// One of the sums of Kernels::moments over every eighth atom.
template <class T>
KOKKOS_INLINE_FUNCTION double moment_part(const TeamBody<T>& body, int sum, int lane) {
  const int c = sum % 3, d = (c + 1) % 3, e = (c + 2) % 3;
  double s = 0;
  for (int i = lane; i < body.atoms; i += partial_sums) {
    const double m = body.mass[i];
    const auto mx = [&](int axis) { return m * body.position[axis][i]; };
    switch (sum / 3) {
      case 0:
        s += m * body.velocity[c][i];
        break;
      case 1:
        s += mx(c);
        break;
      case 2:
        s += mx(d) * body.velocity[e][i] - mx(e) * body.velocity[d][i];
        break;
      case 3:
        s += mx(c) * body.position[c][i];
        break;
      default:
        s += mx(c == 2 ? 1 : 0) * body.position[c == 0 ? 1 : 2][i];  // xy, xz, yz
    }
  }
  return s;
}

template <class Team, class T>
KOKKOS_INLINE_FUNCTION void bring_team_to_rest(const Team& team, const TeamBody<T>& body) {
  each_atom(team, moment_sums * partial_sums,
            [&](const int k) { body.sums[k] = moment_part(body, k / partial_sums, k % partial_sums); });
  double s[moment_sums];
  for (int k = 0; k < moment_sums; ++k) s[k] = total(body, k);
  const Rest rest = rest_of(s, body.mass_of_all, body.walls == Walls::none);
  each_atom(team, body.atoms, [&](const int i) {
    double x[3];
    for (int c = 0; c < 3; ++c) x[c] = body.position[c][i] - rest.centre[c];
    for (int c = 0; c < 3; ++c) {
      const int d = (c + 1) % 3, e = (c + 2) % 3;
      body.velocity[c][i] -= rest.u[c] + (rest.w[d] * x[e] - rest.w[e] * x[d]);
    }
  });
}

}  // namespace
}  // namespace ronchi::md
