// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/engine/inputs.hpp"
#include "stages/decompose/decompose.hpp"

namespace ronchi::decompose {

/// Which frames and pixels a decomposition leaves out: the `mask` of the stage that provides the frames, the file that the
/// option navigation_mask names (any format that formats::open reads, one value per frame, other than zero = left out),
/// the frames that stage itself left out (`navigation_mask`), and the frames where the image mask_image of that stage is below
/// mask_below.
[[nodiscard]] Masks read_masks(const Options& options, const engine::Input& input, const FrameInfo& info);

}  // namespace ronchi::decompose
