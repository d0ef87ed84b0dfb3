// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/simulate_particles/starts.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "framework/base/error.hpp"
#include "framework/md/icosahedron.hpp"
#include "framework/physics/rotation.hpp"

namespace ronchi::simulate_particles {

namespace {

using Vector = std::array<double, 3>;
constexpr int most_tries = 20000;  // per atom

double square(const Vector& v) { return v[0] * v[0] + v[1] * v[1] + v[2] * v[2]; }

std::vector<std::string> symbols_of(const md::Gupta& potential) {
  return potential.symbols[1].empty() ? std::vector<std::string>{potential.symbols[0]}
                                      : std::vector<std::string>{potential.symbols[0], potential.symbols[1]};
}

void append(physics::Particle& particle, std::uint8_t species, const Vector& at) {
  particle.species.push_back(species);
  particle.positions.insert(particle.positions.end(), at.begin(), at.end());
}

/// Places atoms by `draw` where they do not come too close to those that are there.
template <class Draw>
void place(physics::Particle& particle, const md::Gupta& potential, std::uint8_t species, std::int64_t count, double period,
           const Draw& draw) {
  const auto free = [&](const Vector& at) {
    for (std::size_t j = 0; j < particle.size(); ++j) {
      Vector d;
      for (std::size_t c = 0; c < 3; ++c) {
        d[c] = at[c] - particle.positions[3 * j + c];
        if (period > 0) d[c] -= period * std::round(d[c] / period);
      }
      const double least = closest * potential.pair(species, particle.species[j]).r0;
      if (square(d) < least * least) return false;
    }
    return true;
  };
  for (std::int64_t n = 0; n < count; ++n) {
    Vector at = draw();
    for (int tries = 1; !free(at); ++tries) {
      if (tries == most_tries)
        fail(Fault::bad_item, "choose a lower density", "no room for atom {} of a start at random after {} tries",
             particle.size() + 1, most_tries);
      at = draw();
    }
    append(particle, species, at);
  }
}

/// The `count` points nearest to the origin of an fcc lattice about a point at random, turned at random; nearest first.
std::vector<Vector> fcc_sphere(double neighbours, std::int64_t count, Random& random) {
  const double a = neighbours * std::numbers::sqrt2;
  const Vector origin{a * random.uniform(), a * random.uniform(), a * random.uniform()};
  const physics::Rotation turn = physics::rotation_of(physics::uniform_quaternion(random));
  // A sphere of volume count a^3 / 4, and a cell more on every side.
  const int cells = static_cast<int>(std::cbrt(3.0 * static_cast<double>(count) / (16 * std::numbers::pi))) + 2;
  std::vector<Vector> points;
  for (int i = -2 * cells; i <= 2 * cells; ++i)
    for (int j = -2 * cells; j <= 2 * cells; ++j)
      for (int k = -2 * cells; k <= 2 * cells; ++k)
        if ((i + j + k) % 2 == 0) points.push_back({0.5 * a * i - origin[0], 0.5 * a * j - origin[1], 0.5 * a * k - origin[2]});
  std::stable_sort(points.begin(), points.end(), [](const Vector& p, const Vector& q) { return square(p) < square(q); });
  points.resize(static_cast<std::size_t>(count));
  for (Vector& p : points) p = physics::rotated(turn, p.data());
  return points;
}

/// The innermost points of an icosahedron; those of its outermost shell at random.
std::vector<Vector> icosahedral(double spacing, std::int64_t count, Random& random) {
  std::int64_t inner = 0, all = 1;
  std::size_t shells = 0;
  while (all < count) {
    ++shells;
    inner = all;
    all += static_cast<std::int64_t>(10 * shells * shells + 2);
  }
  const std::vector<std::uint8_t> pure(shells + 1, 0);
  const auto whole = md::icosahedron(spacing, {"X"}, pure);
  std::vector<Vector> points;
  for (std::size_t i = 0; i < whole.size(); ++i)
    points.push_back({whole.positions[3 * i], whole.positions[3 * i + 1], whole.positions[3 * i + 2]});
  for (auto i = static_cast<std::size_t>(inner); i < static_cast<std::size_t>(count); ++i)  // Fisher and Yates
    std::swap(points[i], points[i + static_cast<std::size_t>(random.uniform() * static_cast<double>(points.size() - i))]);
  points.resize(static_cast<std::size_t>(count));
  return points;
}

}  // namespace

std::array<double, 3> random_direction(Random& random) {
  const double z = random.uniform(-1, 1), angle = 2 * std::numbers::pi * random.uniform(), across = std::sqrt(1 - z * z);
  return {across * std::cos(angle), across * std::sin(angle), z};
}

physics::Particle random_gas(const md::Gupta& potential, std::array<std::int64_t, 2> counts, double box, bool periodic,
                             Random& random) {
  physics::Particle gas{symbols_of(potential), {}, {}};
  for (const std::uint8_t species : {std::uint8_t{0}, std::uint8_t{1}})
    place(gas, potential, species, counts[species], periodic ? box : 0, [&] {
      return Vector{box * (random.uniform() - 0.5), box * (random.uniform() - 0.5), box * (random.uniform() - 0.5)};
    });
  return gas;
}

physics::Particle droplet(const md::Gupta& potential, std::uint8_t species, std::int64_t count, Structure structure,
                          Random& random) {
  const double r0 = potential.pair(species, species).r0;
  physics::Particle drop{symbols_of(potential), {}, {}};
  if (structure == Structure::fcc) {
    for (const Vector& p : fcc_sphere(r0, count, random)) append(drop, species, p);
  } else {
    const double volume = static_cast<double>(count) * r0 * r0 * r0 / std::numbers::sqrt2 / 0.9;
    const double radius = std::cbrt(3 * volume / (4 * std::numbers::pi));
    place(drop, potential, species, count, 0, [&] {
      Vector at = random_direction(random);
      const double r = radius * std::cbrt(random.uniform());
      for (double& x : at) x *= r;
      return at;
    });
  }
  return drop;
}

double contact_distance(const physics::Particle& first, const physics::Particle& second, const std::array<double, 3>& axis,
                        double contact) {
  double distance = 0;
  for (std::size_t i = 0; i < first.size(); ++i)
    for (std::size_t j = 0; j < second.size(); ++j) {
      Vector d;  // from the atom of the first to that of the second, not moved yet
      for (std::size_t c = 0; c < 3; ++c) d[c] = second.positions[3 * j + c] - first.positions[3 * i + c];
      const double along = d[0] * axis[0] + d[1] * axis[1] + d[2] * axis[2], across = square(d) - along * along;
      if (across < contact * contact) distance = std::max(distance, std::sqrt(contact * contact - across) - along);
    }
  return distance;
}

physics::Particle joined(const physics::Particle& first, const physics::Particle& second, const std::array<double, 3>& shift) {
  physics::Particle both = first;
  for (std::size_t j = 0; j < second.size(); ++j)
    append(both, second.species[j],
           {second.positions[3 * j] + shift[0], second.positions[3 * j + 1] + shift[1], second.positions[3 * j + 2] + shift[2]});
  return both;
}

physics::Particle cluster(const md::Gupta& potential, std::array<std::int64_t, 2> counts, Shape shape, Arrangement arrangement,
                          Random& random) {
  const std::int64_t count = counts[0] + counts[1];
  const double share = static_cast<double>(counts[1]) / static_cast<double>(count);
  const double r0 =
      counts[1] == 0 ? potential.pair(0, 0).r0 : (1 - share) * potential.pair(0, 0).r0 + share * potential.pair(1, 1).r0;
  // Neighbouring shells of an icosahedron are 5 % closer than neighbours within one.
  const auto points = shape == Shape::sphere ? fcc_sphere(r0, count, random) : icosahedral(0.97 * r0, count, random);
  const Vector axis = random_direction(random);
  std::vector<double> rank(points.size());  // the second species takes the lowest
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Vector& p = points[i];
    rank[i] = arrangement == Arrangement::core_shell ? square(p)
              : arrangement == Arrangement::janus    ? p[0] * axis[0] + p[1] * axis[1] + p[2] * axis[2]
                                                     : random.uniform();
  }
  std::vector<std::size_t> order(points.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return rank[a] < rank[b]; });
  std::rotate(order.begin(), order.begin() + counts[1], order.end());  // the first species stands first
  physics::Particle particle{symbols_of(potential), {}, {}};
  for (std::size_t n = 0; n < order.size(); ++n)
    append(particle, n < static_cast<std::size_t>(counts[0]) ? std::uint8_t{0} : std::uint8_t{1}, points[order[n]]);
  return particle;
}

}  // namespace ronchi::simulate_particles
