// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "framework/base/kernel_list.hpp"

/// Products of counts with factors whose elements are integers of 24 bits, cut into three signed bytes ("limbs"): every sum is
/// exact, so all instruction sets, ranks, threads and orders give the same bytes.
///
/// No inline functions of the standard library here, as in kernels.hpp: some of these files are compiled for newer processors.
namespace ronchi::decompose {

inline constexpr int limbs = 3;
inline constexpr int largest_limbs = 127 * 65536 + 127 * 256 + 127;  ///< what three balanced limbs hold, up to the sign
inline constexpr int tile = 16;                                      ///< limb columns are padded to a multiple of it
inline constexpr int chunk = 64;                                     ///< columns of X, and rows of W, come in chunks of so many

/// q = limb 0 + 256 limb 1 + 65536 limb 2, each in [-128, 127].
struct Limbs {
  signed char at[limbs];
};
constexpr Limbs limbs_of(int q) {
  Limbs l{};
  for (int i = 0; i < limbs; ++i) {
    l.at[i] = static_cast<signed char>(static_cast<unsigned char>(q & 255));
    q = (q - l.at[i]) / 256;
  }
  return l;
}

/// For k components there are `flat` limb columns: column limb * k + c is that limb of component c; padded to whole tiles with
/// zeros.
constexpr int flat_columns(int k) { return (limbs * k + tile - 1) / tile * tile; }

/// Where limb column f of pixel j stands in packed factors: the order in which VPDPBUSD and TDPBUSD want them.
constexpr std::int64_t factor_place(std::int64_t j, int f, int flat) {
  return ((j / chunk * (flat / tile) + f / tile) * (chunk / 4) + j % chunk / 4) * (4 * tile) + f % tile * 4 + j % 4;
}
/// Where limb column f of row r stands in packed weights.
constexpr std::int64_t weight_place(int r, int f, int flat) {
  return static_cast<std::int64_t>(r / chunk * (flat / tile) + f / tile) * (tile * chunk) + f % tile * chunk + r % chunk;
}

/// X is uint8 (position 0 of the tables) or uint16 (position 1), which counts as two planes of bytes: the low ones, the high ones.
struct IntegerKernels {
  const char* name;

  /// Dot products of rows of X with limb columns: out[(plane * rows_of_out + r) * flat + f] = sum over j of x(r, j) factor(j, f)
  /// for r < rows; rows_of_out = rows rounded up to 32, the rest is undefined. Rows of X up to there are read. `columns` is a
  /// multiple of `chunk`, at most `largest_columns`.
  void (*forward[2])(const void* x, std::int64_t stride, int rows, std::int64_t columns, const signed char* factors, int flat,
                     int* out);

  /// Outer products: g[(plane * flat + f) * columns + j] += sum over r of weight(r, f) x(r, j). Rows of X up to the next multiple
  /// of `chunk` are read; weights there must be zero. `scratch`: rows rounded up so, times 2 * chunk bytes.
  void (*backward[2])(const void* x, std::int64_t stride, int rows, std::int64_t columns, const signed char* weights, int flat,
                      int* g, unsigned char* scratch);
};

inline constexpr std::int64_t largest_columns = 65536;  ///< 255 * 128 times as many fit into 32 bits
inline constexpr std::int64_t largest_rows = 65536;     ///< that may be added to one g

/// What this processor (and system: AMX must be asked for) can run, the fastest first; the last is the portable set.
[[nodiscard]] KernelList<IntegerKernels> available_integer_kernels();
[[nodiscard]] inline const IntegerKernels& best_integer_kernels() { return *available_integer_kernels().sets[0]; }

namespace detail {
extern const IntegerKernels portable_integers;
extern const IntegerKernels avx2_integers;
extern const IntegerKernels vnni_integers;
extern const IntegerKernels amx_integers;
}  // namespace detail

}  // namespace ronchi::decompose
