// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "framework/data/line_reader.hpp"
#include "framework/data/transform.hpp"
#include "stages/ingest/virtual_detectors.hpp"

namespace ronchi::ingest {

/// The one pass that transforms every frame: virtual images from the raw pixels (bad ones repaired), sums and maxima of what comes
/// out.
class IngestPass {
 public:
  /// `lines`: those that will be asked for. `scale`, `bound`: float patterns are summed in integers of 1 / scale, which has room
  /// for values up to `bound`; 1 and 0 for integer patterns.
  IngestPass(std::shared_ptr<const FrameSource> source, Transform transform, std::vector<VirtualDetector> detectors, Range lines,
             double scale = 1, double bound = 0, std::int64_t memory = LineReader::most_bytes);

  struct Line {
    std::span<const std::byte> frames;        ///< transformed; valid until the next line
    std::vector<std::vector<double>> images;  ///< [detector][frame of the line]
    std::vector<double> total;                ///< counts of every transformed frame
  };
  /// One line; added to the sums. Failure (numeric, corrupt, ...) if a frame cannot be treated; nothing is added then.
  [[nodiscard]] Line line(std::int64_t line);

  [[nodiscard]] const FrameInfo& info() const { return view_->info(); }
  std::vector<std::int64_t> sum, maximum;  ///< over the output pattern

 private:
  template <class T>
  void accumulate(const T* values, std::int64_t count, std::vector<double>& total);
  void read(Range frames, std::span<std::byte> out);
  std::shared_ptr<const FrameSource> source_;
  std::unique_ptr<TransformedFrames> view_;
  std::vector<VirtualDetector> detectors_;
  double scale_, bound_;
  Range loaded_;                 ///< frames that virtual_ is about
  std::vector<double> virtual_;  ///< [frame][detector]
  LineReader reader_;
};

}  // namespace ronchi::ingest
