// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/base/kernel_list.hpp"
#include "framework/md/body.hpp"

/// The inner loops of molecular dynamics, once per instruction set. All sets give the same bytes: every step of the arithmetic is
/// one correctly rounded operation (+, -, *, /, square root, fused multiply-add), and every sum has one order.
///
/// This header and what the kernels include have no inline functions of the standard library: code compiled for a newer
/// processor must not be what the linker keeps for an older one.
namespace ronchi::md {

template <class T>
struct Kernels {
  const char* name;

  /// v += kick f / m, x += drift v, walls, and `atom` from the positions. True when an atom is farther from its `reference` than
  /// the root of `bound2`, or nowhere.
  bool (*move)(const Body<T>& body, double kick, double drift, double bound2);
  /// v += dt f / m; returns sum m v^2.
  double (*kick)(const Body<T>& body, double dt);
  void (*scale)(const Body<T>& body, double factor);  ///< v *= factor
  /// Ornstein-Uhlenbeck step v = keep v + spread / sqrt(m) R with normal numbers R addressed by (key, counter, atom).
  void (*randomise)(const Body<T>& body, double keep, double spread, const unsigned (&key)[2], const unsigned (&counter)[3]);
  /// sum of m v (3), m x (3), m x cross v (3), m xx, m yy, m zz, m xy, m xz, m yz
  void (*moments)(const Body<T>& body, double (&sums)[15]);
  /// v -= u + w cross (x - centre)
  void (*halt)(const Body<T>& body, const double (&u)[3], const double (&w)[3], const double (&centre)[3]);

  /// Writes outer rows from atom `first` on, as many as fit into `capacity` entries of outer_row; returns the atom it came to.
  /// `reach2[species of i][padded]` are the squares of the radii for every j, negative behind the last atom; `place` is room for
  /// three coordinates.
  int (*outer_rows)(const Body<T>& body, int first, int capacity, const T* const (&reach2)[2], T* const (&place)[3]);
  /// Inner rows from the outer ones; `reach2[lanes]` are the squares of the radii by pair.
  void (*inner_rows)(const Body<T>& body, const T* reach2);

  void (*forces)(const Body<T>& body);
  double (*energy)(const Body<T>& body);
};

struct KernelSet {
  Kernels<float> single_precision;
  Kernels<double> double_precision;
};

[[nodiscard]] KernelList<KernelSet> available_kernels();

namespace detail {
extern const KernelSet portable_kernels;
extern const KernelSet avx2_kernels;
extern const KernelSet avx512_kernels;
}  // namespace detail

}  // namespace ronchi::md
