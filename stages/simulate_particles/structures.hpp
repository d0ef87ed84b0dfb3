// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
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
  [[nodiscard]] bool there(std::int64_t item) const { return failed_[index(item)] == 0 && atoms_[index(item)] > 0; }
  [[nodiscard]] std::int32_t atoms(std::int64_t item) const { return atoms_[index(item)]; }
  /// Failure(bad_item) if what is stored cannot be a particle.
  [[nodiscard]] physics::Particle particle(std::int64_t item) const;

  /// As stored, with room for the `most()` atoms of the largest particle: [most()] and [most(), 3] in A.
  [[nodiscard]] std::int64_t most() const { return most_; }
  [[nodiscard]] std::span<const std::uint8_t> species(std::int64_t item) const {
    return std::span(species_).subspan(index(item) * room(), room());
  }
  [[nodiscard]] std::span<const float> positions(std::int64_t item) const {
    return std::span(positions_).subspan(3 * index(item) * room(), 3 * room());
  }

 private:
  [[nodiscard]] std::size_t room() const { return static_cast<std::size_t>(most_); }
  [[nodiscard]] std::size_t index(std::int64_t item) const { return static_cast<std::size_t>(item - first_); }

  std::int64_t first_, most_;
  std::vector<std::string> symbols_;
  std::vector<std::int32_t> atoms_;
  std::vector<std::uint8_t> species_, failed_;
  std::vector<float> positions_;
};

}  // namespace ronchi::simulate_particles
