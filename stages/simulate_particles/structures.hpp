// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "framework/engine/inputs.hpp"
#include "framework/physics/particle.hpp"

namespace ronchi::simulate_particles {

/// Particles that a finished `simulate_particles` stage has made: those of a range of items, for the stages after it.
class Structures {
 public:
  Structures(const engine::Input& simulation, Range items);

  [[nodiscard]] const std::vector<std::string>& symbols() const { return symbols_; }
  /// False where the simulation failed.
  [[nodiscard]] bool there(std::int64_t item) const { return atoms_[index(item)] > 0; }
  /// Failure(bad_item) if what is stored cannot be a particle.
  [[nodiscard]] physics::Particle particle(std::int64_t item) const;

 private:
  [[nodiscard]] std::size_t index(std::int64_t item) const { return static_cast<std::size_t>(item - first_); }

  std::int64_t first_;
  std::vector<std::string> symbols_;
  std::vector<std::int32_t> atoms_;
  std::vector<std::uint8_t> species_;
  std::vector<float> positions_;
};

}  // namespace ronchi::simulate_particles
