// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "framework/config/schema.hpp"
#include "framework/engine/inputs.hpp"
#include "stages/decompose/matrix.hpp"

namespace ronchi::decompose {

/// Which scan positions are left out, as a job file says it.
struct MaskOptions {
  std::string navigation_mask;
  std::string mask_image;
  std::optional<double> mask_below;

  /// Identity of the file that is read for it; "" without one. Failure(missing).
  [[nodiscard]] std::string fingerprint() const;
};

/// The options of a stage whose options are MaskOptions and more.
template <class Options>
void describe_masks(config::Schema<Options>& s) {
  s.field("navigation_mask", static_cast<std::string Options::*>(&MaskOptions::navigation_mask))
      .help("File with one value per scan position; other than 0 = left out");
  s.field("mask_image", static_cast<std::string Options::*>(&MaskOptions::mask_image))
      .help("Virtual image of ingest by which scan positions are left out");
  s.field("mask_below", static_cast<std::optional<double> Options::*>(&MaskOptions::mask_below))
      .unit("counts")
      .help("Scan positions where mask_image is below this are left out; auto: Li's threshold between two classes");
}

/// Which frames and pixels a decomposition leaves out: the `mask` of the stage that provides the frames, the file that the
/// option navigation_mask names (any format that formats::open reads, one value per frame, other than zero = left out),
/// the frames that stage itself left out (`navigation_mask`), and the frames where the image mask_image of that stage is below
/// mask_below.
[[nodiscard]] Masks read_masks(const MaskOptions& options, const engine::Input& input, const FrameInfo& info);

}  // namespace ronchi::decompose
