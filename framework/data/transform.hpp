// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "framework/data/frames.hpp"
#include "framework/store/h5.hpp"

namespace ronchi {

/// The ingest of a frame as a pure function: bad pixels -> shift -> bin -> crop -> mask. Its parameters come from the survey.
/// The order is fixed; each step may be absent. All lengths are detector pixels unless said otherwise.
struct Transform {
  /// Pixels replaced by the median of their good neighbours (rounded down); flat indices of the raw pattern, ascending.
  std::vector<std::int64_t> bad_pixels;
  /// Integer shift of every frame, (dy, dx) per frame: out(y, x) = in(y - dy, x - dx), zero outside. Empty = none.
  std::vector<std::int32_t> shifts;
  std::int64_t bin = 1;                      ///< sums bin x bin pixels (1-D signals: bin channels); the rest is dropped
  std::int64_t crop_first[2] = {0, 0};       ///< after binning: first row, column kept (1-D: [1] alone)
  std::int64_t crop_size[2] = {0, 0};        ///< after binning; 0 = all
  /// Pixels that are set to zero and that decompositions leave out; flat over the output pattern, 1 = masked. Empty = none.
  std::vector<std::uint8_t> mask;
  Scalar output = Scalar::u16;               ///< wide enough for every value (the survey says); too large a value is a Failure

  void save(h5::Group group) const;
  [[nodiscard]] static Transform load(const h5::Group& group);
};

/// `source` seen through a transform: a consumer reads transformed frames, no file lies between. Calibration is kept: axes
/// have the binned scale and the cropped offset.
class TransformedFrames : public FrameSource {
 public:
  TransformedFrames(std::shared_ptr<const FrameSource> source, Transform transform);
  ~TransformedFrames() override;
  void read(Range frames, std::span<std::byte> out) const override;
  [[nodiscard]] std::int64_t grain() const override;
  [[nodiscard]] const Transform& transform() const;

 private:
  struct Kernel;
  std::unique_ptr<Kernel> kernel_;
};

}  // namespace ronchi
