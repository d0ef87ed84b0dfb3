// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>

#include "framework/md/body.hpp"

/// Sixteen numbers at a time, for every processor. In an unnamed namespace: each translation unit that includes this has its own,
/// compiled for its own processor.
namespace ronchi::md {
namespace {

template <class T>
struct BitsOf;
template <>
struct BitsOf<float> {
  using type = int;
  static constexpr int mantissa = 23;
};
template <>
struct BitsOf<double> {
  using type = long long;
  static constexpr int mantissa = 52;
};

template <class T>
struct Lanes {
  using Number = T;
  using Bits = typename BitsOf<T>::type;
  struct Mask {
    bool lane[lanes];
  };
  struct Kinds {
    Bits lane[lanes];
  };
  T lane[lanes];

  static Lanes all(T value) {
    Lanes r;
    for (int l = 0; l < lanes; ++l) r.lane[l] = value;
    return r;
  }
  static Lanes load(const T* from) {
    Lanes r;
    for (int l = 0; l < lanes; ++l) r.lane[l] = from[l];
    return r;
  }
};

template <class T>
void store(T* to, const Lanes<T>& a) {
  for (int l = 0; l < lanes; ++l) to[l] = a.lane[l];
}

template <class T, class Op>
inline Lanes<T> each(const Op& op) {
  Lanes<T> r;
  for (int l = 0; l < lanes; ++l) r.lane[l] = op(l);
  return r;
}

template <class T>
inline Lanes<T> operator+(const Lanes<T>& a, const Lanes<T>& b) {
  return each<T>([&](int l) { return a.lane[l] + b.lane[l]; });
}
template <class T>
inline Lanes<T> operator-(const Lanes<T>& a, const Lanes<T>& b) {
  return each<T>([&](int l) { return a.lane[l] - b.lane[l]; });
}
template <class T>
inline Lanes<T> operator*(const Lanes<T>& a, const Lanes<T>& b) {
  return each<T>([&](int l) { return a.lane[l] * b.lane[l]; });
}
template <class T>
inline Lanes<T> operator/(const Lanes<T>& a, const Lanes<T>& b) {
  return each<T>([&](int l) { return a.lane[l] / b.lane[l]; });
}
inline Lanes<float> fma(const Lanes<float>& a, const Lanes<float>& b, const Lanes<float>& c) {
  return each<float>([&](int l) { return __builtin_fmaf(a.lane[l], b.lane[l], c.lane[l]); });
}
inline Lanes<double> fma(const Lanes<double>& a, const Lanes<double>& b, const Lanes<double>& c) {
  return each<double>([&](int l) { return __builtin_fma(a.lane[l], b.lane[l], c.lane[l]); });
}
inline Lanes<float> root(const Lanes<float>& a) {
  return each<float>([&](int l) { return __builtin_sqrtf(a.lane[l]); });
}
inline Lanes<double> root(const Lanes<double>& a) {
  return each<double>([&](int l) { return __builtin_sqrt(a.lane[l]); });
}
/// The second where one is not a number.
template <class T>
inline Lanes<T> least(const Lanes<T>& a, const Lanes<T>& b) {
  return each<T>([&](int l) { return a.lane[l] < b.lane[l] ? a.lane[l] : b.lane[l]; });
}
template <class T>
inline typename Lanes<T>::Mask below(const Lanes<T>& a, const Lanes<T>& b) {
  typename Lanes<T>::Mask m;
  for (int l = 0; l < lanes; ++l) m.lane[l] = a.lane[l] < b.lane[l];
  return m;
}
template <class T>
inline unsigned bits(const typename Lanes<T>::Mask& m) {
  unsigned r = 0;
  for (int l = 0; l < lanes; ++l) r |= (m.lane[l] ? 1u : 0u) << l;
  return r;
}
template <class T>
inline Lanes<T> choose(const typename Lanes<T>::Mask& m, const Lanes<T>& yes, const Lanes<T>& no) {
  return each<T>([&](int l) { return m.lane[l] ? yes.lane[l] : no.lane[l]; });
}

/// a 2^n, where the low bits of `shifted` = n + 1.5 2^mantissa are n. Nothing may leave the normal numbers.
template <class T>
inline Lanes<T> scale2(const Lanes<T>& a, const Lanes<T>& shifted) {
  using Bits = typename Lanes<T>::Bits;
  using Word = std::conditional_t<sizeof(T) == 4, unsigned, unsigned long long>;
  return each<T>([&](int l) {
    const Word n = static_cast<Word>(__builtin_bit_cast(Bits, shifted.lane[l])) << BitsOf<T>::mantissa;
    return __builtin_bit_cast(T, static_cast<Bits>(static_cast<Word>(__builtin_bit_cast(Bits, a.lane[l])) + n));
  });
}

template <class T>
inline typename Lanes<T>::Kinds pairs_of(const typename Lanes<T>::Kinds& i, const typename Lanes<T>::Kinds& j) {
  typename Lanes<T>::Kinds r;
  for (int l = 0; l < lanes; ++l) r.lane[l] = 2 * i.lane[l] + j.lane[l];
  return r;
}
/// Entries of a table of `lanes`.
template <class T>
inline Lanes<T> pick(const Lanes<T>& table, const typename Lanes<T>::Kinds& k) {
  return each<T>([&](int l) { return table.lane[k.lane[l]]; });
}

template <class T>
inline void load_atoms(const Atom<T>* atoms, const Index* which, Lanes<T>& x, Lanes<T>& y, Lanes<T>& z,
                       typename Lanes<T>::Kinds& kind) {
  for (int l = 0; l < lanes; ++l) {
    const Atom<T>& a = atoms[which[l]];
    x.lane[l] = a.x;
    y.lane[l] = a.y;
    z.lane[l] = a.z;
    kind.lane[l] = __builtin_bit_cast(typename Lanes<T>::Bits, a.kind);
  }
}
template <class T>
inline Lanes<T> gather(const T* from, const Index* which, const Lanes<T>*) {
  return each<T>([&](int l) { return from[which[l]]; });
}
/// Writes those of `values` whose bit is set, in order; what lies behind them in `to` is spoilt up to `lanes` entries.
template <class P>
inline void compress(Index* to, const Index* values, unsigned bits, const P*) {
  for (; bits != 0; bits &= bits - 1) *to++ = values[__builtin_ctz(bits)];
}

}  // namespace
}  // namespace ronchi::md
