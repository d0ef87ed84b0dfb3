// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/md/thermostat.hpp"

#include <algorithm>
#include <cmath>

#include "framework/base/random.hpp"

namespace ronchi::md {
namespace {

/// Gamma distribution of unit scale: Marsaglia & Tsang, ACM Trans. Math. Softw. 26, 363 (2000).
double gamma(Random& random, double shape) {
  if (shape < 1) {
    const double g = gamma(random, shape + 1);
    return g * std::pow(random.uniform(), 1 / shape);
  }
  const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double x = random.normal(), v = std::pow(1 + c * x, 3);
    if (!(v > 0)) continue;
    if (std::log(random.uniform()) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v;
  }
}

}  // namespace

int degrees_of_freedom(int atoms, Boundary boundary, bool at_rest) {
  if (!at_rest || boundary == Boundary::reflecting) return 3 * atoms;
  const int rotations = boundary != Boundary::open || atoms < 2 ? 0 : atoms == 2 ? 2 : 3;
  return std::max(0, 3 * atoms - 3 - rotations);
}

std::vector<double> thermal_velocities(const std::vector<std::uint8_t>& species, const Gupta& potential, double temperature,
                                       std::uint64_t seed, std::uint64_t item) {
  std::vector<double> velocities;
  velocities.reserve(3 * species.size());
  for (std::size_t i = 0; i < species.size(); ++i) {
    Random random(seed, static_cast<std::uint32_t>(Draws::velocities), item, static_cast<std::uint32_t>(i));
    const double spread = std::sqrt(boltzmann * temperature / (potential.masses[species[i]] * dalton));
    for (int c = 0; c < 3; ++c) velocities.push_back(spread * random.normal());
  }
  return velocities;
}

BussiDraw bussi_draw(double temperature, int degrees, double interval, std::uint64_t seed, std::uint64_t item, std::uint32_t step) {
  if (degrees < 1) return {};
  Random random(seed, static_cast<std::uint32_t>(Draws::bussi), item, step);
  const double normal = random.normal();
  const double squares = degrees > 1 ? 2 * gamma(random, 0.5 * (degrees - 1)) : 0;
  return {normal, squares, std::exp(-interval), 0.5 * boltzmann * temperature, degrees};
}

std::int64_t steps_between_draws(const Leg& leg, double timestep) {
  return std::clamp<std::int64_t>(std::llround(leg.time_constant * 1000 / (20 * timestep)), 1, 10);
}

template <class T>
void bring_to_rest(const Cluster<T>& cluster, bool rotation) {
  const auto& body = cluster.body();
  double mass = 0, sums[15];
  for (int i = 0; i < body.atoms; ++i) mass += body.mass[i];
  if (!(mass > 0)) return;
  cluster.kernels().moments(body, sums);
  const Rest rest = rest_of(sums, mass, rotation);
  cluster.kernels().halt(body, rest.u, rest.w, rest.centre);
}

template void bring_to_rest(const Cluster<float>&, bool);
template void bring_to_rest(const Cluster<double>&, bool);

}  // namespace ronchi::md
