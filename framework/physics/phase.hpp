// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "framework/config/schema.hpp"
#include "framework/physics/crystal.hpp"
#include "framework/physics/diffraction.hpp"

namespace ronchi::physics {

enum class Structure { zinc_blende, wurtzite, fcc, theta_prime };

/// A crystal phase in a given orientation, as a job file describes it.
struct Phase {
  std::string name;
  Structure structure = Structure::zinc_blende;
  std::vector<std::string> elements{"Ga", "As"};
  double a = 5.6533;                ///< A
  double c = 6.564;                 ///< A, hexagonal and tetragonal structures
  double u = 0.375;                 ///< wurtzite's internal parameter
  std::vector<int> zone{1, -1, 0};  ///< [uvw] along the beam
  std::vector<int> up{1, 1, 1};     ///< (hkl) along the pattern's growth direction
  double in_plane = 0;              ///< deg: turns the pattern from `up` towards zone x up
  double debye_waller = 0.6;        ///< A^2
};
void describe(config::Schema<Phase>& s);

[[nodiscard]] Crystal crystal_of(const Phase& phase);
[[nodiscard]] std::vector<Reflection> reflections_of(const Phase& phase, double limit, const Illumination& illumination);

/// GaAs nanowires seen along <110> across their [111] axis: zinc blende, its twin (turned by 180 degrees about [111], which is the
/// opposite zone with the same `up`) and wurtzite seen along <11-20>. Lattice: zinc blende a = 5.6533 A (Blakemore, J. Appl. Phys.
/// 53 (1982) R123); wurtzite a = 3.989 A, c = 6.564 A (McMahon & Nelmes, Phys. Rev. Lett. 95 (2005) 215505; X-ray diffraction of
/// nanowires finds the layers likewise 0.5 to 0.7 % farther apart than in zinc blende, doi:10.1002/pssr.201105055).
[[nodiscard]] std::vector<Phase> gallium_arsenide();

}  // namespace ronchi::physics
