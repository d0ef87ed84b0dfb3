// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "framework/config/schema.hpp"
#include "framework/md/trajectory.hpp"

namespace ronchi::simulate_particles {

enum class Schedule { full, short_ };
/// What a simulation starts from: atoms at random in a box; a droplet of each species, joined; a crystalline cluster.
enum class Start { gas, droplets, cluster };
enum class Structure { fcc, liquid };                  ///< of droplets
enum class Shape { icosahedron, sphere };              ///< of clusters: of Mackay's icosahedron, or cut from fcc at random
enum class Arrangement { core_shell, janus, random };  ///< of the species in clusters

/// A range to draw from, [least, most]; a single number is always taken.
using Span = std::vector<double>;

/// A leg of a protocol: what the thermostat does.
struct Leg {
  Span duration{10};  ///< ps
  double from = 300, to = 300;
  md::Thermostat thermostat = md::Thermostat::bussi;
  double time_constant = 0.1;
};
void describe(config::Schema<Leg>& s);

/// One way to make a particle.
struct Protocol {
  std::string name;
  double weight = 1;
  Start start = Start::gas;
  // gas
  Span density{5, 10};
  md::Boundary boundary = md::Boundary::reflecting;
  // droplets
  Structure structure = Structure::fcc;
  double gap = 0;
  std::vector<Leg> prepare;
  // cluster
  Shape shape = Shape::icosahedron;
  Arrangement arrangement = Arrangement::core_shell;

  std::vector<Leg> legs;
};
void describe(config::Schema<Protocol>& s);

struct Options {
  std::int64_t simulations = 200;
  Schedule schedule = Schedule::short_;
  std::string potential = "AgCo-P1";
  std::vector<std::int64_t> atoms;
  Span composition{0.2, 0.8};
  std::vector<Protocol> protocols;
  std::vector<double> mixture;
  Leg last{{10}, 300, 300, md::Thermostat::bussi, 0.1};
  double largest_fragment = 0.9;
  double timestep = 1;
  md::Precision precision = md::Precision::mixed;
  bool relax = true;
  std::optional<std::int64_t> batch;
};
void describe(config::Schema<Options>& s);

}  // namespace ronchi::simulate_particles
