// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <vector>

#include "framework/physics/particle.hpp"
#include "tests/support/stage_run.hpp"

namespace ronchi::testing {

/// What a `simulate_particles` stage with these particles leaves to the stages after it, in `directory`; one without atoms stands
/// for a simulation that failed.
inline engine::Input provide_particles(const std::filesystem::path& directory, const std::vector<physics::Particle>& particles) {
  const auto items = static_cast<std::int64_t>(particles.size());
  std::size_t most = 1;
  for (const auto& p : particles) most = std::max(most, p.size());
  std::filesystem::create_directories(directory / "parts");
  std::map<std::int64_t, std::string> none;
  Quarantined guard(none);
  const Communicator self;
  engine::Part part({0, items}, h5::File::create(directory / "parts" / ("0-" + std::to_string(items) + ".h5")), directory, guard,
                    self);
  part.rows<std::int32_t>("atoms", {});
  part.rows<std::uint8_t>("species", {static_cast<std::int64_t>(most)});
  part.rows<float>("positions", {static_cast<std::int64_t>(most), 3});
  for (std::int64_t i = 0; i < items; ++i) {
    const auto& p = particles[static_cast<std::size_t>(i)];
    const auto atoms = static_cast<std::int32_t>(p.size());
    auto species = p.species;
    species.resize(most);
    std::vector<float> positions(p.positions.begin(), p.positions.end());
    positions.resize(3 * most);
    part.write<std::int32_t>("atoms", {i, i + 1}, std::span(&atoms, 1));
    part.write<std::uint8_t>("species", {i, i + 1}, species);
    part.write<float>("positions", {i, i + 1}, positions);
  }
  (void)part.finish();
  part.file().close();
  h5::File index = h5::File::create(directory / "index.h5");
  index.write_texts("symbols", {"Ag", "Co"});
  index.close();
  return {"particles", "simulate_particles", "key", directory, items, {}};
}

}  // namespace ronchi::testing
