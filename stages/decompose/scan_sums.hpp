// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "framework/data/frames.hpp"

namespace ronchi::decompose {

/// A scan whose frames are sums over `bin` x `bin` neighbouring positions (the two fastest navigation axes; `bin` along the
/// only one). Bins at the far edges are smaller, so no count is lost. Sums are uint16 of uint8 frames, else float32: exact
/// for uint16 with bin <= 16. Masked frames (1 = left out; empty = none) are not added; a bin of masked frames is masked.
class ScanSums : public FrameSource {
 public:
  static constexpr int largest_bin = 16;
  ScanSums(const FrameSource& source, const std::vector<std::uint8_t>& navigation_mask, int bin);
  using FrameSource::read;
  void read(Range frames, std::span<std::byte> out) const override;
  [[nodiscard]] std::int64_t grain() const override { return columns_ * lines_at_once_; }
  [[nodiscard]] const std::vector<std::uint8_t>& navigation_mask() const { return mask_; }

 private:
  /// Source lines (of all slower axes in a row) that make the binned line.
  [[nodiscard]] Range lines(std::int64_t line) const;
  template <class From, class To>
  void add(const std::byte* frames, Range source_lines, To* line) const;

  const FrameSource* source_;
  std::vector<std::uint8_t> source_mask_, mask_;
  std::int64_t bin_, bin_y_, height_ = 1, width_ = 1;  ///< of the source's images
  std::int64_t rows_ = 1, columns_ = 1;                ///< of the binned ones
  std::int64_t lines_at_once_ = 1;
};

}  // namespace ronchi::decompose
