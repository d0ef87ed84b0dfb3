// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "stages/decompose/matrix.hpp"

namespace ronchi::decompose {

/// What a stage that goes through a matrix takes, in bytes. See "Memory" in docs/nmf.md.
struct Footprint {
  std::int64_t data = 0;   ///< the frames that are not masked, over all ranks
  std::int64_t rows = 0;   ///< what is kept for each of them besides, over all ranks
  std::int64_t rank = 0;   ///< what every rank keeps: sums, directions, buffers of its threads
  std::int64_t block = 0;  ///< the least window: a block of frames
  std::int64_t piece = 0;  ///< raw frames on their way into a window, where they are more than a process takes anyway
};
/// `per_row`: bytes kept for each frame; `size`: rows of the widest factor or sketch that passes go through with.
[[nodiscard]] Footprint footprint(const FrameSource& source, const Masks& masks, std::int64_t per_row, std::int64_t size,
                                  int threads);

/// What a node has for it.
struct Budget {
  std::int64_t memory = 0;   ///< bytes of all ranks together; 0 = no limit
  std::int64_t process = 0;  ///< what a rank takes before it has any data
  int ranks = 1;             ///< of the node that has most of them: the same on all ranks
};
/// Bytes of data that a rank may hold at a time. Failure(no_space), which says how much is needed for `what`, if that is less than
/// a block.
[[nodiscard]] std::int64_t window_in(const Footprint& needs, const Budget& budget, const std::string& what);

/// The largest number of ranks that share a node, over all nodes. Collective.
[[nodiscard]] int ranks_of_a_node(const Communicator& comm);

inline constexpr std::int64_t memory_of_a_process = 128 << 20;

}  // namespace ronchi::decompose
