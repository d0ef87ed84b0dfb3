// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "framework/data/frames.hpp"

namespace ronchi::components {

/// The number of `n` events that a thinning with probability `fraction` keeps, addressed by (seed, frame, pixel): binomial. The
/// others belong to the other half. Of Poisson counts both halves are independent Poisson counts.
[[nodiscard]] std::int64_t thinned(std::int64_t n, double fraction, std::uint64_t seed, std::int64_t frame, std::int64_t pixel);

/// Pairs of pixels that mirror each other in the middle of a pattern (Friedel pairs g, -g). `centre2` is the sum of the row numbers
/// of a pair, and of the column numbers.
struct Mirror {
  std::int64_t rows = 0, columns = 0;
  std::int64_t centre2[2] = {};
  /// The pixel opposite; -1 if it is not on the detector.
  [[nodiscard]] std::int64_t of(std::int64_t pixel) const;
  /// About the zero of two calibrated axes of reciprocal space, to the nearest half pixel; nothing for other data.
  [[nodiscard]] static std::optional<Mirror> about_zero(const FrameInfo& info);
};

/// One half of every count of a data set, and, with a mirror, the sum over each Friedel pair in the first pixel of the pair.
/// Counts are uint8 or uint16, sums uint16 (of uint8) or float32. Failure(numeric) when a value is no count, but in frames that are
/// left out (navigation_mask): those come out as zeros.
class HalfCounts : public FrameSource {
 public:
  enum class Half { first, second };
  HalfCounts(const FrameSource& source, Half half, double fraction, std::uint64_t seed, std::optional<Mirror> mirror,
             std::vector<std::uint8_t> signal_mask, std::vector<std::uint8_t> navigation_mask = {});
  using FrameSource::read;
  void read(Range frames, std::span<std::byte> out) const override;
  [[nodiscard]] std::int64_t grain() const override { return source_->grain(); }
  /// 1 = left out: what was, and the second pixel of each pair, and pixels of which the other of the pair is left out.
  [[nodiscard]] const std::vector<std::uint8_t>& signal_mask() const { return mask_; }

 private:
  template <class From, class To>
  void half(const From* frame, std::int64_t number, To* out) const;

  const FrameSource* source_;
  Half half_;
  double fraction_;
  std::uint64_t seed_;
  std::optional<Mirror> mirror_;
  std::vector<std::uint8_t> mask_, navigation_mask_;
  mutable std::vector<std::byte> piece_;
};

}  // namespace ronchi::components
