// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "framework/physics/particle.hpp"
#include "framework/physics/rotation.hpp"

namespace ronchi::wave {

/// How a particle stands in the field. The mean position of its atoms is its middle.
struct Pose {
  physics::Rotation rotation = physics::no_rotation;
  double x = 0, y = 0;  ///< where its middle is, A from pixel (0, 0)
};

/// The atoms of a turned and shifted particle, by slice.
struct Slicing {
  int slices = 0;
  double thickness = 0;             ///< of each, A
  double last = 0;                  ///< z of the middle of the last one, A from the middle of the particle
  std::vector<double> positions;    ///< [atoms, 3], A
  std::vector<std::int32_t> first;  ///< [slices + 1]: atoms of slice s are order[first[s]] to order[first[s + 1] - 1]
  std::vector<std::int32_t> order;  ///< within a slice as they come in the particle

  /// `slices` equal ones from the first atom to the last or, if `thickness` is not 0, so many of that thickness as it takes. Takes
  /// no memory when it has held as many atoms before.
  void set(const physics::Particle& particle, const Pose& pose, int slices, double thickness);
};

}  // namespace ronchi::wave
