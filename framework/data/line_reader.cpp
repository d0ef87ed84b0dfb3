// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/data/line_reader.hpp"

#include <algorithm>
#include <numeric>

#include "framework/base/error.hpp"

namespace ronchi {

std::int64_t line_length(const FrameInfo& info) {
  if (info.navigation.empty()) return 1;
  const std::int64_t size = info.navigation.back().size;
  if (info.navigation.size() > 1 || size < 2) return size;
  for (std::int64_t length = std::min<std::int64_t>(256, size);; --length)
    if (size % length == 0) return length;
}
std::int64_t line_count(const FrameInfo& info) { return line_length(info) == 0 ? 0 : info.frames() / line_length(info); }

std::int64_t LineReader::lines_at_once(const FrameInfo& info, std::int64_t grain, std::int64_t memory) {
  const std::int64_t length = std::max<std::int64_t>(1, line_length(info)),
                     bytes = std::max<std::int64_t>(1, length * info.frame_bytes());
  // The fewest lines that are whole grains; where that takes too much memory, chunks are decoded more than once.
  const std::int64_t whole = std::lcm(std::max<std::int64_t>(1, grain), length) / length;
  const std::int64_t most = std::max<std::int64_t>(1, memory / bytes);
  if (whole > most) return most;
  constexpr std::int64_t enough = std::int64_t{8} << 20;
  return std::min(most / whole, ceil_div(enough, whole * bytes)) * whole;
}

LineReader::LineReader(const FrameInfo& info, std::int64_t grain, Range lines, Read read, std::int64_t memory)
    : length_(line_length(info)),
      line_bytes_(length_ * info.frame_bytes()),
      together_(lines_at_once(info, grain, memory)),
      lines_(lines),
      read_(std::move(read)) {}

std::span<const std::byte> LineReader::line(std::int64_t line) {
  const auto load = [&](Range lines) {
    loaded_ = {};
    buffer_.resize(static_cast<std::size_t>(lines.size() * line_bytes_));
    read_({lines.first * length_, lines.last * length_}, buffer_);
    loaded_ = lines;
  };
  if (!loaded_.contains(line)) {
    const std::int64_t first = line / together_ * together_;
    const Range all = intersect({first, first + together_}, lines_);
    if (broken_.contains(line) || all.size() < 2) {
      load({line, line + 1});
    } else {
      try {
        load(all);
      } catch (const Failure&) {
        broken_ = all;  // one of them is bad: read one by one, so that the others are not lost with it
        load({line, line + 1});
      }
    }
  }
  return std::span(buffer_).subspan(static_cast<std::size_t>((line - loaded_.first) * line_bytes_),
                                    static_cast<std::size_t>(line_bytes_));
}

std::int64_t lines_per_task(const FrameInfo& raw, std::int64_t grain, std::int64_t lines) {
  const std::int64_t bytes = std::max<std::int64_t>(1, line_length(raw) * raw.frame_bytes());
  const std::int64_t least = ceil_div(256'000'000, bytes), most = std::max(least, 4'000'000'000 / bytes);
  const std::int64_t wanted = std::clamp(ceil_div(lines, 64), least, most);
  const std::int64_t together = LineReader::lines_at_once(raw, grain);
  return ceil_div(wanted, together) * together;
}

}  // namespace ronchi
