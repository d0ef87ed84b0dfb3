// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/simulate_images/structures.hpp"

namespace ronchi::simulate_images {

Structures::Structures(const engine::Inputs& inputs, Range items)
    : particles(inputs.of_type("simulate_particles"), items), first_(items.first) {
  const engine::Parts measures = inputs.of_type("describe_particles").parts();
  unmeasured_ = measures.rows<std::uint8_t>("status", items);
  kind_ = measures.rows<std::uint8_t>("class", items);
  composition_ = measures.rows<float>("composition", items);
}

Measured Structures::measured(std::int64_t item) const {
  const std::size_t i = index(item);
  return {kind_[i], composition_[i]};
}

}  // namespace ronchi::simulate_images
