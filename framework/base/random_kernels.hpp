// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/base/kernel_list.hpp"

/// The loops of RandomBlock, once per instruction set; all sets give the same bytes. This header and what the kernels include have
/// no inline functions of the standard library: code compiled for a newer processor must not be what the linker keeps for an older
/// one.
namespace ronchi {

/// Key and counter of Philox4x32; the first word of the counter numbers the blocks of four words.
struct PhiloxAddress {
  unsigned key[2];
  unsigned counter[3];  ///< words 1 to 3
};

/// Words come in groups of 64 from 16 blocks: word i of a group is word i / 16 of block i % 16 of the group.
inline constexpr int random_group = 64;

struct RandomKernels {
  const char* name;
  /// The words of `groups` groups from `group` on.
  void (*bits)(const PhiloxAddress& address, unsigned group, long groups, unsigned* words);
  /// n is a multiple of the group in what follows.
  void (*uniform)(const unsigned* words, long n, float* out);
  void (*normal)(const unsigned* words, long n, float* out);
  /// Poisson numbers from the first words of their U. Indices of those that need the second one go to `doubtful`; how many.
  long (*poisson)(const unsigned* words, const float* means, long n, float* out, int* doubtful);
};

[[nodiscard]] KernelList<RandomKernels> available_random_kernels();

namespace detail {
extern const RandomKernels portable_random;
extern const RandomKernels avx2_random;
extern const RandomKernels avx512_random;
}  // namespace detail

}  // namespace ronchi
