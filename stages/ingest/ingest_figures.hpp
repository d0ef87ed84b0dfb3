// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "framework/data/frames.hpp"
#include "framework/engine/parts.hpp"
#include "framework/store/h5.hpp"
#include "stages/ingest/virtual_detectors.hpp"

namespace ronchi::ingest {

/// Virtual images, total counts, mean and maximum pattern of the transformed frames.
void add_figures(h5::Group& index, const engine::Parts& parts, const FrameInfo& info, const std::vector<VirtualDetector>& detectors,
                 double scale);

}  // namespace ronchi::ingest
