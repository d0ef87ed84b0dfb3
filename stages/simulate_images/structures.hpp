// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "stages/simulate_particles/structures.hpp"

namespace ronchi::simulate_images {

/// What was measured on a particle.
struct Measured {
  std::uint8_t kind = 0;  ///< its class
  float composition = 0;  ///< share of the second species
};

/// The particles of some items and what has been measured on them, as the stages before left them.
class Structures {
 public:
  Structures(const engine::Inputs& inputs, Range items);

  simulate_particles::Structures particles;

  /// Simulated and measured.
  [[nodiscard]] bool there(std::int64_t item) const { return particles.there(item) && unmeasured_[index(item)] == 0; }
  [[nodiscard]] Measured measured(std::int64_t item) const;

 private:
  [[nodiscard]] std::size_t index(std::int64_t item) const { return static_cast<std::size_t>(item - first_); }

  std::int64_t first_;
  std::vector<std::uint8_t> unmeasured_, kind_;
  std::vector<float> composition_;
};

}  // namespace ronchi::simulate_images
