// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/md/team_cluster.hpp"

/// Neighbour lists and forces of a cluster by a team, a thread per atom.
namespace ronchi::md {
namespace {

/// x_i - x_j of two atoms that both lie within the box, to the nearest image.
template <class T>
KOKKOS_INLINE_FUNCTION T nearest_image(T d, T edge, T half) {
  d = half < d ? d - edge : d;
  return d < T(0) - half ? d + edge : d;
}

/// Atom i and the way to its neighbours.
template <class T>
struct TeamPair {
  const TeamBody<T>& body;
  Atom<T> self;
  T dx, dy, dz;
  int other;  ///< species of the neighbour

  KOKKOS_INLINE_FUNCTION TeamPair(const TeamBody<T>& of, int i) : body(of), self(of.atom[i]), dx(0), dy(0), dz(0), other(0) {}
  /// The square of the distance.
  KOKKOS_INLINE_FUNCTION Single<T> to(int j) {
    const Atom<T> a = body.atom[j];
    dx = self.x - a.x;
    dy = self.y - a.y;
    dz = self.z - a.z;
    if (body.walls == Walls::periodic) {
      const T edge = static_cast<T>(body.box), half = static_cast<T>(body.box / 2);
      dx = nearest_image(dx, edge, half);
      dy = nearest_image(dy, edge, half);
      dz = nearest_image(dz, edge, half);
    }
    other = static_cast<int>(__builtin_bit_cast(typename Single<T>::Bits, a.kind));
    const Single<T> x{dx}, y{dy}, z{dz};
    return fma(x, x, fma(y, y, z * z));
  }
};

/// All neighbours within the outer radius, ascending. How many atoms have more than fit.
template <class Team, class T>
KOKKOS_INLINE_FUNCTION int find_outer(const Team& team, const TeamBody<T>& body) {
  return count_atoms(team, body.atoms, [&](const int i) {
    TeamPair<T> pair(body, i);
    const T* const reach2 = body.outer_reach2 + 2 * body.species[i];
    int count = 0;
    for (int j = 0; j < body.atoms; ++j) {
      const T r2 = pair.to(j).value;
      if (j == i || !(r2 < reach2[pair.other])) continue;
      if (count < outer_capacity) body.outer_row[count * body.padded + i] = static_cast<Index>(j);
      ++count;
    }
    body.outer_count[i] = count < outer_capacity ? count : outer_capacity;
    for (int c = 0; c < 3; ++c) body.outer_reference[c][i] = body.position[c][i];
    return count > outer_capacity;
  });
}

/// Those of the outer list within the inner radius.
template <class Team, class T>
KOKKOS_INLINE_FUNCTION int find_inner(const Team& team, const TeamBody<T>& body) {
  return count_atoms(team, body.atoms, [&](const int i) {
    TeamPair<T> pair(body, i);
    const T* const reach2 = body.inner_reach2 + 2 * body.species[i];
    int count = 0;
    for (int k = 0; k < body.outer_count[i]; ++k) {
      const Index j = body.outer_row[k * body.padded + i];
      if (!(pair.to(j).value < reach2[pair.other])) continue;
      if (count < inner_capacity) body.inner_row[count * body.padded + i] = j;
      ++count;
    }
    body.inner_count[i] = count < inner_capacity ? count : inner_capacity;
    for (int c = 0; c < 3; ++c) body.reference[c][i] = body.position[c][i];
    return count > inner_capacity;
  });
}

/// The host keeps what the second pass needs of a pair; here it is computed again, which costs less than the way to memory.
template <bool Binary, class Team, class T>
KOKKOS_INLINE_FUNCTION void team_forces_of(const Team& team, const TeamBody<T>& body) {
  const auto zero = Single<T>::all(0);
  each_atom(team, body.atoms, [&](const int i) {
    PairColumns<T> columns;
    columns.load(body.table, body.species[i]);
    TeamPair<T> pair(body, i);
    Single<T> fx = zero, fy = zero, fz = zero, square = zero;
    for (int k = 0; k < body.inner_count[i]; ++k) {
      const Single<T> r2 = pair.to(body.inner_row[k * body.padded + i]);
      if constexpr (Binary) columns.other = pair.other;
      const auto terms = pair_terms<false>(r2, columns);
      square = square + terms.binding;
      fx = fma(terms.repulsion, Single<T>{pair.dx}, fx);
      fy = fma(terms.repulsion, Single<T>{pair.dy}, fy);
      fz = fma(terms.repulsion, Single<T>{pair.dz}, fz);
    }
    body.force[0][i] = fx.value;
    body.force[1][i] = fy.value;
    body.force[2][i] = fz.value;
    body.inverse_root[i] = below(zero, square) ? (Single<T>::all(1) / root(square)).value : T(0);
  });
  each_atom(team, body.atoms, [&](const int i) {
    PairColumns<T> columns;
    columns.load(body.table, body.species[i]);
    TeamPair<T> pair(body, i);
    const Single<T> own{body.inverse_root[i]};
    Single<T> fx{body.force[0][i]}, fy{body.force[1][i]}, fz{body.force[2][i]};
    for (int k = 0; k < body.inner_count[i]; ++k) {
      const Index j = body.inner_row[k * body.padded + i];
      const Single<T> r2 = pair.to(j);
      if constexpr (Binary) columns.other = pair.other;
      const Single<T> slope = pair_terms<false>(r2, columns).slope, weight = own + Single<T>{body.inverse_root[j]};
      fx = fma(weight, slope * Single<T>{pair.dx}, fx);
      fy = fma(weight, slope * Single<T>{pair.dy}, fy);
      fz = fma(weight, slope * Single<T>{pair.dz}, fz);
    }
    body.force[0][i] = fx.value;
    body.force[1][i] = fy.value;
    body.force[2][i] = fz.value;
  });
}

template <class Team, class T>
KOKKOS_INLINE_FUNCTION void team_forces(const Team& team, const TeamBody<T>& body) {
  if (body.binary)
    team_forces_of<true>(team, body);
  else
    team_forces_of<false>(team, body);
}

}  // namespace
}  // namespace ronchi::md
