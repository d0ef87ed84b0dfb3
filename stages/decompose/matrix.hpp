// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "framework/base/range.hpp"
#include "framework/comm/communicator.hpp"
#include "framework/data/frames.hpp"
#include "stages/decompose/kernels.hpp"

namespace ronchi::decompose {

/// What of a data set is decomposed. An empty mask leaves nothing out; 1 = left out.
struct Masks {
  std::vector<std::uint8_t> navigation;  ///< per frame of the data set
  std::vector<std::uint8_t> signal;      ///< per pixel of a frame
};

/// The data matrix X: rows = frames, columns = pixels that are not masked, in the data's own integers (uint8, uint16) or
/// float32. Each rank has a slab of frames, cut at multiples of ExactSum::block; masked frames are left out. Its rows are held in
/// memory, or read window by window each time that somebody goes through them.
class Matrix {
 public:
  static constexpr std::int64_t in_memory = 0;

  /// Reads this rank's frames of `source` piece by piece; peak memory is the packed matrix and one piece.
  /// Collective. Failure(numeric), on all ranks, when a frame has a NaN, an infinity or a negative value: it names the frame.
  /// With `window` (bytes) nothing is read yet, `source` must live as long as the matrix, and at most so much of it (but at least
  /// one block) is in memory at a time.
  Matrix(const FrameSource& source, Masks masks, const Communicator& comm, std::int64_t window = in_memory);

  /// Numbers that were computed for the rows of `like`, `columns` for each row of this rank, as a matrix in memory of its own.
  [[nodiscard]] static Matrix of_rows(const Matrix& like, std::span<const float> values, std::int64_t columns);

  /// Calls visit(blocks) with ranges of blocks that are in memory, until all of this rank's were; row() works for those alone. When
  /// a window cannot be read, all ranks throw, after they have gone through theirs. Collective if it streams.
  void each_window(const std::function<void(Range blocks)>& visit) const;
  [[nodiscard]] bool streams() const { return window_blocks_ > 0; }
  [[nodiscard]] std::int64_t readings() const { return readings_; }  ///< of the source so far

  [[nodiscard]] const Communicator& comm() const { return *comm_; }
  [[nodiscard]] std::int64_t frames() const { return frames_; }  ///< of the whole data set, masked ones too
  [[nodiscard]] std::int64_t pixels() const { return pixels_; }  ///< of a frame, masked ones too
  [[nodiscard]] std::int64_t rows() const { return rows_; }      ///< of the whole matrix, over all ranks
  [[nodiscard]] std::int64_t columns() const { return columns_; }
  [[nodiscard]] std::int64_t padded_columns() const {
    return padded_;
  }  ///< a multiple of `lanes`, for integers of `chunk`; the rest is zeros
  [[nodiscard]] std::int64_t stride() const { return stride_; }  ///< elements from row to row
  [[nodiscard]] Element element() const { return element_; }

  [[nodiscard]] Range my_frames() const { return my_frames_; }
  [[nodiscard]] std::int64_t my_rows() const { return static_cast<std::int64_t>(frame_of_row_.size()); }
  [[nodiscard]] std::int64_t frame_of_row(std::int64_t my_row) const { return frame_of_row_[static_cast<std::size_t>(my_row)]; }
  [[nodiscard]] std::span<const std::int64_t> pixel_of_column() const { return pixel_of_column_; }
  /// Blocks of ExactSum::block frames (by their number in the data set): the units of exact sums. my_blocks() of them are
  /// here; block b has the local rows block_rows(b).
  [[nodiscard]] std::int64_t my_blocks() const { return static_cast<std::int64_t>(block_first_.size()) - 1; }
  [[nodiscard]] Range block_rows(std::int64_t b) const {
    return {block_first_[static_cast<std::size_t>(b)], block_first_[static_cast<std::size_t>(b) + 1]};
  }

  [[nodiscard]] const std::byte* row(std::int64_t my_row) const {
    return data_.get() + static_cast<std::size_t>((my_row - held_.first) * stride_) * element_size();
  }
  [[nodiscard]] std::size_t element_size() const { return element_ == Element::u8 ? 1 : element_ == Element::u16 ? 2 : 4; }
  /// Of all rows of all ranks, padding included: what the whole of it takes in memory.
  [[nodiscard]] std::int64_t bytes() const { return rows_ * stride_ * static_cast<std::int64_t>(element_size()); }
  [[nodiscard]] const Masks& masks() const { return masks_; }

 private:
  Matrix() = default;
  void shape(std::int64_t columns);
  void allocate(std::int64_t rows) const;
  void fill(Range rows) const;
  void pack(Range rows, Range frames, const std::byte* values) const;

  struct Free {
    void operator()(std::byte* p) const;
  };
  const Communicator* comm_ = nullptr;
  const FrameSource* source_ = nullptr;
  Masks masks_;
  std::int64_t frames_ = 0, pixels_ = 0, rows_ = 0, columns_ = 0, padded_ = 0, stride_ = 0;
  Element element_ = Element::u8;
  Range my_frames_;
  std::vector<std::int64_t> frame_of_row_, pixel_of_column_, block_first_;
  std::vector<Range> runs_;  ///< of neighbouring pixels
  std::int64_t window_blocks_ = 0;
  // What of the source is held changes while others read: that is no change of the matrix.
  mutable Range held_;  ///< rows in data_
  mutable std::int64_t readings_ = 0;
  mutable std::unique_ptr<std::byte[], Free> data_;
  mutable std::vector<std::byte> piece_;
};

/// Runs `work` on every rank; when it fails on any of them, all throw the Failure of the lowest such rank, so that nobody
/// waits for a rank that has given up.
void together(const Communicator& comm, const std::function<void()>& work);

}  // namespace ronchi::decompose
