// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstring>

#include "framework/kokkos.hpp"
#include "framework/md/body.hpp"

/// One number at a time, for devices; what framework/md/pack.hpp says. Include it before framework/md/pair.hpp.
namespace ronchi::md {
namespace {

template <class T>
struct Scalar {
  using Number = T;
  T v;

  static KOKKOS_INLINE_FUNCTION Scalar all(T value) { return {value}; }
  friend KOKKOS_INLINE_FUNCTION Scalar operator+(Scalar a, Scalar b) { return {a.v + b.v}; }
  friend KOKKOS_INLINE_FUNCTION Scalar operator-(Scalar a, Scalar b) { return {a.v - b.v}; }
  friend KOKKOS_INLINE_FUNCTION Scalar operator*(Scalar a, Scalar b) { return {a.v * b.v}; }
  friend KOKKOS_INLINE_FUNCTION Scalar operator/(Scalar a, Scalar b) { return {a.v / b.v}; }
  friend KOKKOS_INLINE_FUNCTION Scalar fma(Scalar a, Scalar b, Scalar c) {
    using std::fma;  // compilers for devices have these functions under the same names
    return {fma(a.v, b.v, c.v)};
  }
  friend KOKKOS_INLINE_FUNCTION Scalar root(Scalar a) {
    using std::sqrt;
    return {sqrt(a.v)};
  }
  friend KOKKOS_INLINE_FUNCTION Scalar least(Scalar a, Scalar b) { return {a.v < b.v ? a.v : b.v}; }
  friend KOKKOS_INLINE_FUNCTION bool below(Scalar a, Scalar b) { return a.v < b.v; }
  friend KOKKOS_INLINE_FUNCTION Scalar choose(bool m, Scalar yes, Scalar no) { return m ? yes : no; }
};

KOKKOS_INLINE_FUNCTION Scalar<float> scale2(Scalar<float> a, Scalar<float> shifted) {
  unsigned bits, n;
  memcpy(&bits, &a.v, sizeof bits);
  memcpy(&n, &shifted.v, sizeof n);
  bits += n << 23;
  memcpy(&a.v, &bits, sizeof bits);
  return a;
}
KOKKOS_INLINE_FUNCTION Scalar<double> scale2(Scalar<double> a, Scalar<double> shifted) {
  unsigned long long bits, n;
  memcpy(&bits, &a.v, sizeof bits);
  memcpy(&n, &shifted.v, sizeof n);
  bits += n << 52;
  memcpy(&a.v, &bits, sizeof bits);
  return a;
}

}  // namespace
}  // namespace ronchi::md
