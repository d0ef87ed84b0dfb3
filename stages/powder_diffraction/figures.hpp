// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/engine/stage.hpp"
#include "stages/powder_diffraction/options.hpp"

namespace ronchi::powder_diffraction {

/// Units of the sums of intensities over particles.
inline constexpr double intensity_unit = 0x1p-20;

/// Values of q and r.
[[nodiscard]] std::vector<double> q_values(const Options& options);
[[nodiscard]] std::vector<double> r_values(const Options& options);
/// What `describe_particles` says particles can be; without that stage they are all one class.
[[nodiscard]] std::vector<std::string> class_names(const engine::Inputs& inputs);

/// Axes, means by class and their curves, into the index.
void add_figures(const Options& options, const engine::Parts& parts, const engine::Inputs& inputs, h5::Group& index);

}  // namespace ronchi::powder_diffraction
