// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "framework/config/schema.hpp"
#include "framework/physics/scattering.hpp"

namespace ronchi::simulate_stem {

enum class Number { float16, float32 };

struct Options {
  std::int64_t images = 5;
  std::int64_t pixels = 256;
  double sampling = 0.025;
  double wander = 0.5;
  double energy = 200;
  physics::Parametrization scattering = physics::Parametrization::lobato;
  double semi_angle = 20;
  std::vector<double> c10{-4, 4}, c30{-1, 1};
  std::vector<double> detector{70, 200};
  double source = 0.08;
  double displacement = 0;
  std::vector<double> dose{1e3, 1e5};
  Number number = Number::float16;
  config::Bytes shard{std::int64_t{512} << 20};
};
void describe(config::Schema<Options>& s);

}  // namespace ronchi::simulate_stem
