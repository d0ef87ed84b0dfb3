// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "framework/physics/particle.hpp"
#include "framework/physics/rotation.hpp"
#include "framework/wave/grid.hpp"

namespace ronchi::wave {

/// How a particle stands in the field. The mean position of its atoms is its middle.
struct Pose {
  physics::Rotation rotation = physics::no_rotation;
  double x = 0, y = 0;  ///< where its middle is, A from pixel (0, 0)
};

/// Largest distance of an atom from the middle, A.
[[nodiscard]] double radius_of(const physics::Particle& particle);
/// Fields are periodic: what does not fit into one comes back on its other side. Failure(bad_item) where an atom lies outside in
/// some orientation.
void require_room(const physics::Particle& particle, const Pose& pose, const Grid& field);

/// The atoms of a turned and shifted particle, by slice, in the order in which the beam meets them.
struct Slicing {
  std::vector<double> z;            ///< [slices] middle of each, A from the middle of the particle
  std::vector<double> positions;    ///< [atoms, 3], A
  std::vector<std::int32_t> first;  ///< [slices + 1]: atoms of slice s are order[first[s]] to order[first[s + 1] - 1]
  std::vector<std::int32_t> order;  ///< within a slice as they come in the particle
  double low = 0, high = 0;         ///< z of the first and the last atom

  [[nodiscard]] int slices() const { return static_cast<int>(z.size()); }

  /// `slices` equal ones from the first atom to the last or, if `thickness` is not 0, so many of that thickness (A) as it takes.
  /// Takes no memory when it has held as many atoms before.
  void set(const physics::Particle& particle, const Pose& pose, int slices, double thickness);

  /// Adds atoms behind the particle: the layer [0, depth] in z of `layer` comes to [top, top + depth], in slices of about
  /// `thickness`. They are numbered after those that are there; `layer` is [atoms, 3] in A.
  void append(const std::vector<double>& layer, double depth, double top, double thickness);

 private:
  void sort(std::size_t from, int slices, double start, double thickness);
};

}  // namespace ronchi::wave
