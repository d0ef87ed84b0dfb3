// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/md/motion_loops.hpp"

/// Normal random numbers for sixteen atoms at a time, in vectors of the compiler's own.
namespace ronchi::md {
namespace {

using Sixteen = float __attribute__((vector_size(64), may_alias));
using Words = unsigned __attribute__((vector_size(64), may_alias));
using Integers = int __attribute__((vector_size(64), may_alias));
using Pairs = unsigned long long __attribute__((vector_size(64), may_alias));

/// High and low words of sixteen products.
inline void product(const Words& a, unsigned by, Words& high, Words& low) {
  const Pairs both = reinterpret_cast<const Pairs&>(a);
  const Pairs even = (both & 0xffffffffull) * by, odd = (both >> 32) * by;
  const Pairs h = (even >> 32) | (odd & ~0xffffffffull), l = (even & 0xffffffffull) | (odd << 32);
  high = reinterpret_cast<const Words&>(h);
  low = reinterpret_cast<const Words&>(l);
}

/// Philox4x32-10 (Salmon et al., SC'11, doi:10.1145/2063384.2063405); the answer replaces the counter.
inline void philox(Words (&c)[4], unsigned key0, unsigned key1) {
  for (int round = 0; round < 10; ++round) {
    Words high0, low0, high1, low1;
    product(c[0], 0xD2511F53u, high0, low0);
    product(c[2], 0xCD9E8D57u, high1, low1);
    c[0] = high1 ^ c[1] ^ key0;
    c[1] = low1;
    c[2] = high0 ^ c[3] ^ key1;
    c[3] = low0;
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
}

/// Natural logarithm of normal numbers: v = m 2^e with m in [sqrt(1/2), sqrt(2)), log m = 2 artanh((m - 1) / (m + 1)).
inline void logarithm(Sixteen& v) {
  const Integers bits = reinterpret_cast<const Integers&>(v);
  const Integers e = (bits - 0x3f3504f3) >> 23, rest = bits - (e << 23);
  const Sixteen m = reinterpret_cast<const Sixteen&>(rest);
  const Sixteen s = (m - 1.f) / (m + 1.f), s2 = s * s;
  const Sixteen series = s2 * (1.f / 3 + s2 * (1.f / 5 + s2 * (1.f / 7 + s2 * (1.f / 9))));
  const Sixteen power = __builtin_convertvector(e, Sixteen);
  v = power * 0.693359375f + (power * -2.12194440e-4f + (2.f * s + 2.f * s * series));
}

/// Two normal numbers of two words (Box & Muller 1958). Turns are cut into quarters; in one of them (|s| <= 1/8) the series of
/// sine and cosine end below 2e-8.
inline void normals(const Words& first, const Words& second, Sixteen& one, Sixteen& two) {
  const Words top = first >> 8;
  Sixteen u = __builtin_convertvector(reinterpret_cast<const Integers&>(top), Sixteen) * 0x1p-24f + 0x1p-25f;
  logarithm(u);
  u *= -2.f;
  Sixteen radius;
  for (int l = 0; l < 16; ++l) radius[l] = __builtin_sqrtf(u[l] > 0 ? u[l] : 0.f);
  const Sixteen turn = __builtin_convertvector(reinterpret_cast<const Integers&>(second), Sixteen) * 0x1p-32f;
  const Sixteen shift = Sixteen{} + 0x1.8p23f, quarter = (turn * 4.f + shift) - shift;
  const Sixteen a = (turn - quarter * 0.25f) * 6.28318530718f, a2 = a * a;
  const Sixteen sine = a + a * a2 * (-1.f / 6 + a2 * (1.f / 120 + a2 * (-1.f / 5040 + a2 * (1.f / 362880))));
  const Sixteen cosine = 1.f + a2 * (-0.5f + a2 * (1.f / 24 + a2 * (-1.f / 720 + a2 * (1.f / 40320))));
  const Integers q = __builtin_convertvector(quarter, Integers);
  const Sixteen x = (q & 1) != 0 ? sine : cosine, y = (q & 1) != 0 ? cosine : sine;
  one = radius * (((q + 1) & 2) != 0 ? -x : x);
  two = radius * ((q & 2) != 0 ? -y : y);
}

template <class T>
void randomise(const Body<T>& body, double keep, double spread, const unsigned (&key)[2], const unsigned (&counter)[3]) {
  float random[3][lanes] __attribute__((aligned(64)));
  for (int i = 0; i < body.padded; i += lanes) {
    Words c[4];
    for (int l = 0; l < lanes; ++l) c[0][l] = static_cast<unsigned>(i + l);
    for (int k = 0; k < 3; ++k) c[k + 1] = Words{} + counter[k];
    philox(c, key[0], key[1]);
    Sixteen n[4];
    normals(c[0], c[1], n[0], n[1]);
    normals(c[2], c[3], n[2], n[3]);
    for (int k = 0; k < 3; ++k) *reinterpret_cast<Sixteen*>(random[k]) = n[k];
    for (int k = 0; k < 3; ++k)
      for (int l = 0; l < lanes; l += eight) {
        Eight& v = at(body.velocity[k] + i + l);
        v = v * keep + wide(random[k] + l) * (at(body.noise + i + l) * spread);
      }
  }
}

}  // namespace
}  // namespace ronchi::md
