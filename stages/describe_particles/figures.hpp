// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/engine/stage.hpp"
#include "framework/physics/fragments.hpp"
#include "stages/describe_particles/options.hpp"

namespace ronchi::describe_particles {

/// The pair distribution that all particles of a stage share.
inline constexpr std::int64_t pair_steps = 200;
inline constexpr double pair_step = 0.05;  ///< A

/// What counts as a bond: the option, or what the simulation says.
[[nodiscard]] physics::Bonds bonds_for(const Options& options, const h5::Group& simulation);

/// What the particles are, as tables and curves for reports: classes against size, composition, cooling rate and protocol, what is
/// typical of each class, and where the classes end.
void add_figures(const Options& options, const physics::Bonds& bonds, const engine::Parts& parts, const engine::Input& simulation,
                 h5::Group& index);

}  // namespace ronchi::describe_particles
