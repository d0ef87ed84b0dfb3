// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "framework/data/frames.hpp"

namespace ronchi::formats {

/// A regular file that is read at given places. Failure: missing, unreadable (permission, a folder), corrupt (it ends
/// before the bytes asked for).
class BinaryFile {
 public:
  explicit BinaryFile(std::filesystem::path path);
  ~BinaryFile();
  BinaryFile(const BinaryFile&) = delete;
  BinaryFile& operator=(const BinaryFile&) = delete;

  [[nodiscard]] std::int64_t size() const { return size_; }  ///< bytes
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  void read_at(std::int64_t offset, std::span<std::byte> out) const;
  /// The first `bytes` bytes, or all there are.
  [[nodiscard]] std::vector<std::byte> head(std::int64_t bytes) const;

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
  std::int64_t size_ = 0;
};

/// Reverses the bytes of every number in place.
void swap_bytes(std::span<std::byte> values, std::size_t width);

/// Frames at equal distances in a file: number k begins at first + k * stride.
struct Strided {
  std::int64_t first = 0;
  std::int64_t stride = 0;  ///< at least a frame's bytes
  bool big_endian = false;
};

/// Reads the frames with these numbers, of frame_bytes each, and brings them to the byte order of this machine.
void read_strided(const BinaryFile& file, const Strided& layout, Range frames, std::int64_t frame_bytes, std::size_t width,
                  std::span<std::byte> out);

/// A FrameSource over such a file; .npy, .blo and raw binary are no more than this.
class StridedFrames : public FrameSource {
 public:
  StridedFrames(const std::filesystem::path& path, FrameInfo info, Strided layout) : file_(path), layout_(layout) {
    info_ = std::move(info);
  }
  void read(Range frames, std::span<std::byte> out) const override;

 private:
  BinaryFile file_;
  Strided layout_;
};

}  // namespace ronchi::formats
