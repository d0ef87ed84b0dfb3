// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "framework/data/frames.hpp"

namespace ronchi {

/// Frames along the fastest navigation axis: what map stages over a scan have as their item. Where that is the only one (a movie, a
/// scan of unknown shape) it is cut into equal lines of up to 256 frames.
[[nodiscard]] std::int64_t line_length(const FrameInfo& info);
/// How many lines a scan has; frames = lines * line_length.
[[nodiscard]] std::int64_t line_count(const FrameInfo& info);

/// Reads a scan line by line, but from the source in whole grains, so that a stored chunk that spans several lines is
/// decoded once. A line that cannot be read fails alone.
class LineReader {
 public:
  using Read = std::function<void(Range frames, std::span<std::byte> out)>;
  static constexpr std::int64_t most_bytes = std::int64_t{512} << 20;

  /// Lines that are read together: a multiple of the grain that is at least a few MiB and at most `memory` bytes.
  [[nodiscard]] static std::int64_t lines_at_once(const FrameInfo& info, std::int64_t grain, std::int64_t memory = most_bytes);
  /// An eighth of what a rank may take (0: no limit), as readers, transforms and sums hold such a piece each; at most `most_bytes`.
  [[nodiscard]] static std::int64_t share_of(std::int64_t memory_of_rank) {
    return memory_of_rank == 0 ? most_bytes : std::min(most_bytes, memory_of_rank / 8);
  }

  /// `lines`: those that will be asked for. `read` fills frames of `info`'s type.
  LineReader(const FrameInfo& info, std::int64_t grain, Range lines, Read read, std::int64_t memory = most_bytes);
  /// The frames of one line; valid until the next call. Throws what `read` throws.
  [[nodiscard]] std::span<const std::byte> line(std::int64_t line);

 private:
  std::int64_t length_, line_bytes_, together_;
  Range lines_, loaded_, broken_;
  Read read_;
  std::vector<std::byte> buffer_;
};

/// Lines per task of a map over `lines` lines of a scan: 256 MB to 4 GB of raw data (a task of some ten seconds to minutes), at
/// least 64 tasks where there is enough for that, and whole grains.
[[nodiscard]] std::int64_t lines_per_task(const FrameInfo& raw, std::int64_t grain, std::int64_t lines);

}  // namespace ronchi
