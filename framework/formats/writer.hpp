// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

#include "framework/data/frames.hpp"
#include "framework/store/h5.hpp"

/// What the writers share.
namespace ronchi::formats {

/// A new HDF5 file that takes its place only when it is complete: written under a temporary name in the same folder,
/// closed, brought to the disk and renamed. Without commit() it is gone again.
class NewFile {
 public:
  explicit NewFile(std::filesystem::path path);
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  [[nodiscard]] h5::File& h5() { return file_; }
  void commit();

 private:
  std::filesystem::path path_, temporary_;
  h5::File file_;
};

/// Chunks of whole frames of about a MiB, never more than a scan line. For data of one frame: the frame.
[[nodiscard]] h5::Shape frame_chunks(const FrameInfo& info);

/// Copies all frames into a new data set of the shape info().shape(), a few MiB at a time. deflate: gzip level, 0 = none.
void write_frames(h5::Group& group, const std::string& name, const FrameSource& source, int deflate);

/// Writes metadata names "a.b.c" as attributes and lists of nested groups, encoded as HyperSpy does.
void write_tree(h5::Group group, const Metadata& metadata, const std::string& below);

/// A data set of HDF5 booleans, as h5py writes and reads them.
void write_bools(h5::Group& group, const std::string& name, std::span<const std::uint8_t> values, const h5::Shape& shape);

}  // namespace ronchi::formats
