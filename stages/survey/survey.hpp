// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "framework/engine/stage.hpp"
#include "stages/survey/decide.hpp"
#include "stages/survey/options.hpp"
#include "stages/survey/preview.hpp"

namespace ronchi::survey {

/// First pass over the raw frames: finds bad pixels, the direct beam's path, masks and the integer width, and so fixes the
/// Transform. Item: a surveyed scan line (see spread_lines). Comes after a stage that provides frames. What it decides and how:
/// docs/ingest.md.
///
/// Rows: `beam` [nx, 3] f64 (y, x, intensity; patterns), `total` [nx] f64. Sums: `sum_pattern`, `sum_squares`, `nonzero`,
/// `sum_centred` (patterns), `frames`. Maxima: `max_pattern`, `max_window` (bin > 1), `negated_minimum`. Patterns are raw; where
/// the frames are not integers of up to 32 bits, attribute `scale` of a dataset is what to divide by. Index: group `transform`;
/// `bad_pixels/hot`, `bad_pixels/dead` [k, 2]; `beam_path` [N, 2]; `mean_pattern` f64 (raw size, as the shift leaves it); `spots`
/// [k, 3] (y, x, radius); attributes beam_y, beam_x, beam_radius, inner_radius (raw pixels), strobe_channels, peak (largest
/// unmasked value after the transform), largest (the same of absolute values).
class Survey : public engine::Stage {
 public:
  using Options = survey::Options;
  static constexpr const char* name = "survey";
  static constexpr const char* summary = "Looks over raw frames: bad pixels, the direct beam's path, masks, integer width";
  static constexpr int version = 2;

  explicit Survey(Options options) : options_(std::move(options)) {}
  [[nodiscard]] engine::Plan plan(const engine::Inputs& inputs) const override;
  void run(const engine::Task& task, engine::Team& team, const engine::Inputs& inputs, engine::Part& part) override;
  void finish(const engine::Parts& parts, const engine::Inputs& inputs, engine::Output& output) override;

 private:
  struct Opened;
  const Opened& opened(const engine::Inputs& inputs);
  Options options_;
  std::shared_ptr<const Opened> opened_;
};

/// The lines of a scan that a survey of `options.sample` looks at, ascending: line (2 i + 1) lines / (2 count) for i < count.
[[nodiscard]] std::vector<std::int64_t> spread_lines(const FrameSource& source, const Options& options);

}  // namespace ronchi::survey
