// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/md/packs.hpp"
#include "framework/md/pair.hpp"

/// Forces and energy of framework/md/kernels.hpp, for the pack P of the translation unit that includes this.
namespace ronchi::md {
namespace {

template <class P>
using KindsOf = typename P::Kinds;

/// Parameters of the pairs of sixteen atoms with their neighbours.
template <bool Binary, class P>
struct PairParameters {
  P row[Row::count];
  KindsOf<P> kinds;

  explicit PairParameters(const typename P::Number* table) {
    for (int k = 0; k < Row::count; ++k) row[k] = Binary ? P::load(table + k * lanes) : P::all(table[k * lanes]);
  }
  P operator()(int k) const {
    if constexpr (Binary)
      return pick(row[k], kinds);
    else
      return row[k];
  }
};

/// x_i - x_j to the nearest image; both lie within the box. Exact, and what is farther away than the box stays far away.
template <class P>
inline P nearest(P d, P edge, P half) {
  d = choose(below(half, d), d - edge, d);
  return choose(below(d, P::all(0) - half), d + edge, d);
}

template <bool Binary, bool Periodic, class P>
struct Neighbours {
  using Number = typename P::Number;
  const Body<Number>& body;
  PairParameters<Binary, P> p;
  P edge, half;
  P x, y, z;  ///< of the sixteen atoms
  KindsOf<P> kind;
  P dx, dy, dz;  ///< to their neighbours

  explicit Neighbours(const Body<Number>& of)
      : body(of), p(of.table), edge(P::all(static_cast<Number>(of.box))), half(P::all(static_cast<Number>(of.box / 2))) {}

  void begin(const Index* slot) { load_atoms(body.atom, slot, x, y, z, kind); }
  /// The square of the distances to the neighbours in this row.
  P step(const Index* near) {
    P xj, yj, zj;
    KindsOf<P> other;
    load_atoms(body.atom, near, xj, yj, zj, other);
    if constexpr (Binary) p.kinds = pairs_of<Number>(kind, other);
    dx = x - xj;
    dy = y - yj;
    dz = z - zj;
    if constexpr (Periodic) {
      dx = nearest(dx, edge, half);
      dy = nearest(dy, edge, half);
      dz = nearest(dz, edge, half);
    }
    return fma(dx, dx, fma(dy, dy, dz * dz));
  }
};

/// First pass: repulsion and the sums of Xi^2. What the second needs of a pair is kept in `bond`.
template <bool Binary, bool Periodic, class P>
void first_pass(const Body<typename P::Number>& body) {
  using Number = typename P::Number;
  Neighbours<Binary, Periodic, P> n(body);
  for (int g = 0; g < body.groups; ++g) {
    const Index* const slot = body.slot + g * lanes;
    n.begin(slot);
    P fx = P::all(0), fy = fx, fz = fx, square = fx;
    for (int k = body.group_begin[g]; k < body.group_begin[g + 1]; ++k) {
      const P r2 = n.step(body.near + k * lanes);
      const auto terms = bond_of<false>(r2, n.p);
      square = square + terms.binding;
      fx = fma(terms.repulsion, n.dx, fx);
      fy = fma(terms.repulsion, n.dy, fy);
      fz = fma(terms.repulsion, n.dz, fz);
      Number* const bond = body.bond + static_cast<long>(k) * 3 * lanes;
      store(bond, terms.slope * n.dx);
      store(bond + lanes, terms.slope * n.dy);
      store(bond + 2 * lanes, terms.slope * n.dz);
    }
    const P inverse = choose(below(P::all(0), square), P::all(1) / root(square), P::all(0));
    Number* const sum = body.sum + g * 4 * lanes;
    store(sum, fx);
    store(sum + lanes, fy);
    store(sum + 2 * lanes, fz);
    store(sum + 3 * lanes, inverse);
    for (int l = 0; l < lanes; ++l) body.inverse_root[slot[l]] = sum[3 * lanes + l];
  }
}

/// Second pass: binding, which needs the root of the neighbour too.
template <class P>
void second_pass(const Body<typename P::Number>& body) {
  using Number = typename P::Number;
  Number f[3][lanes];
  for (int g = 0; g < body.groups; ++g) {
    const Index* const slot = body.slot + g * lanes;
    const Number* const sum = body.sum + g * 4 * lanes;
    P fx = P::load(sum), fy = P::load(sum + lanes), fz = P::load(sum + 2 * lanes);
    const P own = P::load(sum + 3 * lanes);
    for (int k = body.group_begin[g]; k < body.group_begin[g + 1]; ++k) {
      const P weight = own + gather(body.inverse_root, body.near + k * lanes, static_cast<const P*>(nullptr));
      const Number* const bond = body.bond + static_cast<long>(k) * 3 * lanes;
      fx = fma(weight, P::load(bond), fx);
      fy = fma(weight, P::load(bond + lanes), fy);
      fz = fma(weight, P::load(bond + 2 * lanes), fz);
    }
    store(f[0], fx);
    store(f[1], fy);
    store(f[2], fz);
    for (int l = 0; l < lanes; ++l)
      for (int c = 0; c < 3; ++c) body.force[c][slot[l]] = f[c][l];
  }
}

template <bool Binary, bool Periodic, class P>
double energy_of(const Body<typename P::Number>& body) {
  using Number = typename P::Number;
  Neighbours<Binary, Periodic, P> n(body);
  Number a[lanes], s[lanes];
  // In the order of atoms, not of groups: that one depends on the lists.
  for (int g = 0; g < body.groups; ++g) {
    const Index* const slot = body.slot + g * lanes;
    n.begin(slot);
    P repulsion = P::all(0), square = repulsion;
    for (int k = body.group_begin[g]; k < body.group_begin[g + 1]; ++k) {
      const P r2 = n.step(body.near + k * lanes);
      const auto terms = bond_of<true>(r2, n.p);
      repulsion = repulsion + terms.energy;
      square = square + terms.binding;
    }
    store(a, repulsion);
    store(s, root(square));
    for (int l = 0; l < lanes; ++l) body.atom_energy[slot[l]] = static_cast<double>(a[l]) - static_cast<double>(s[l]);
  }
  double sum = 0;
  for (int i = 0; i < body.atoms; ++i) sum += body.atom_energy[i];
  return sum;
}

template <class P>
void forces(const Body<typename P::Number>& body) {
  const bool periodic = body.walls == Walls::periodic;
  if (body.binary)
    periodic ? first_pass<true, true, P>(body) : first_pass<true, false, P>(body);
  else
    periodic ? first_pass<false, true, P>(body) : first_pass<false, false, P>(body);
  second_pass<P>(body);
}

template <class P>
double energy(const Body<typename P::Number>& body) {
  const bool periodic = body.walls == Walls::periodic;
  if (body.binary) return periodic ? energy_of<true, true, P>(body) : energy_of<true, false, P>(body);
  return periodic ? energy_of<false, true, P>(body) : energy_of<false, false, P>(body);
}

}  // namespace
}  // namespace ronchi::md
