// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <vector>

#include "framework/physics/phase.hpp"

namespace ronchi::phases {

struct Options {
  std::vector<physics::Phase> phases = physics::gallium_arsenide();
  std::optional<double> energy, precession, convergence;
  std::vector<double> thickness{40, 70, 100, 130};
  double tilt = 0.8;
  double rotation = 0;
  double search_rotation = 4, search_centre = 1;
  double exponent = 0.5;
  double least_score = 0.5, least_margin = 0.05;
  std::optional<double> vacuum;
};
void describe(config::Schema<Options>& s);

}  // namespace ronchi::phases
