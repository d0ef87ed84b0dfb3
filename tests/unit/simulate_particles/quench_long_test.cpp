// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Truth: a quench of 1 ns of 100 silver and 100 cobalt atoms in a periodic box of 45 A ends as one cluster with cobalt inside.
#include <gtest/gtest.h>

#include <cmath>

#include "stages/simulate_particles/simulation.hpp"

namespace ronchi::simulate_particles {

TEST(Quench, OfAGasEndsWithCobaltInsideSilver) {
  Options o;
  o.schedule = Schedule::full;
  o.atoms = {200};
  o.composition = {0.5};
  o.mixture = {1, 0, 0};
  o.largest_fragment = 0;
  o.protocols = {built_in(Schedule::full)[0]};
  o.protocols[0].density = {200 / (4.5 * 4.5 * 4.5)};
  o.protocols[0].boundary = md::Boundary::periodic;
  const auto potential = md::potential(o.potential);
  const Recipes recipes(o, potential, 1);
  const Laboratory laboratory{recipes, potential, {}, 0, true};
  std::vector<Simulation> batch;
  for (std::int64_t item = 0; item < 10; ++item) batch.push_back(begin(laboratory, item));
  for (const Simulation& s : batch) {
    EXPECT_NEAR(s.recipe.box, 45, 1e-9);
    EXPECT_EQ(s.recipe.counts, (std::array<std::int64_t, 2>{100, 100}));
    EXPECT_DOUBLE_EQ(s.recipe.legs[0].duration, 1000);
  }
  simulate(laboratory, batch);
  int good = 0;
  for (const Simulation& s : batch) {
    EXPECT_EQ(s.fault, "");
    std::array<double, 2> radius{};
    std::array<std::array<double, 3>, 2> centre{};
    const auto& p = s.trajectory.particle;
    for (std::size_t i = 0; i < p.size(); ++i) {
      radius[p.species[i]] += std::hypot(p.positions[3 * i], p.positions[3 * i + 1], p.positions[3 * i + 2]) / 100;
      for (std::size_t c = 0; c < 3; ++c) centre[p.species[i]][c] += p.positions[3 * i + c] / 100;
    }
    std::printf("item %d: %zu fragments, the largest of %d atoms; mean radius Ag %.2f, Co %.2f A; centres %.2f A apart; %.2f eV\n",
                static_cast<int>(s.item), s.fragments.size(), static_cast<int>(s.fragments[0]), radius[0], radius[1],
                std::hypot(centre[0][0] - centre[1][0], centre[0][1] - centre[1][1], centre[0][2] - centre[1][2]),
                s.relaxed_energy);
    good += s.fragments.size() == 1 && radius[0] - radius[1] >= 2 ? 1 : 0;
  }
  EXPECT_GE(good, 8);
}

}  // namespace ronchi::simulate_particles
