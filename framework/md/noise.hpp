// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>

#include "framework/kokkos.hpp"

/// What framework/md/noise_loops.hpp does for sixteen atoms, for one: the same operations in the same order, for the threads of a
/// device.
namespace ronchi::md {

/// Philox4x32-10 (Salmon et al., SC'11, doi:10.1145/2063384.2063405); the answer replaces the counter.
KOKKOS_INLINE_FUNCTION void philox(unsigned (&c)[4], unsigned key0, unsigned key1) {
  for (int round = 0; round < 10; ++round) {
    const unsigned long long first = c[0] * 0xD2511F53ull, second = c[2] * 0xCD9E8D57ull;
    c[0] = static_cast<unsigned>(second >> 32) ^ c[1] ^ key0;
    c[1] = static_cast<unsigned>(second);
    c[2] = static_cast<unsigned>(first >> 32) ^ c[3] ^ key1;
    c[3] = static_cast<unsigned>(first);
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
}

/// Natural logarithm of a normal number: v = m 2^e with m in [sqrt(1/2), sqrt(2)), log m = 2 artanh((m - 1) / (m + 1)).
KOKKOS_INLINE_FUNCTION float logarithm(float v) {
  const int bits = __builtin_bit_cast(int, v), e = (bits - 0x3f3504f3) >> 23;
  const float m = __builtin_bit_cast(float, bits - static_cast<int>(static_cast<unsigned>(e) << 23));
  const float s = (m - 1.f) / (m + 1.f), s2 = s * s;
  const float series = s2 * (1.f / 3 + s2 * (1.f / 5 + s2 * (1.f / 7 + s2 * (1.f / 9))));
  const float power = static_cast<float>(e);
  return power * 0.693359375f + (power * -2.12194440e-4f + (2.f * s + 2.f * s * series));
}

/// Two normal numbers of two words (Box & Muller 1958).
KOKKOS_INLINE_FUNCTION void normals(unsigned first, unsigned second, float& one, float& two) {
  using std::sqrt;
  const float u = static_cast<float>(static_cast<int>(first >> 8)) * 0x1p-24f + 0x1p-25f, square = logarithm(u) * -2.f;
  const float radius = sqrt(square > 0 ? square : 0.f);
  const float turn = static_cast<float>(static_cast<int>(second)) * 0x1p-32f;
  const float shift = 0x1.8p23f, quarter = (turn * 4.f + shift) - shift;
  const float a = (turn - quarter * 0.25f) * 6.28318530718f, a2 = a * a;
  const float sine = a + a * a2 * (-1.f / 6 + a2 * (1.f / 120 + a2 * (-1.f / 5040 + a2 * (1.f / 362880))));
  const float cosine = 1.f + a2 * (-0.5f + a2 * (1.f / 24 + a2 * (-1.f / 720 + a2 * (1.f / 40320))));
  const int q = static_cast<int>(quarter);
  const float x = (q & 1) != 0 ? sine : cosine, y = (q & 1) != 0 ? cosine : sine;
  one = radius * (((q + 1) & 2) != 0 ? -x : x);
  two = radius * ((q & 2) != 0 ? -y : y);
}

}  // namespace ronchi::md
