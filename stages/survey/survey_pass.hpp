// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "framework/data/frames.hpp"
#include "stages/survey/beam.hpp"

namespace ronchi::survey {

/// What the pass must know beforehand.
struct PassSettings {
  FrameInfo raw;
  std::int64_t bin = 1;
  double scale = 1, square_scale = 1;  ///< see integer_scale
  double bound = 0;                    ///< largest absolute value that the scale has room for; 0: every value
  BeamSearch search;                   ///< patterns
  std::vector<std::int64_t> listed;    ///< bad pixels the user named: whatever is there is read as zero where it is not finite
};

/// Sums over raw frames, line by line. All are integers (in units of 1 / scale), so that neither the order of lines nor the
/// number of threads matters.
class SurveyPass {
 public:
  explicit SurveyPass(PassSettings settings);

  /// Per frame: beam (y, x, intensity), total counts.
  struct Line {
    std::vector<double> beam, total;
  };
  /// Adds the frames of one line. Failure(bad_item) if a value is not finite; nothing is added then.
  [[nodiscard]] Line line(std::span<const std::byte> frames);

  // Flat over the raw pattern.
  std::vector<std::int64_t> sum, squares, nonzero, maximum;
  std::vector<std::int64_t> window;   ///< largest sum over bin x bin pixels from here on; empty where bin = 1
  std::vector<std::int64_t> centred;  ///< sum of the frames laid on each other by their centres of mass, beam at size / 2
  std::int64_t frames = 0;            ///< that were added
  std::int64_t lowest = 0;            ///< minus the smallest value, 0 if that is positive

 private:
  template <class T>
  Line line_of(const T* values, std::int64_t count);
  PassSettings s_;
  std::int64_t height_, width_, pixels_;
  bool image_;
};

}  // namespace ronchi::survey
