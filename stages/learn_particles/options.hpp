// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "framework/config/schema.hpp"

namespace ronchi::learn_particles {

struct Options {
  std::int64_t epochs = 12, batch = 32, structures = 2000;
  double rate = 2e-3;
  std::int64_t pixels = 128, bin = 1;
  std::int64_t width = 16, layers = 4;
  bool augment = true;
  double checkpoint_every = 60;
};
void describe(config::Schema<Options>& s);

}  // namespace ronchi::learn_particles
