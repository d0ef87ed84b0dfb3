// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "framework/config/schema.hpp"
#include "stages/powder_diffraction/debye.hpp"

namespace ronchi::powder_diffraction {

struct Options {
  Radiation radiation = Radiation::electrons;
  physics::Parametrization scattering = physics::Parametrization::lobato;
  std::vector<double> q{0.1, 1.5};
  std::int64_t points = 512;
  double bin = 0.02;
  double pdf_range = 0, pdf_step = 0.05;
};
void describe(config::Schema<Options>& s);

}  // namespace ronchi::powder_diffraction
