// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <span>

#include "framework/md/gupta.hpp"
#include "framework/physics/particle.hpp"

namespace ronchi::md {

/// Edges of a cell that repeats in space, one per row, A. May be smaller than the cut-off: as many images are taken as it needs.
using Cell = std::array<std::array<double, 3>, 3>;

/// As `energy` of framework/md/trajectory.hpp, for one cell of a crystal: energy in eV, forces ([atoms, 3]) in eV/A.
[[nodiscard]] double energy(const physics::Particle& particle, const Gupta& potential, const Cell& cell,
                            std::span<double> forces = {});

/// As `relax` of framework/md/trajectory.hpp, with the cell held fixed.
double relax(physics::Particle& particle, const Gupta& potential, const Cell& cell, double force = 1e-6, int most_steps = 20000);

}  // namespace ronchi::md
