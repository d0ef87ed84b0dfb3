// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "framework/base/random.hpp"
#include "framework/md/trajectory.hpp"

namespace ronchi::md::testing {

/// The `atoms` sites of a face-centred cubic crystal of the nearest-neighbour distance `spacing` A that lie nearest to a point
/// which is none of its own, displaced by normal numbers of the width `displacement` A. The inner `cobalt` share is species 1.
inline physics::Particle ball(std::size_t atoms, double cobalt, double displacement, std::uint64_t seed, double spacing = 2.85) {
  std::vector<std::pair<double, std::array<double, 3>>> sites;
  const int reach = 3 + static_cast<int>(std::cbrt(static_cast<double>(atoms)));
  const double edge = spacing / std::sqrt(2.0);
  for (int x = -reach; x <= reach; ++x)
    for (int y = -reach; y <= reach; ++y)
      for (int z = -reach; z <= reach; ++z)
        if ((x + y + z) % 2 == 0) {
          const std::array<double, 3> r{edge * x - 0.31, edge * y + 0.17, edge * z + 0.05};
          sites.emplace_back(r[0] * r[0] + r[1] * r[1] + r[2] * r[2], r);
        }
  std::sort(sites.begin(), sites.end());
  physics::Particle p;
  p.symbols = {"Ag", "Co"};
  Random random(seed, 7, atoms, 0);
  for (std::size_t i = 0; i < atoms; ++i) {
    p.species.push_back(static_cast<double>(i) < cobalt * static_cast<double>(atoms) ? 1 : 0);
    for (const double x : sites[i].second) p.positions.push_back(x + displacement * random.normal());
  }
  return p;
}

}  // namespace ronchi::md::testing
