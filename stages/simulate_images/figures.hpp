// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/engine/part.hpp"
#include "stages/simulate_images/exposures.hpp"

namespace ronchi::simulate_images {

/// What belongs to the set as a whole: class_names, symbols, split_names, units, sampling and the like.
void describe_set(const Options& options, const engine::Inputs& inputs, h5::Group& index);

/// Pictures of particles and of image pairs, statistics of labels and settings, sizes.
void add_figures(const Options& options, const engine::Parts& parts, const engine::Inputs& inputs, engine::Output& output);

/// The particle as balls seen along the beam, nearest in front: 0 where there is none, else 1 + species; [pixels, pixels].
[[nodiscard]] std::vector<float> draw_balls(const physics::Particle& particle, const Stance& stance, double field,
                                            std::int64_t pixels);

}  // namespace ronchi::simulate_images
