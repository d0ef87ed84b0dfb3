// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "framework/base/random.hpp"
#include "framework/physics/particle.hpp"
#include "tests/support/stage_run.hpp"

namespace ronchi::testing {

/// A ball cut from a cubic lattice about a point at random, of Ag and Co at random places: no particle of nature, but one with a
/// known number of atoms (at most `most`) for all the rest.
inline physics::Particle lattice_ball(std::uint64_t which, std::size_t most) {
  Random random(5, 77, which, 0);
  physics::Particle p{{"Ag", "Co"}, {}, {}};
  const double cx = random.uniform(), cy = random.uniform(), cz = random.uniform(), radius = random.uniform(3.5, 7.5);
  for (int z = -4; z <= 4; ++z)
    for (int y = -4; y <= 4; ++y)
      for (int x = -4; x <= 4; ++x) {
        const double r[] = {2.6 * (x - cx), 2.6 * (y - cy), 2.6 * (z - cz)};
        if (r[0] * r[0] + r[1] * r[1] + r[2] * r[2] > radius * radius || p.size() == most) continue;
        p.species.push_back(random.uniform() < 0.5 ? 1 : 0);
        for (const double v : r) p.positions.push_back(static_cast<float>(v + random.uniform(-0.1, 0.1)));  // as they are stored
      }
  return p;
}

/// Particles and their classes as the stages simulate_particles and describe_particles leave them; particles without atoms failed.
inline std::vector<engine::Input> provide_particles(const std::filesystem::path& folder, const std::vector<physics::Particle>& all,
                                                    std::int64_t most) {
  const auto n = static_cast<std::int64_t>(all.size());
  const auto write = [&](const std::string& type, const auto& declare, const auto& put, const auto& describe) {
    const auto directory = folder / type;
    std::filesystem::create_directories(directory / "parts");
    std::map<std::int64_t, std::string> none;
    Quarantined guard(none);
    const Communicator self;
    engine::Part part({0, n}, h5::File::create(directory / "parts" / ("0-" + std::to_string(n) + ".h5")), directory, guard, self);
    declare(part);
    for (std::int64_t item = 0; item < n; ++item)
      part.item(item, [&] {
        const auto& p = all[static_cast<std::size_t>(item)];
        if (p.size() == 0) fail(Fault::bad_item, "", "there is none");
        put(part, item, p);
      });
    (void)part.finish();
    part.file().close();
    h5::File index = h5::File::create(directory / "index.h5");
    describe(index);
    index.close();
    return engine::Input{type, type, "key", directory, n, {}};
  };
  const auto simulated = write(
      "simulate_particles",
      [&](engine::Part& part) {
        part.rows<std::int32_t>("atoms", {});
        part.rows<std::uint8_t>("species", {most});
        part.rows<float>("positions", {most, 3});
      },
      [&](engine::Part& part, std::int64_t item, const physics::Particle& p) {
        const auto atoms = static_cast<std::int32_t>(p.size());
        auto species = p.species;
        species.resize(static_cast<std::size_t>(most));
        std::vector<float> positions(p.positions.begin(), p.positions.end());
        positions.resize(static_cast<std::size_t>(3 * most));
        part.write<std::int32_t>("atoms", {item, item + 1}, std::span(&atoms, 1));
        part.write<std::uint8_t>("species", {item, item + 1}, species);
        part.write<float>("positions", {item, item + 1}, positions);
      },
      [&](h5::File& index) {
        index.write_texts("symbols", {"Ag", "Co"});
        index.create<std::uint8_t>("species", {n, most});
      });
  const auto described = write(
      "describe_particles",
      [](engine::Part& part) {
        part.rows<std::uint8_t>("class", {});
        part.rows<float>("composition", {});
      },
      [](engine::Part& part, std::int64_t item, const physics::Particle& p) {
        const auto kind = static_cast<std::uint8_t>(item % 2);
        float second = 0;
        for (const auto s : p.species) second += static_cast<float>(s) / static_cast<float>(p.size());
        part.write<std::uint8_t>("class", {item, item + 1}, std::span(&kind, 1));
        part.write<float>("composition", {item, item + 1}, std::span(&second, 1));
      },
      [](h5::File& index) {
        index.write_texts("class_names", {"even", "odd"});
      });
  return {simulated, described};
}

/// The particles alone, without their classes.
inline engine::Input provide_particles(const std::filesystem::path& folder, const std::vector<physics::Particle>& all) {
  std::size_t most = 1;
  for (const auto& p : all) most = std::max(most, p.size());
  return provide_particles(folder, all, static_cast<std::int64_t>(most)).front();
}

}  // namespace ronchi::testing
