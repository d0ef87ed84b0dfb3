// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "framework/base/random.hpp"

namespace ronchi::wave {

inline constexpr double film_slice = 2;  ///< thickness of a support's slices, A: light atoms

/// A film under a particle, on the side where the electrons leave.
struct Support {
  std::string symbol = "C";
  std::vector<double> positions;  ///< [atoms, 3], A: x, y in the field, z from the side of the particle to `thickness`
  double thickness = 0;           ///< A
  double gap = 2;                 ///< from the particle's last atom to the film, A
};

/// Amorphous carbon: atoms at random places of a periodic field, none nearer to another than `distance` A (random sequential
/// addition), to a density in g/cm^3 (1.8 to 2.0 for evaporated films). Widths and thickness in A. Failure(usage) where so
/// many atoms do not find a place: random addition ends at 38 % of the volume filled with balls of that diameter (Torquato,
/// Uche & Stillinger, Phys. Rev. E 74, 061308 (2006)).
[[nodiscard]] Support amorphous_carbon(double width, double height, double thickness, Random& random, double density = 1.9,
                                       double distance = 1.4);

}  // namespace ronchi::wave
