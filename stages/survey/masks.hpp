// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "framework/data/transform.hpp"
#include "stages/survey/options.hpp"
#include "stages/survey/spots.hpp"

namespace ronchi::survey {

/// How the output pixels of a transform lie on the raw pattern around the direct beam.
struct Frame2D {
  std::int64_t height = 1, width = 1;  ///< raw
  std::int64_t bin = 1;
  double beam[2] = {0, 0};  ///< raw pixels, after the shift
  double unit[2] = {1, 1};  ///< length of a raw pixel along y and x, in options.lengths
};

/// Sets the crop to the square of half side options.crop_radius around the beam; 0: all.
void crop_around_beam(Transform& t, const Frame2D& f, double radius);

/// The mask over the cropped output pattern; an output pixel is judged by its centre. `inner` in raw pixels.
[[nodiscard]] std::vector<std::uint8_t> pattern_mask(const Transform& t, const Frame2D& f, const Options& options, double inner,
                                                     const std::vector<Spot>& found);

/// Spectra: crop to [keep_from, keep_to]; mask the strobe channels and options.mask_ranges. A binned channel is masked if any of
/// its channels is.
void crop_spectrum(Transform& t, const Axis& energy, const Options& options);
[[nodiscard]] std::vector<std::uint8_t> spectrum_mask(const Transform& t, const Axis& energy, const Options& options,
                                                      std::int64_t strobe);

/// The largest and smallest shift, {dy, dx}; zeros without shifts.
struct ShiftRange {
  std::int64_t low[2] = {0, 0}, high[2] = {0, 0};
};
[[nodiscard]] ShiftRange shift_range(const Transform& t);

}  // namespace ronchi::survey
