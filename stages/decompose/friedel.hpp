// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "framework/data/frames.hpp"

namespace ronchi::decompose {

/// Diffraction patterns in which the counts at k and -k are added (Friedel's law: kinematic intensities there are equal). The sum
/// stands at the first pixel of a pair; the other one is to be masked, so that half of the columns are left. Zero is where the axes
/// are, to the nearest half pixel.
///
/// A pixel whose partner is masked or outside the pattern, and the centre, stay as they are: doubled, their noise would not be that
/// of counts, and left out, a beam stop would cost its good side, too. Sums are uint16 of uint8 frames, else float32 (exact for
/// counts below 2^23).
class FriedelSums : public FrameSource {
 public:
  /// `mask`: pixels that are left out (1), or empty. Failure(usage) for frames that are no patterns, and where fewer than a quarter
  /// of the pixels have a partner because zero is at the edge or outside.
  FriedelSums(const FrameSource& source, const std::vector<std::uint8_t>& mask);
  using FrameSource::read;
  void read(Range frames, std::span<std::byte> out) const override;
  [[nodiscard]] std::int64_t grain() const override { return source_->grain(); }

  /// The mask that was given, and that in which also the second pixels of pairs are left out.
  [[nodiscard]] const std::vector<std::uint8_t>& given() const { return given_; }
  [[nodiscard]] const std::vector<std::uint8_t>& halves() const { return halves_; }
  [[nodiscard]] std::int64_t pairs() const { return static_cast<std::int64_t>(pairs_.size()); }

  /// Adds up a pattern as the frames are.
  void fold(std::vector<double>& pattern) const;
  /// From a pattern of sums to one of single pixels: each of a pair gets half.
  void spread(float* pattern) const;

 private:
  const FrameSource* source_;
  std::vector<std::uint8_t> given_, halves_;
  std::vector<std::array<std::int64_t, 2>> pairs_;
};

}  // namespace ronchi::decompose
