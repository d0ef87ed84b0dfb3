// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include "framework/base/error.hpp"
#include "framework/data/frames.hpp"

namespace ronchi::testing {

/// Frames in memory that count how often they are read, and that can be made unreadable.
class FakeFrames : public FrameSource {
 public:
  template <class T>
  FakeFrames(std::vector<std::int64_t> navigation, std::vector<std::int64_t> signal, const std::vector<T>& values,
             std::int64_t grain = 1)
      : values_(values.size() * sizeof(T)), grain_(grain) {
    info_.type = scalar_of<T>();
    for (const auto n : navigation) info_.navigation.push_back({"scan", "nm", 1, 0, n});
    for (const auto n : signal) info_.signal.push_back({"k", "", 1, 0, n});
    info_.format = "memory";
    std::memcpy(values_.data(), values.data(), values_.size());
  }
  using FrameSource::read;
  void read(Range frames, std::span<std::byte> out) const override {
    ++reads;
    frames_read += frames.size();
    if (!frames.empty()) grains_touched += ceil_div(frames.last, grain_) - frames.first / grain_;
    if (!intersect(frames, broken).empty())
      fail(Fault::corrupt, "copy the file again", "frames {} to {} cannot be read", broken.first, broken.last - 1);
    std::memcpy(out.data(), values_.data() + frames.first * info_.frame_bytes(),
                static_cast<std::size_t>(frames.size() * info_.frame_bytes()));
  }
  [[nodiscard]] std::int64_t grain() const override { return grain_; }
  FrameInfo& change() { return info_; }

  Range broken;
  mutable std::int64_t reads = 0, frames_read = 0;
  mutable std::int64_t grains_touched = 0;  ///< by each read: of a file, the chunks decoded

 private:
  std::vector<std::byte> values_;
  std::int64_t grain_;
};

}  // namespace ronchi::testing
