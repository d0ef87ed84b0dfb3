// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "framework/engine/stage.hpp"
#include "stages/ingest/ingest_pass.hpp"

namespace ronchi::ingest {

enum class Lengths { axis, pixel };

/// A virtual image: a ring of the pattern, or a window of the spectrum.
struct VirtualImage {
  std::string name;
  double inner = 0, outer = 0;     ///< patterns
  std::optional<double> from, to;  ///< spectra
};

struct Options {
  std::vector<VirtualImage> virtual_images;
  Lengths lengths = Lengths::axis;
  bool materialise = false;
  double navigation_threshold = 0;
};
void describe(config::Schema<VirtualImage>& s);
void describe(config::Schema<Options>& s);

/// The transforming pass over all frames, with the survey's Transform. Item: a scan line. Comes after `survey` and the stage whose
/// frames it read.
///
/// Rows: `virtual_<name>` [nx] f64, `total_counts` [nx] f64 (of the transformed frame), with materialise `frames` [nx, signal...].
/// Sums: `sum_pattern`; maxima: `max_pattern` (attribute `scale`: what to divide by; 1 for integer frames).
/// Index: group `frame_source` (a view, or rows), `mask` [M] u8, `navigation_mask` [N] u8 (1 = left out: in quarantine, or below
/// the threshold).
class Ingest : public engine::Stage {
 public:
  using Options = ingest::Options;
  static constexpr const char* name = "ingest";
  static constexpr const char* summary = "Transforms frames as the survey decided: virtual images, sums, maxima; a view or a copy";
  static constexpr int version = 2;

  explicit Ingest(Options options) : options_(std::move(options)) {}
  [[nodiscard]] engine::Plan plan(const engine::Inputs& inputs) const override;
  void run(const engine::Task& task, engine::Team& team, const engine::Inputs& inputs, engine::Part& part) override;
  void finish(const engine::Parts& parts, const engine::Inputs& inputs, engine::Output& output) override;

 private:
  struct Opened;
  [[nodiscard]] std::shared_ptr<const Opened> open(const engine::Inputs& inputs) const;
  const Opened& opened(const engine::Inputs& inputs);
  Options options_;
  std::shared_ptr<const Opened> opened_;
};

/// The detectors that options ask for; if they ask for none: patterns get `bright_field` (up to inner_radius) and `dark_field`
/// (from 1.5 times that to the detector's nearest edge), spectra `total`. inner_radius in raw pixels. Failure(usage) for an empty
/// or nameless one.
[[nodiscard]] std::vector<VirtualDetector> detectors_of(const Options& options, const FrameInfo& raw, const double (&beam)[2],
                                                        double inner_radius, std::int64_t strobe);

}  // namespace ronchi::ingest
