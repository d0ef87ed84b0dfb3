// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "stages/learn_particles/training.hpp"

namespace ronchi::learn_particles {

/// Of a training that is done: what the network says of the test split, its weights, and the figures of the report.
void write_results(const Training& training, Samples& samples, h5::Group& out);

}  // namespace ronchi::learn_particles
