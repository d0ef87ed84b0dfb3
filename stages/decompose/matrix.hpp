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
/// float32. Each rank holds a slab of frames, cut at multiples of ExactSum::block; masked frames are not stored.
class Matrix {
 public:
  /// Reads this rank's frames of `source` piece by piece; peak memory is the packed matrix and one piece.
  /// Collective. Failure(numeric), on all ranks, when a frame has a NaN, an infinity or a negative value: it names the frame.
  Matrix(const FrameSource& source, Masks masks, const Communicator& comm);

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
    return data_.get() + static_cast<std::size_t>(my_row * stride_) * element_size();
  }
  [[nodiscard]] std::size_t element_size() const { return element_ == Element::u8 ? 1 : element_ == Element::u16 ? 2 : 4; }
  [[nodiscard]] std::int64_t my_bytes() const { return my_rows() * stride_ * static_cast<std::int64_t>(element_size()); }
  [[nodiscard]] const Masks& masks() const { return masks_; }

 private:
  void fill(const FrameSource& source);

  struct Free {
    void operator()(std::byte* p) const;
  };
  const Communicator* comm_;
  Masks masks_;
  std::int64_t frames_ = 0, pixels_ = 0, rows_ = 0, columns_ = 0, padded_ = 0, stride_ = 0;
  Element element_ = Element::u8;
  Range my_frames_;
  std::vector<std::int64_t> frame_of_row_, pixel_of_column_, block_first_;
  std::unique_ptr<std::byte[], Free> data_;
};

/// Runs `work` on every rank; when it fails on any of them, all throw the Failure of the lowest such rank, so that nobody
/// waits for a rank that has given up.
void together(const Communicator& comm, const std::function<void()>& work);

}  // namespace ronchi::decompose
