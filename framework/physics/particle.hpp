// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ronchi::physics {

/// The atoms of one nanoparticle.
struct Particle {
  std::vector<std::string> symbols;   ///< chemical symbols of the species: {"Ag", "Co"}
  std::vector<std::uint8_t> species;  ///< [atoms] index into `symbols`
  std::vector<double> positions;      ///< [atoms, 3], x, y, z in A

  [[nodiscard]] std::size_t size() const { return species.size(); }
};

}  // namespace ronchi::physics
