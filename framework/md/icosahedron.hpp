// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <vector>

#include "framework/physics/particle.hpp"

namespace ronchi::md {

/// Mackay icosahedron (A. L. Mackay, Acta Cryst. 15, 916 (1962)): around the central atom shells of 10 n^2 + 2 atoms, so 13, 55,
/// 147, 309, 561, 923 atoms with 1 to 6. The atoms stand shell by shell from the centre; in each shell first the 12 vertices, then
/// the edges, then the faces. `species_of_shell` has one entry for the centre and one per shell; neighbouring shells are
/// `spacing` A apart along the fivefold axes.
[[nodiscard]] physics::Particle icosahedron(double spacing, std::vector<std::string> symbols,
                                            std::span<const std::uint8_t> species_of_shell);

}  // namespace ronchi::md
