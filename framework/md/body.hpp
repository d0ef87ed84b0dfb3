// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

namespace ronchi::md {

/// Atoms that are worked on together; arrays of atoms are padded to a multiple of it.
inline constexpr int lanes = 16;

using Index = unsigned short;

/// What a neighbour needs to be: four numbers side by side, so that one load brings them all. `kind` is its species as an
/// integer's bits.
template <class T>
struct alignas(4 * sizeof(T)) Atom {
  T x, y, z, kind;
};

/// Rows of the table of pair parameters; its columns are 2 * (species of i) + (species of j). With them (r within `outer`,
/// x = r - outer)
///   -2 alpha'(r) = 2^(repulsion_log - repulsion_rate r)         or  x^2 (r3 + x (r4 + x r5))
///   Xi(r)^2      = 2^(binding_log - binding_rate r)             or  (x^3 (b3 + x (b4 + x b5)))^2
///   Xi Xi'       = binding_slope Xi^2                           or  the product
///   alpha        = repulsion_length * (-2 alpha')               or  -x^3 / 2 (r3 / 3 + x (r4 / 4 + x r5 / 5))
/// left of and right of `inner`.
struct Row {
  enum Name {
    outer,
    inner,
    repulsion_log,
    repulsion_rate,
    r3,
    r4,
    r5,
    binding_log,
    binding_rate,
    b3,
    b4,
    b5,
    binding_slope,
    repulsion_length,
    count
  };
};

enum class Walls { none, periodic, reflecting };

/// One cluster as the kernels see it. They own nothing. Lengths in A, times in fs, energies in eV.
///
/// Sums over atoms and over the neighbours of an atom have one order, whatever the instruction set: neighbours ascend, and what
/// is in a list for its skin alone adds an exact zero. So forces depend on the positions only, never on when a list was made.
template <class T>
struct Body {
  int atoms = 0;
  int padded = 0;  ///< multiple of `lanes`; behind it one place that is nobody's neighbour, far away from everything
  bool binary = false;
  Walls walls = Walls::none;
  double box = 0;  ///< edge

  double* position[3] = {};   ///< [padded]
  double* velocity[3] = {};   ///< [padded]
  double* mass = nullptr;     ///< [padded], eV fs^2 / A^2; 0 behind the last atom
  double* inverse = nullptr;  ///< [padded], of mass
  double* noise = nullptr;    ///< [padded], sqrt(inverse)
  T* force[3] = {};           ///< [padded + lanes]
  const T* table = nullptr;   ///< [Row::count][lanes]

  Atom<T>* atom = nullptr;          ///< [padded + lanes] what neighbours see
  T* inverse_root = nullptr;        ///< [padded + lanes] 1 / sqrt(sum of Xi^2), 0 without neighbours
  double* reference[3] = {};        ///< [padded] positions when the inner list was made
  double* outer_reference[3] = {};  ///< [padded] positions when the outer list was made

  /// Outer rows: atoms within the cut-off and the whole skin, ascending, filled with `padded` up to a multiple of `lanes`.
  Index* outer_row = nullptr;
  int* outer_begin = nullptr;  ///< [atoms + 1], in entries
  /// Inner rows: those within the cut-off and the inner skin; they begin where the outer ones do.
  Index* inner_row = nullptr;
  int* inner_count = nullptr;  ///< [atoms]

  /// The inner rows once more as the force kernel walks them: `lanes` atoms of about equally many neighbours form a group and
  /// each has a lane; the k-th neighbours of the sixteen stand side by side.
  int groups = 0;
  Index* slot = nullptr;       ///< [groups, lanes] atoms
  int* group_begin = nullptr;  ///< [groups + 1], in rows of `near`
  Index* near = nullptr;       ///< [rows, lanes]

  T* bond = nullptr;              ///< [rows, 3, lanes] Xi Xi' (r_i - r_j) / r
  T* sum = nullptr;               ///< [groups, 4, lanes] repulsive force, 1 / root
  double* atom_energy = nullptr;  ///< [padded + lanes]
};

}  // namespace ronchi::md
