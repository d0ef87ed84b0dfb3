// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/engine/stage.hpp"
#include "stages/simulate_stem/options.hpp"

namespace ronchi::simulate_stem {

/// What belongs to the set as a whole, and pictures of its first images, into the index.
void add_figures(const Options& options, const engine::Parts& parts, const engine::Inputs& inputs, h5::Group& index);

}  // namespace ronchi::simulate_stem
