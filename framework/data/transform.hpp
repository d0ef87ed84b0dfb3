// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "framework/data/frames.hpp"
#include "framework/store/h5.hpp"

namespace ronchi {

/// The ingest of a frame as a pure function: bad pixels -> shift -> bin -> crop -> mask. Its parameters come from the survey.
/// The order is fixed; each step may be absent. All lengths are detector pixels unless said otherwise. Formulas: docs/ingest.md.
struct Transform {
  /// Pixels replaced by the median of their good neighbours (rounded down); flat indices of the raw pattern, ascending.
  /// Neighbours are the 8 (spectra: 2) around it; where none is good, the next ring out, and so on.
  std::vector<std::int64_t> bad_pixels;
  /// Integer shift of every frame, (dy, dx) per frame: out(y, x) = in(y - dy, x - dx), zero outside. Empty = none.
  std::vector<std::int32_t> shifts;
  std::int64_t bin = 1;                 ///< sums bin x bin pixels (1-D signals: bin channels); the rest is dropped
  std::int64_t crop_first[2] = {0, 0};  ///< after binning: first row, column kept (1-D: [1] alone)
  std::int64_t crop_size[2] = {0, 0};   ///< after binning; 0 = all
  /// Pixels that are set to zero and that decompositions leave out; flat over the output pattern, 1 = masked. Empty = none.
  std::vector<std::uint8_t> mask;
  Scalar output = Scalar::u16;  ///< u8, u16, u32 or f32; the survey says which is wide enough; too large a value is a Failure
  /// Where the direct beam is after the shift (y, x of the raw pattern): axes are 0 there. Nothing = axes keep their offset.
  std::optional<std::array<double, 2>> beam;
  /// Frames that could not be treated (quarantined): they are never read and come out as zeros. Ascending.
  std::vector<Range> left_out;

  /// Shape, type and calibration of what comes out; Failure(usage) if the transform does not suit `raw`.
  [[nodiscard]] FrameInfo output_info(const FrameInfo& raw) const;
  void save(h5::Group group) const;
  [[nodiscard]] static Transform load(const h5::Group& group);
};

/// `source` seen through a transform: a consumer reads transformed frames, no file lies between. Calibration is kept: axes
/// have the binned scale and the cropped offset. Frames of a block are spread over the host threads of Kokkos.
class TransformedFrames : public FrameSource {
 public:
  TransformedFrames(std::shared_ptr<const FrameSource> source, Transform transform);
  ~TransformedFrames() override;
  /// Failure(numeric) names the frame and the pixel where a value does not fit the output type or is not finite.
  void read(Range frames, std::span<std::byte> out) const override;
  using FrameSource::read;
  [[nodiscard]] std::int64_t grain() const override;
  [[nodiscard]] const Transform& transform() const;

  /// Sees every frame of a read between bad pixels and shift, in the source's type, with the shift that follows. Called once
  /// per frame, from several threads at once; must not throw.
  using Observer = std::function<void(std::int64_t frame, const std::byte* corrected, std::int32_t dy, std::int32_t dx)>;
  void read(Range frames, std::span<std::byte> out, const Observer& observer) const;

 private:
  struct Kernel;
  std::unique_ptr<Kernel> kernel_;
};

}  // namespace ronchi
