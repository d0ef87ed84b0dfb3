// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/md/pair.hpp"

/// Positions and velocities of framework/md/kernels.hpp: eight atoms at a time in vectors of the compiler's own, which it makes of
/// what the processor has.
namespace ronchi::md {
namespace {

constexpr int eight = 8;
using Eight = double __attribute__((vector_size(64), may_alias));
using EightSigns = long long __attribute__((vector_size(64), may_alias));
template <class T>
struct EightOf {
  typedef T type __attribute__((vector_size(eight * sizeof(T)), may_alias));
};

inline Eight& at(double* p) { return *reinterpret_cast<Eight*>(p); }
template <class T>
inline Eight wide(const T* p) {
  return __builtin_convertvector(*reinterpret_cast<const typename EightOf<T>::type*>(p), Eight);
}
inline double total(const Eight& v) { return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7])); }

/// Nearest integer, halves to even, of what is below 2^51.
inline void round_all(Eight& v) {
  const Eight shift = Eight{} + 0x1.8p52;
  v = (v + shift) - shift;
}

template <class T, Walls W>
bool move_in(const Body<T>& body, double kick, double drift, double bound2) {
  const double half = body.box / 2, inverse_box = W == Walls::periodic ? 1 / body.box : 0;
  EightSigns within = EightSigns{} - 1;
  T place[3][eight] __attribute__((aligned(64)));
  for (int i = 0; i < body.padded; i += eight) {
    Eight distance2{};
    for (int c = 0; c < 3; ++c) {
      Eight& velocity = at(body.velocity[c] + i);
      Eight& position = at(body.position[c] + i);
      Eight v = velocity;
      v += wide(body.force[c] + i) * (at(body.inverse + i) * kick);
      Eight x = position + v * drift;
      if constexpr (W == Walls::reflecting) {
        const EightSigns over = x > half, under = x < -half;
        v = (over | under) != 0 ? -v : v;
        x = over != 0 ? 2 * half - x : under != 0 ? -2 * half - x : x;
      }
      velocity = v;
      position = x;
      const Eight d = x - at(body.reference[c] + i);
      distance2 += d * d;
      if constexpr (W == Walls::periodic) {
        Eight boxes = x * inverse_box;
        round_all(boxes);
        x -= boxes * body.box;
      }
      *reinterpret_cast<typename EightOf<T>::type*>(place[c]) = __builtin_convertvector(x, typename EightOf<T>::type);
    }
    within &= distance2 <= bound2;
    for (int l = 0; l < eight; ++l) {
      body.atom[i + l].x = place[0][l];
      body.atom[i + l].y = place[1][l];
      body.atom[i + l].z = place[2][l];
    }
  }
  bool all = true;
  for (int l = 0; l < eight; ++l) all = all && within[l] != 0;
  return !all;
}

template <class T>
bool move(const Body<T>& body, double kick, double drift, double bound2) {
  if (body.walls == Walls::periodic) return move_in<T, Walls::periodic>(body, kick, drift, bound2);
  if (body.walls == Walls::reflecting) return move_in<T, Walls::reflecting>(body, kick, drift, bound2);
  return move_in<T, Walls::none>(body, kick, drift, bound2);
}

template <class T>
double kick(const Body<T>& body, double dt) {
  Eight sum{};
  for (int i = 0; i < body.padded; i += eight) {
    const Eight weight = at(body.inverse + i) * dt;
    Eight square{};
    for (int c = 0; c < 3; ++c) {
      Eight& v = at(body.velocity[c] + i);
      v += wide(body.force[c] + i) * weight;
      square += v * v;
    }
    sum += at(body.mass + i) * square;
  }
  return total(sum);
}

template <class T>
void scale(const Body<T>& body, double factor) {
  for (int c = 0; c < 3; ++c)
    for (int i = 0; i < body.padded; i += eight) at(body.velocity[c] + i) *= factor;
}

template <class T>
void moments(const Body<T>& body, double (&sums)[15]) {
  Eight s[15] = {};
  for (int i = 0; i < body.padded; i += eight) {
    const Eight m = at(body.mass + i);
    Eight x[3], v[3], mx[3];
    for (int c = 0; c < 3; ++c) {
      x[c] = at(body.position[c] + i);
      v[c] = at(body.velocity[c] + i);
      mx[c] = m * x[c];
      s[c] += m * v[c];
      s[3 + c] += mx[c];
    }
    for (int c = 0; c < 3; ++c) {
      const int d = (c + 1) % 3, e = (c + 2) % 3;
      s[6 + c] += mx[d] * v[e] - mx[e] * v[d];
      s[9 + c] += mx[c] * x[c];
    }
    s[12] += mx[0] * x[1];
    s[13] += mx[0] * x[2];
    s[14] += mx[1] * x[2];
  }
  for (int k = 0; k < 15; ++k) sums[k] = total(s[k]);
}

template <class T>
void halt(const Body<T>& body, const double (&u)[3], const double (&w)[3], const double (&centre)[3]) {
  for (int i = 0; i < body.padded; i += eight) {
    Eight x[3];
    for (int c = 0; c < 3; ++c) x[c] = at(body.position[c] + i) - centre[c];
    for (int c = 0; c < 3; ++c) {
      const int d = (c + 1) % 3, e = (c + 2) % 3;
      Eight& v = at(body.velocity[c] + i);
      v = at(body.mass + i) != 0 ? v - (u[c] + (w[d] * x[e] - w[e] * x[d])) : Eight{};
    }
  }
}

}  // namespace
}  // namespace ronchi::md
