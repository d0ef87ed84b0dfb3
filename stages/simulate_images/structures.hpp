// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "framework/engine/inputs.hpp"
#include "framework/physics/particle.hpp"

namespace ronchi::simulate_images {

/// The particles of some items and what has been measured on them, as the stages before left them.
struct Structures {
  Structures(const engine::Inputs& inputs, Range items);

  Range items;
  std::int64_t most = 0;  ///< atoms there is room for
  std::vector<std::string> symbols;
  std::vector<std::int32_t> atoms;
  std::vector<std::uint8_t> species, failed, kind;  ///< kind: the class
  std::vector<float> positions, composition;

  [[nodiscard]] bool there(std::int64_t item) const { return failed[index(item)] == 0 && atoms[index(item)] > 0; }
  [[nodiscard]] physics::Particle particle(std::int64_t item) const;
  [[nodiscard]] std::size_t index(std::int64_t item) const { return static_cast<std::size_t>(item - items.first); }
};

}  // namespace ronchi::simulate_images
