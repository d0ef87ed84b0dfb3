// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/md/force_loops.hpp"

/// Neighbour rows of framework/md/kernels.hpp, for the pack P of the translation unit that includes this.
namespace ronchi::md {
namespace {

template <class P>
int outer_rows(const Body<typename P::Number>& body, int first, int capacity, const typename P::Number* const (&reach2)[2],
               typename P::Number* const (&place)[3]) {
  using Number = typename P::Number;
  for (int j = 0; j < body.padded; ++j) {
    place[0][j] = body.atom[j].x;
    place[1][j] = body.atom[j].y;
    place[2][j] = body.atom[j].z;
  }
  const P edge = P::all(static_cast<Number>(body.box)), half = P::all(static_cast<Number>(body.box / 2));
  const bool periodic = body.walls == Walls::periodic;
  int end = body.outer_begin[first];
  for (int i = first; i < body.atoms; ++i) {
    if (end + body.padded + 2 * lanes > capacity) return i;
    const int kind = __builtin_bit_cast(typename BitsOf<Number>::type, body.atom[i].kind) != 0 ? 1 : 0;
    const P x = P::all(place[0][i]), y = P::all(place[1][i]), z = P::all(place[2][i]);
    Index here[lanes];
    for (int l = 0; l < lanes; ++l) here[l] = static_cast<Index>(l);
    for (int j = 0; j < body.padded; j += lanes) {
      P dx = x - P::load(place[0] + j), dy = y - P::load(place[1] + j), dz = z - P::load(place[2] + j);
      if (periodic) {
        dx = nearest(dx, edge, half);
        dy = nearest(dy, edge, half);
        dz = nearest(dz, edge, half);
      }
      const P r2 = fma(dx, dx, fma(dy, dy, dz * dz));
      unsigned found = bits<Number>(below(r2, P::load(reach2[kind] + j)));
      if (i >= j && i < j + lanes) found &= ~(1u << (i - j));
      if (found != 0) {
        compress(body.outer_row + end, here, found, static_cast<const P*>(nullptr));
        end += __builtin_popcount(found);
      }
      for (int l = 0; l < lanes; ++l) here[l] = static_cast<Index>(here[l] + lanes);
    }
    while (end % lanes != 0) body.outer_row[end++] = static_cast<Index>(body.padded);
    body.outer_begin[i + 1] = end;
  }
  return body.atoms;
}

template <bool Binary, bool Periodic, class P>
void inner_rows_of(const Body<typename P::Number>& body, const typename P::Number* reach2) {
  using Number = typename P::Number;
  Neighbours<Binary, Periodic, P> n(body);
  const P radius2 = Binary ? P::load(reach2) : P::all(reach2[0]);
  Index same[lanes];
  for (int i = 0; i < body.atoms; ++i) {
    for (int l = 0; l < lanes; ++l) same[l] = static_cast<Index>(i);
    n.begin(same);
    const int begin = body.outer_begin[i];
    int count = 0;
    for (int k = begin; k < body.outer_begin[i + 1]; k += lanes) {
      const P r2 = n.step(body.outer_row + k);
      P reach = radius2;
      if constexpr (Binary) reach = pick(radius2, n.p.kinds);
      const unsigned found = bits<Number>(below(r2, reach));
      compress(body.inner_row + begin + count, body.outer_row + k, found, static_cast<const P*>(nullptr));
      count += __builtin_popcount(found);
    }
    body.inner_count[i] = count;
  }
}

template <class P>
void inner_rows(const Body<typename P::Number>& body, const typename P::Number* reach2) {
  const bool periodic = body.walls == Walls::periodic;
  if (body.binary)
    periodic ? inner_rows_of<true, true, P>(body, reach2) : inner_rows_of<true, false, P>(body, reach2);
  else
    periodic ? inner_rows_of<false, true, P>(body, reach2) : inner_rows_of<false, false, P>(body, reach2);
}

}  // namespace
}  // namespace ronchi::md
