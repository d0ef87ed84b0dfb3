// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/decompose/memory.hpp"

#include <algorithm>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/comm/exact_sum.hpp"
#include "stages/decompose/integer_kernels.hpp"

namespace ronchi::decompose {

namespace {

constexpr std::int64_t largest_window = 512 << 20, usual_piece = 16 << 20;

std::int64_t unmasked(const std::vector<std::uint8_t>& mask, std::int64_t size) {
  return mask.empty() ? size : std::count(mask.begin(), mask.end(), std::uint8_t{0});
}

}  // namespace

Footprint footprint(const FrameSource& source, const Masks& masks, std::int64_t per_row, std::int64_t size, int threads) {
  const FrameInfo& info = source.info();
  const std::int64_t rows = unmasked(masks.navigation, info.frames()), columns = unmasked(masks.signal, info.pixels()) + chunk;
  const auto element = static_cast<std::int64_t>(info.type == Scalar::u8 || info.type == Scalar::u16 ? size_of(info.type) : 4);
  Footprint f;
  f.data = rows * columns * element;
  f.rows = rows * (per_row + 40);
  // Sums as integers, as doubles and once more on their way; two buffers of floats for each thread.
  f.rank = size * columns * (40 + 8 * threads);
  f.block = ExactSum::block * columns * element;
  f.piece = std::max<std::int64_t>(0, 2 * source.grain() * info.frame_bytes() - usual_piece);
  return f;
}

std::int64_t window_in(const Footprint& needs, const Budget& budget, const std::string& what) {
  if (budget.memory == 0) return largest_window;
  const std::int64_t taken = needs.rows + budget.ranks * (budget.process + needs.rank + needs.piece);
  const std::int64_t window = std::min(std::max(largest_window, needs.block), (budget.memory - taken) / 4 * 3 / budget.ranks);
  if (window < needs.block)
    fail(Fault::no_space, "raise `memory`, use fewer ranks per node, mask or bin pixels, or ask for fewer components or directions",
         "memory: {} is too little for {} on {} {} of a node; about {} are needed", human_bytes(static_cast<double>(budget.memory)),
         what, budget.ranks, budget.ranks == 1 ? "rank" : "ranks",
         human_bytes(static_cast<double>(taken + 4 * needs.block * budget.ranks / 3)));
  return window;
}

int ranks_of_a_node(const Communicator& comm) { return static_cast<int>(comm.max(std::int64_t{comm.node().size()})); }

}  // namespace ronchi::decompose
