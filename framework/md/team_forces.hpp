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

/// The parameters of one atom's pairs with both species.
template <class T>
struct PairColumns {
  T of[2][Row::count];
  int other = 0;  ///< species of the neighbour

  KOKKOS_INLINE_FUNCTION PairColumns(const T* table, int species) {
    for (int k = 0; k < Row::count; ++k)
      for (int j = 0; j < 2; ++j) of[j][k] = table[k * lanes + 2 * species + j];
  }
  KOKKOS_INLINE_FUNCTION Scalar<T> operator()(int k) const { return {other == 0 ? of[0][k] : of[1][k]}; }
};

/// Atom i and the way to its neighbours.
template <class T>
struct TeamPair {
  const TeamBody<T>& body;
  Atom<T> self;
  T dx, dy, dz;
  int other;  ///< species of the neighbour

  KOKKOS_INLINE_FUNCTION TeamPair(const TeamBody<T>& of, int i) : body(of), self(of.atom[i]), dx(0), dy(0), dz(0), other(0) {}
  /// The square of the distance.
  KOKKOS_INLINE_FUNCTION Scalar<T> to(int j) {
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
    other = static_cast<int>(a.kind);
    const Scalar<T> x{dx}, y{dy}, z{dz};
    return fma(x, x, fma(y, y, z * z));
  }
};

/// Squares of the radii of a list, [2 * species of i + species of j].
template <class T>
struct Radii2 {
  T of[4];
};

/// All neighbours within the outer radius, ascending. How many atoms have more than fit.
template <class Team, class T>
KOKKOS_INLINE_FUNCTION int find_outer(const Team& team, const TeamBody<T>& body, const Radii2<T>& radii) {
  return count_atoms(team, body.atoms, [&](const int i) {
    TeamPair<T> pair(body, i);
    const T* const reach2 = radii.of + 2 * body.species[i];
    int count = 0;
    for (int j = 0; j < body.atoms; ++j) {
      const T r2 = pair.to(j).v;
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
KOKKOS_INLINE_FUNCTION int find_inner(const Team& team, const TeamBody<T>& body, const Radii2<T>& radii) {
  return count_atoms(team, body.atoms, [&](const int i) {
    TeamPair<T> pair(body, i);
    const T* const reach2 = radii.of + 2 * body.species[i];
    int count = 0;
    for (int k = 0; k < body.outer_count[i]; ++k) {
      const Index j = body.outer_row[k * body.padded + i];
      if (!(pair.to(j).v < reach2[pair.other])) continue;
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
  const auto zero = Scalar<T>::all(0);
  each_atom(team, body.atoms, [&](const int i) {
    PairColumns<T> columns(body.table, body.species[i]);
    TeamPair<T> pair(body, i);
    Scalar<T> fx = zero, fy = zero, fz = zero, square = zero;
    for (int k = 0; k < body.inner_count[i]; ++k) {
      const Scalar<T> r2 = pair.to(body.inner_row[k * body.padded + i]);
      if constexpr (Binary) columns.other = pair.other;
      const auto terms = bond_of<false>(r2, columns);
      square = square + terms.binding;
      fx = fma(terms.repulsion, Scalar<T>{pair.dx}, fx);
      fy = fma(terms.repulsion, Scalar<T>{pair.dy}, fy);
      fz = fma(terms.repulsion, Scalar<T>{pair.dz}, fz);
    }
    body.force[0][i] = fx.v;
    body.force[1][i] = fy.v;
    body.force[2][i] = fz.v;
    body.inverse_root[i] = below(zero, square) ? (Scalar<T>::all(1) / root(square)).v : T(0);
  });
  each_atom(team, body.atoms, [&](const int i) {
    PairColumns<T> columns(body.table, body.species[i]);
    TeamPair<T> pair(body, i);
    const Scalar<T> own{body.inverse_root[i]};
    Scalar<T> fx{body.force[0][i]}, fy{body.force[1][i]}, fz{body.force[2][i]};
    for (int k = 0; k < body.inner_count[i]; ++k) {
      const Index j = body.inner_row[k * body.padded + i];
      const Scalar<T> r2 = pair.to(j);
      if constexpr (Binary) columns.other = pair.other;
      const Scalar<T> slope = bond_of<false>(r2, columns).slope, weight = own + Scalar<T>{body.inverse_root[j]};
      fx = fma(weight, slope * Scalar<T>{pair.dx}, fx);
      fy = fma(weight, slope * Scalar<T>{pair.dy}, fy);
      fz = fma(weight, slope * Scalar<T>{pair.dz}, fz);
    }
    body.force[0][i] = fx.v;
    body.force[1][i] = fy.v;
    body.force[2][i] = fz.v;
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
