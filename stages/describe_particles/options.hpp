// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "framework/config/schema.hpp"

namespace ronchi::describe_particles {

/// How particles are measured and where the classes end. The measures: measures.hpp; the rules: docs/particles.md.
struct Options {
  std::vector<double> bonds;
  int surface = 10;
  double reach = 6;
  double profile_step = 1;
  int profile_bins = 24;
  double whole = 0.9;
  double pure = 0.03;
  double enclosed = 0.5;
  double centred = 0.3;
  double separated = 0.5;
  double halves = 0.65;
};
void describe(config::Schema<Options>& s);

}  // namespace ronchi::describe_particles
