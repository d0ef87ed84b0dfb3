// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "framework/data/frames.hpp"
#include "stages/survey/beam.hpp"
#include "stages/survey/options.hpp"

namespace ronchi::survey {

/// A first look at a few frames spread over the scan: what the pass over the data must know beforehand. Every rank looks for
/// itself, at the same frames, so all know the same.
struct Preview {
  double largest = 0;  ///< absolute value of a pixel
  BeamSearch search;   ///< for patterns
};

/// Reads up to 16 runs of up to 8 frames. Frames that cannot be read are passed over; Failure only if none can.
[[nodiscard]] Preview look(const FrameSource& source, const Options& options);

/// The listed bad pixels as flat indices, ascending; Failure(usage) if one lies outside the pattern.
[[nodiscard]] std::vector<std::int64_t> listed_pixels(const Options& options, const FrameInfo& raw);

/// Sums are kept as integers so that they do not depend on an order: integers of up to 32 bits as they are, others in units of
/// 1 / scale, a power of two such that `count` values up to 1024 times `largest` fit into 61 bits.
[[nodiscard]] double integer_scale(Scalar type, double largest, std::int64_t count);
/// The same for squares; 1 for types of up to 16 bits.
[[nodiscard]] double square_scale(Scalar type, double largest, std::int64_t count);

}  // namespace ronchi::survey
