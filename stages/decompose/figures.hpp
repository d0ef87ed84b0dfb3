// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/data/frames.hpp"
#include "framework/store/h5.hpp"
#include "stages/decompose/results.hpp"

namespace ronchi::decompose {

/// Component patterns (or spectra), loading maps, scree and convergence plots. On the leader.
void add_figures(const Outcome& outcome, const FrameInfo& info, h5::Group& result);

}  // namespace ronchi::decompose
