// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/powder_diffraction/debye.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "framework/base/error.hpp"
#include "framework/base/random.hpp"

namespace ronchi::powder_diffraction {

namespace {

constexpr double pi = std::numbers::pi;
const std::vector<std::string> silver_cobalt{"Ag", "Co"};

std::vector<double> steps(double least, double most, int points) {
  std::vector<double> q;
  for (int i = 0; i < points; ++i) q.push_back(least + (most - least) * i / (points - 1));
  return q;
}
std::vector<double> intensity(const physics::Particle& particle, const std::vector<double>& q, DebyeSum::Settings settings = {}) {
  const DebyeSum sum(settings, particle.symbols, q);
  DebyeSum::Workspace workspace;
  std::vector<double> out(q.size());
  sum(particle, workspace, out);
  return out;
}

physics::Particle cloud(int atoms, std::uint64_t item, double radius = 9) {
  physics::Particle p{silver_cobalt, {}, {}};
  Random random(1, 2, item, 3);
  for (int i = 0; i < atoms; ++i) {
    p.species.push_back(random.uniform() < 0.4 ? 1 : 0);
    for (int c = 0; c < 3; ++c) p.positions.push_back(random.uniform(-radius, radius));
  }
  return p;
}

/// A cuboctahedron of fcc: atoms with |x| + |y| <= 2 n and so on, in units of a / 2. n = 6: 923 atoms.
physics::Particle cuboctahedron(int n, double a) {
  physics::Particle p{{"Ag"}, {}, {}};
  for (int x = -n; x <= n; ++x)
    for (int y = -n; y <= n; ++y)
      for (int z = -n; z <= n; ++z)
        if ((x + y + z) % 2 == 0 && std::abs(x) + std::abs(y) + std::abs(z) <= 2 * n) {
          p.species.push_back(0);
          for (const int c : {x, y, z}) p.positions.push_back(a / 2 * c);
        }
  return p;
}

/// Close-packed layers in the order of `stacking` ("ABC", "AB"), cut to a ball of `radius` about a point between layers.
physics::Particle stacked(const std::string& stacking, double neighbours, double radius) {
  physics::Particle p{{"Co"}, {}, {}};
  const double height = neighbours * std::sqrt(2.0 / 3);
  const int most = static_cast<int>(radius / neighbours) + 3;
  for (int layer = -most; layer <= most; ++layer) {
    const char site = stacking[static_cast<std::size_t>((layer + 12 * most) % static_cast<int>(stacking.size()))];
    const double shift = site - 'A';
    for (int i = -2 * most; i <= 2 * most; ++i)
      for (int j = -2 * most; j <= 2 * most; ++j) {
        const double r[] = {neighbours * (i + j / 2.0 + shift / 2),
                            neighbours * (std::sqrt(3.0) / 2 * j + shift / (2 * std::sqrt(3.0))), height * layer};
        if (r[0] * r[0] + r[1] * r[1] + r[2] * r[2] > radius * radius) continue;
        p.species.push_back(0);
        p.positions.insert(p.positions.end(), r, r + 3);
      }
  }
  return p;
}

/// Where the intensity over f^2 has its maximum near q.
double peak(const physics::Particle& p, double near, double range) {
  const auto q = steps(near - range, near + range, 401);
  auto values = intensity(p, q);
  const int z = physics::atomic_number(p.symbols[0]);
  for (std::size_t j = 0; j < q.size(); ++j)
    values[j] /= std::pow(form_factor(Radiation::electrons, physics::Parametrization::lobato, z, q[j]), 2);
  return q[static_cast<std::size_t>(std::max_element(values.begin(), values.end()) - values.begin())];
}

}  // namespace

TEST(FormFactor, OfXraysIsTheNumberOfElectronsAtZero) {
  for (const int z : {6, 27, 47}) {
    EXPECT_EQ(form_factor(Radiation::xrays, physics::Parametrization::lobato, z, 0), z);
    // Far out the K shell alone scatters coherently.
    const double far = form_factor(Radiation::xrays, physics::Parametrization::lobato, z, 12);
    EXPECT_TRUE(far > -0.02 * z && far < 2) << far;
  }
  // Hydrogen in closed form: 1 / (1 + (pi a0 q)^2)^2.
  for (const double q : {0.1, 0.3, 0.6, 1.0})
    EXPECT_NEAR(form_factor(Radiation::xrays, physics::Parametrization::lobato, 1, q),
                std::pow(1 + std::pow(pi * 0.529177 * q, 2), -2), 0.005);
}

TEST(DebyeSum, OfTwoAtomsIsTheClosedForm) {
  const physics::Particle pair{silver_cobalt, {0, 1}, {1, 2, 3, 1, 2 + 2.4, 3 + 1.8}};  // 3 A apart
  const auto q = steps(0, 1.5, 100);
  const auto values = intensity(pair, q);
  for (std::size_t j = 0; j < q.size(); ++j) {
    const double a = physics::scattering_factor(physics::Parametrization::lobato, 47, q[j]),
                 b = physics::scattering_factor(physics::Parametrization::lobato, 27, q[j]), x = 2 * pi * q[j] * 3;
    const double expected = (a * a + b * b + 2 * a * b * (x > 0 ? std::sin(x) / x : 1)) / 2;
    EXPECT_NEAR(values[j], expected, a * b * (0.0047 * std::pow(2 * pi * q[j] * 0.02, 4) + 1e-12));
  }
}

TEST(DebyeSum, TakesAtomsWithinABinOfEachOther) {
  const physics::Particle pair{{"Ag"}, {0, 0}, {0, 0, 0, 0.07, 0, 0}};
  const auto q = steps(0.2, 0.8, 9);
  const auto values = intensity(pair, q, {.bin = 0.2});
  for (std::size_t j = 0; j < q.size(); ++j) {
    const double f2 = std::pow(physics::scattering_factor(physics::Parametrization::lobato, 47, q[j]), 2), x = 2 * pi * q[j] * 0.07;
    EXPECT_NEAR(values[j], f2 * (1 + std::sin(x) / x), f2 * 0.0047 * std::pow(2 * pi * q[j] * 0.2, 4));
  }
}

TEST(DebyeSum, IsTheDoubleSumWithinItsBound) {
  const auto q = steps(0.05, 2, 70);
  for (const auto radiation : {Radiation::electrons, Radiation::xrays})
    for (const double bin : {0.01, 0.05, 0.2}) {
      const auto particle = cloud(80, 7);
      const auto values = intensity(particle, q, {.radiation = radiation, .bin = bin});
      double largest = 0;
      for (std::size_t j = 0; j < q.size(); ++j) {
        double sum = 0, off_diagonal = 0;
        for (std::size_t a = 0; a < 80; ++a)
          for (std::size_t b = 0; b < 80; ++b) {
            const double f = form_factor(radiation, physics::Parametrization::lobato, particle.species[a] == 0 ? 47 : 27, q[j]) *
                             form_factor(radiation, physics::Parametrization::lobato, particle.species[b] == 0 ? 47 : 27, q[j]);
            double d2 = 0;
            for (std::size_t c = 0; c < 3; ++c) d2 += std::pow(particle.positions[3 * a + c] - particle.positions[3 * b + c], 2);
            const double x = 2 * pi * q[j] * std::sqrt(d2);
            sum += a == b ? f : f * std::sin(x) / x;
            off_diagonal += a == b ? 0 : std::abs(f);
          }
        const double bound = off_diagonal / 80 * (0.0047 * std::pow(2 * pi * q[j] * bin, 4) + 1e-12);
        EXPECT_NEAR(values[j], sum / 80, bound) << q[j];
        largest = std::max(largest, std::abs(values[j] - sum / 80) / bound);
      }
      EXPECT_GT(largest, 1e-3) << "the bound says something";
    }
}

TEST(DebyeSum, FarOutIsTheSumOfTheAtoms) {
  const auto particle = cloud(150, 3, 14);
  const auto q = steps(9, 10, 40);
  const auto values = intensity(particle, q, {.bin = 0.004});
  const auto cobalt = static_cast<double>(std::count(particle.species.begin(), particle.species.end(), 1)) / 150;
  double mean = 0, expected = 0;
  for (std::size_t j = 0; j < q.size(); ++j) {
    mean += values[j];
    for (const int s : {0, 1})
      expected += (s == 1 ? cobalt : 1 - cobalt) *
                  std::pow(physics::scattering_factor(physics::Parametrization::lobato, s == 1 ? 27 : 47, q[j]), 2);
  }
  EXPECT_NEAR(mean, expected, 0.05 * expected);
}

TEST(DebyeSum, GivesTheSameBytesOnEveryInstructionSet) {
  const auto particle = cloud(60, 1);
  const auto q = steps(0.1, 1.5, 77);
  DebyeSum sum({}, particle.symbols, q);
  DebyeSum::Workspace workspace;
  const auto kernels = debye_kernels();
  std::vector<double> first(q.size()), other(q.size());
  sum.use_kernel(detail::debye_portable);
  sum(particle, workspace, first);
  for (int k = 0; k < kernels.count; ++k) {
    sum.use_kernel(*kernels.sets[k]);
    sum(particle, workspace, other);
    EXPECT_EQ(first, other) << kernels.sets[k]->name;
  }
}

TEST(DebyeSum, DoesNotSeeHowTheParticleLies) {
  auto particle = cloud(50, 5);
  const auto q = steps(0.1, 1.5, 50);
  const auto before = intensity(particle, q);
  for (std::size_t i = 0; i < 50; ++i) {  // a third of a turn about (1, 1, 1), and moved
    double* r = &particle.positions[3 * i];
    std::rotate(r, r + 1, r + 3);
    r[0] += 17;
  }
  const auto after = intensity(particle, q);
  for (std::size_t j = 0; j < q.size(); ++j) EXPECT_NEAR(after[j], before[j], 1e-9 * before[j]);
}

TEST(DebyeSum, OfAnFccClusterPeaksWhereBraggSays) {
  const double a = 4.087;
  const auto particle = cuboctahedron(6, a);
  ASSERT_EQ(particle.size(), 923u);
  // Half widths are about 0.9 / (2 * 24 A) = 0.02 1/A; neighbours' tails and the surface may pull by a fifth of that.
  for (const int h2 : {3, 4, 8, 11}) {  // 111, 200, 220, 311
    const double bragg = std::sqrt(h2) / a;
    EXPECT_NEAR(peak(particle, bragg, 0.025), bragg, 0.004) << h2;
  }
  // Between 220 and 200 there is nothing.
  const auto values = intensity(particle, {2 / a, (2 + std::sqrt(8)) / 2 / a});
  EXPECT_LT(values[1], 0.15 * values[0]);
}

TEST(DebyeSum, TellsHcpFromFcc) {
  const double d = 2.5;
  const auto fcc = stacked("ABC", d, 13), hcp = stacked("AB", d, 13);
  ASSERT_GT(fcc.size(), 700u);
  // 10-3 of hcp lies where fcc has nothing, 200 of fcc where hcp has nothing; ideal c/a.
  const double c = d * std::sqrt(8.0 / 3), q103 = std::sqrt(4 / (3 * d * d) + 9 / (c * c)), q200 = 2 / (d * std::sqrt(2.0));
  const auto f = intensity(fcc, {q103, q200}), h = intensity(hcp, {q103, q200});
  EXPECT_GT(h[0], 3 * f[0]);
  EXPECT_GT(f[1], 3 * h[1]);
}

TEST(PairDistribution, HasThePairsWhereTheyAre) {
  const auto particle = cuboctahedron(3, 4.087);
  const auto q = steps(0, 4, 2000);
  const DebyeSum sum({}, particle.symbols, q);
  DebyeSum::Workspace workspace;
  std::vector<double> values(q.size());
  sum(particle, workspace, values);
  const auto r = steps(0.02, 6, 300);
  const auto g = pair_distribution(sum, particle, values, r);
  // The first shell: maximum at a / sqrt 2, and 4 pi r^2 rho(r) = r G(r) integrates to the mean number of neighbours.
  const auto first = static_cast<std::size_t>(std::max_element(g.begin(), g.end()) - g.begin());
  EXPECT_NEAR(r[first], 4.087 / std::sqrt(2.0), 0.02);
  double neighbours = 0;
  for (std::size_t a = 0; a < particle.size(); ++a)
    for (std::size_t b = 0; b < particle.size(); ++b) {
      double d2 = 0;
      for (std::size_t c = 0; c < 3; ++c) d2 += std::pow(particle.positions[3 * a + c] - particle.positions[3 * b + c], 2);
      if (a != b && d2 < 12) neighbours += 1;
    }
  double area = 0;
  for (std::size_t i = 0; i < r.size(); ++i)
    if (r[i] > 2.2 && r[i] < 3.5) area += r[i] * g[i] * 0.02;
  EXPECT_NEAR(area, neighbours / static_cast<double>(particle.size()), 0.15);
}

}  // namespace ronchi::powder_diffraction
