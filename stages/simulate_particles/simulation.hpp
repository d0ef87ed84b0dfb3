// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "framework/md/trajectory.hpp"
#include "framework/physics/fragments.hpp"
#include "stages/simulate_particles/recipe.hpp"

namespace ronchi::simulate_particles {

/// One particle from its recipe to its end.
struct Simulation {
  Simulation(std::int64_t number, Recipe r) : item(number), recipe(std::move(r)) {}
  std::int64_t item;
  Recipe recipe;
  md::Trajectory trajectory;            ///< of the piece in hand; in the end of the whole particle
  std::int64_t steps = 0;               ///< one after the other; droplets are prepared at the same time
  std::int64_t atom_steps = 0;          ///< of all pieces
  std::vector<std::int64_t> fragments;  ///< atoms of each in the end, largest first
  double relaxed_energy = 0;            ///< eV; of the nearest minimum
  std::string fault;                    ///< why it was given up; empty: it was not
};

/// What all simulations of a stage have in common.
struct Laboratory {
  const Recipes& recipes;
  const md::Gupta& potential;
  md::Settings settings;
  double largest_fragment;
  bool relax;
};

/// Longest bonds of a potential: 1.2 times r0 of each pair, about the first minimum of the pair distribution of a liquid or solid.
[[nodiscard]] physics::Bonds bonds_of(const md::Gupta& potential);

/// Starts a simulation: what it is made of stands there afterwards. Throws Failure(bad_item).
[[nodiscard]] Simulation begin(const Laboratory& laboratory, std::int64_t item);

/// Takes all of them through their protocols together. What becomes of one does not depend on the others.
void simulate(const Laboratory& laboratory, std::span<Simulation> batch);

}  // namespace ronchi::simulate_particles
