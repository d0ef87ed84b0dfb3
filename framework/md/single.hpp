// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <type_traits>

#include "framework/device.hpp"
#include "framework/md/body.hpp"

/// One number where the host's loops have sixteen: the pack of framework/md/pair.hpp for the threads of a device. In an unnamed
/// namespace, as all packs are.
namespace ronchi::md {
namespace {

template <class T>
struct Single {
  using Number = T;
  using Bits = std::conditional_t<sizeof(T) == 4, int, long long>;
  using Word = std::conditional_t<sizeof(T) == 4, unsigned, unsigned long long>;
  static constexpr int mantissa = sizeof(T) == 4 ? 23 : 52;
  T value;

  static RONCHI_FUNCTION Single all(T value) { return {value}; }
};

template <class T>
RONCHI_FUNCTION Single<T> operator+(Single<T> a, Single<T> b) {
  return {a.value + b.value};
}
template <class T>
RONCHI_FUNCTION Single<T> operator-(Single<T> a, Single<T> b) {
  return {a.value - b.value};
}
template <class T>
RONCHI_FUNCTION Single<T> operator*(Single<T> a, Single<T> b) {
  return {a.value * b.value};
}
template <class T>
RONCHI_FUNCTION Single<T> operator/(Single<T> a, Single<T> b) {
  return {a.value / b.value};
}
template <class T>
RONCHI_FUNCTION Single<T> fma(Single<T> a, Single<T> b, Single<T> c) {
  using std::fma;
  return {fma(a.value, b.value, c.value)};
}
template <class T>
RONCHI_FUNCTION Single<T> root(Single<T> a) {
  using std::sqrt;
  return {sqrt(a.value)};
}
template <class T>
RONCHI_FUNCTION Single<T> least(Single<T> a, Single<T> b) {
  return {a.value < b.value ? a.value : b.value};
}
template <class T>
RONCHI_FUNCTION bool below(Single<T> a, Single<T> b) {
  return a.value < b.value;
}
template <class T>
RONCHI_FUNCTION Single<T> choose(bool condition, Single<T> yes, Single<T> no) {
  return condition ? yes : no;
}
/// a 2^n, where the low bits of `shifted` = n + 1.5 2^mantissa are n. Nothing may leave the normal numbers.
template <class T>
RONCHI_FUNCTION Single<T> scale2(Single<T> a, Single<T> shifted) {
  using S = Single<T>;
  using Word = typename S::Word;
  const Word n = static_cast<Word>(__builtin_bit_cast(typename S::Bits, shifted.value)) << S::mantissa;
  const Word of_a = static_cast<Word>(__builtin_bit_cast(typename S::Bits, a.value));
  return {__builtin_bit_cast(T, static_cast<typename S::Bits>(of_a + n))};
}

/// The parameters of one atom's pairs with both species.
template <class T>
struct PairColumns {
  T of[2][parameters];
  int other = 0;  ///< species of the neighbour

  RONCHI_FUNCTION void load(const T* table, int species) {
    for (int k = 0; k < parameters; ++k)
      for (int j = 0; j < 2; ++j) of[j][k] = table[k * lanes + 2 * species + j];
  }
  RONCHI_FUNCTION Single<T> operator()(int k) const { return {other == 0 ? of[0][k] : of[1][k]}; }
};

}  // namespace
}  // namespace ronchi::md
