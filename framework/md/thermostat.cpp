// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/md/thermostat.hpp"

#include <array>
#include <cmath>
#include <utility>

#include "framework/base/random.hpp"

namespace ronchi::md {
namespace {

using Vector = std::array<double, 3>;

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

Vector cross(const Vector& a, const Vector& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

/// Solves I w = l for an inertia tensor by elimination with the largest pivot. A direction without inertia (atoms in a line) has no
/// angular momentum either and gets no rotation.
Vector solve(std::array<Vector, 3> inertia, Vector l) {
  std::array<std::size_t, 3> order{0, 1, 2};
  Vector w{};
  const double least = 1e-10 * (inertia[0][0] + inertia[1][1] + inertia[2][2]);
  std::size_t rank = 0;
  for (; rank < 3; ++rank) {
    std::size_t best = rank;
    for (std::size_t k = rank; k < 3; ++k)
      if (inertia[order[k]][order[k]] > inertia[order[best]][order[best]]) best = k;
    std::swap(order[rank], order[best]);
    const std::size_t p = order[rank];
    if (!(inertia[p][p] > least)) break;
    for (std::size_t k = rank + 1; k < 3; ++k) {
      const std::size_t q = order[k];
      const double factor = inertia[q][p] / inertia[p][p];
      for (std::size_t c = 0; c < 3; ++c) inertia[q][c] -= factor * inertia[p][c];
      l[q] -= factor * l[p];
    }
  }
  for (std::size_t k = rank; k-- > 0;) {
    const std::size_t p = order[k];
    double rest = l[p];
    for (std::size_t m = k + 1; m < rank; ++m) rest -= inertia[p][order[m]] * w[order[m]];
    w[p] = rest / inertia[p][p];
  }
  return w;
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

double bussi_factor(double kinetic, double temperature, int degrees, double interval, std::uint64_t seed, std::uint64_t item,
                    std::uint32_t step) {
  if (degrees < 1 || !(kinetic > 0)) return 1;
  Random random(seed, static_cast<std::uint32_t>(Draws::bussi), item, step);
  const double first = random.normal();
  const double others = degrees > 1 ? 2 * gamma(random, 0.5 * (degrees - 1)) : 0;
  const double c = std::exp(-interval), ratio = 0.5 * boltzmann * temperature / kinetic;  // wanted / found, per degree of freedom
  const double square = c + (1 - c) * ratio * (first * first + others) + 2 * first * std::sqrt(c * (1 - c) * ratio);
  const double factor = std::sqrt(std::max(0.0, square));
  return first * std::sqrt((1 - c) * ratio) + std::sqrt(c) < 0 ? -factor : factor;
}

template <class T>
void bring_to_rest(const Cluster<T>& cluster, bool rotation) {
  const auto& body = cluster.body();
  double mass = 0, s[15];
  for (int i = 0; i < body.atoms; ++i) mass += body.mass[i];
  if (!(mass > 0)) return;
  cluster.kernels().moments(body, s);
  const Vector p{s[0], s[1], s[2]}, x{s[3] / mass, s[4] / mass, s[5] / mass};
  Vector w{};
  if (rotation) {
    const Vector shift = cross(x, p);
    const double trace = s[9] + s[10] + s[11], square = x[0] * x[0] + x[1] * x[1] + x[2] * x[2];
    std::array<Vector, 3> inertia;
    for (std::size_t a = 0; a < 3; ++a)
      for (std::size_t b = 0; b < 3; ++b) {
        const double moment = a == b ? s[9 + a] : s[11 + a + b];  // 12: xy, 13: xz, 14: yz
        inertia[a][b] = (a == b ? trace - mass * square : 0) - (moment - mass * x[a] * x[b]);
      }
    w = solve(inertia, {s[6] - shift[0], s[7] - shift[1], s[8] - shift[2]});
  }
  const double u[3] = {p[0] / mass, p[1] / mass, p[2] / mass}, turn[3] = {w[0], w[1], w[2]}, centre[3] = {x[0], x[1], x[2]};
  cluster.kernels().halt(body, u, turn, centre);
}

template void bring_to_rest(const Cluster<float>&, bool);
template void bring_to_rest(const Cluster<double>&, bool);

}  // namespace ronchi::md
