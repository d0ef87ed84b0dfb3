// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "framework/data/transform.hpp"
#include "stages/survey/beam_path.hpp"
#include "stages/survey/detector_faults.hpp"
#include "stages/survey/options.hpp"
#include "stages/survey/spots.hpp"

namespace ronchi::survey {

/// What the pass over the data found, all lines together. Patterns are flat; integers in units of 1 / scale.
struct Findings {
  FrameInfo raw;
  std::int64_t frames = 0;  ///< surveyed
  bool complete = true;     ///< every frame of the data set was
  double scale = 1;
  std::vector<std::int64_t> sum, nonzero, maximum, window, centred;
  std::int64_t lowest = 0;      ///< minus the smallest value
  std::vector<BeamPath> paths;  ///< one per scan (the slower navigation axes number scans); patterns only
  double beam_radius = 0;       ///< of the disk the beam was looked for in
  [[nodiscard]] std::vector<double> mean(const std::vector<std::int64_t>& sums) const;
};

/// What is done to every frame, and why.
struct Decision {
  Transform transform;
  FrameInfo output;
  DetectorFaults faults;          ///< found; the transform has the listed ones too
  std::vector<Plane> planes;      ///< per scan
  std::vector<double> path;       ///< [frames, 2] beam position that the shifts are made of; empty without centring
  double beam[2] = {0, 0};        ///< direct beam after the shift, raw pixels
  double inner = 0;               ///< masked radius around it, raw pixels
  std::vector<Spot> spots;        ///< found; raw pixels of the shifted pattern
  std::int64_t strobe = 0;        ///< channels masked from 0 on
  double peak = 0;                ///< no unmasked value of the surveyed frames is larger after the transform
  std::vector<double> reference;  ///< mean pattern as the shift leaves it, bad pixels repaired, raw size
  std::vector<std::string> warnings;
};

[[nodiscard]] Decision decide(const Findings& findings, const Options& options);

/// The number type for values up to `peak` (integers) of frames of `raw`, with room for 4 times that if only a sample was seen.
[[nodiscard]] Scalar fitting_type(const FrameInfo& raw, std::int64_t bin, double peak, bool negative, bool complete);

}  // namespace ronchi::survey
