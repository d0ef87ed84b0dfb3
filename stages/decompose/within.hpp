// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "framework/config/schema.hpp"
#include "framework/engine/inputs.hpp"
#include "stages/decompose/matrix.hpp"

namespace ronchi::decompose {

/// A second decomposition where components of a first one are strong, or where they are not (E. Thronsen et al., Ultramicroscopy
/// 255 (2024) 113861 mask the scan by loadings of a first one).
struct Within {
  std::string stage;            ///< the first one; empty: the only decomposition among the inputs
  std::vector<int> components;  ///< from 1, as figures number them; empty: no restriction
  std::optional<double> above;  ///< counts; nothing: Li's threshold of each component's loadings
  bool outside = false;
};
void describe(config::Schema<Within>& s);

/// Leaves out the positions that the first decomposition left out, and those where none of the components is above its threshold
/// (outside: where any is). Returns the thresholds. Failure(usage) if there is no such stage or component, the scans differ, a
/// loading has no two classes for an automatic threshold, or no position is left.
std::vector<double> restrict_to(const Within& within, const engine::Inputs& inputs, const FrameInfo& info, Masks& masks);

}  // namespace ronchi::decompose
