// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "framework/base/error.hpp"
#include "framework/md/energy.hpp"
#include "framework/md/trajectory.hpp"

namespace ronchi::md {
namespace {

// The parameters of the paper (Bitzek et al. 2006). Masses are 1 eV T^2/A^2, and the unit of time T cancels: the steps are small
// against the stiffest bond, about 15 eV/A^2.
constexpr double first_step = 0.05, longest_step = 0.3, longest_move = 0.2;
constexpr double mixing_start = 0.1, mixing_fall = 0.99, step_rise = 1.1, step_fall = 0.5;
constexpr int patience = 5;

using Energy = std::function<double(std::span<double> forces)>;

double norm(const std::vector<double>& v) {
  double square = 0;
  for (const double x : v) square += x * x;
  return std::sqrt(square);
}

double largest(const std::vector<double>& forces) {
  double square = 0;
  for (std::size_t i = 0; i + 2 < forces.size(); i += 3)
    square = std::max(square, forces[i] * forces[i] + forces[i + 1] * forces[i + 1] + forces[i + 2] * forces[i + 2]);
  return std::sqrt(square);
}

double fire(std::vector<double>& positions, const Energy& energy_of, double force, int most_steps) {
  std::vector<double> forces(positions.size()), velocities(positions.size(), 0.0);
  double step = first_step, mixing = mixing_start;
  int downhill = 0;
  for (int n = 0; n < most_steps; ++n) {
    const double energy = energy_of(forces);
    if (largest(forces) <= force) return energy;
    double power = 0;
    for (std::size_t i = 0; i < forces.size(); ++i) power += forces[i] * velocities[i];
    if (power > 0) {
      const double scale = mixing * norm(velocities) / norm(forces);
      for (std::size_t i = 0; i < forces.size(); ++i) velocities[i] = (1 - mixing) * velocities[i] + scale * forces[i];
      if (++downhill > patience) {
        step = std::min(step * step_rise, longest_step);
        mixing *= mixing_fall;
      }
    } else {
      std::fill(velocities.begin(), velocities.end(), 0.0);
      downhill = 0;
      step *= step_fall;
      mixing = mixing_start;
    }
    for (std::size_t i = 0; i < forces.size(); ++i) velocities[i] += step * forces[i];
    const double move = std::min(step, longest_move / std::max(largest(velocities), 1e-300));
    for (std::size_t i = 0; i < forces.size(); ++i) positions[i] += move * velocities[i];
  }
  fail(Fault::numeric, "allow more steps, or start nearer to a minimum",
       "after {} steps of relaxation the largest force is {:.3g} eV/A; {:g} was asked for", most_steps, largest(forces), force);
}

}  // namespace

double relax(physics::Particle& particle, const Gupta& potential, const Cell& cell, double force, int most_steps) {
  return fire(
      particle.positions, [&](std::span<double> forces) { return energy(particle, potential, cell, forces); }, force, most_steps);
}

double relax(physics::Particle& particle, const Gupta& potential, double force, int most_steps) {
  return fire(
      particle.positions, [&](std::span<double> forces) { return energy(particle, potential, forces); }, force, most_steps);
}

}  // namespace ronchi::md
