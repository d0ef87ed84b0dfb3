// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/describe_particles/measures.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "framework/md/icosahedron.hpp"
#include "tests/unit/describe_particles/shapes.hpp"

namespace ronchi::describe_particles {
namespace {

using physics::Particle;

constexpr physics::Bonds bonds{3.47, 3.0, 3.23};
constexpr double spacing = 2.8;  // of the sites in shapes.hpp

/// The atom at the origin and those around it.
Particle star(const std::vector<Vector>& around) {
  Particle p{{"Ag", "Co"}, {0}, {0, 0, 0}};
  for (const Vector& r : around) {
    p.species.push_back(0);
    p.positions.insert(p.positions.end(), r.begin(), r.end());
  }
  return p;
}

void expect_order(const Particle& p, double reach, std::size_t bonds_of_centre, double q4, double q6) {
  const Neighbours near = neighbours(p, {reach, reach, reach});
  ASSERT_EQ(near[0].size(), bonds_of_centre);
  EXPECT_NEAR(steinhardt(p, near, 0, 4), q4, 5e-6);
  EXPECT_NEAR(steinhardt(p, near, 0, 6), q6, 5e-6);
}

/// Radius of a ball of fcc sites with the same volume.
double radius_of(std::size_t atoms) {
  const double volume = static_cast<double>(atoms) * spacing * spacing * spacing / std::sqrt(2);
  return std::cbrt(3 * volume / (4 * M_PI));
}

struct Rotation {
  explicit Rotation(std::uint64_t seed) {
    Random random(seed, 1, 0, 0);
    double q[4], norm = 0;
    for (double& x : q) {
      x = random.normal();
      norm += x * x;
    }
    for (double& x : q) x /= std::sqrt(norm);
    const auto [w, x, y, z] = std::tie(q[0], q[1], q[2], q[3]);
    m = {{{1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)},
          {2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)},
          {2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)}}};
  }
  std::array<Vector, 3> m;
};

/// Turned, moved and with its atoms in another order.
Particle elsewhere(const Particle& p, std::uint64_t seed) {
  const Rotation turn(seed);
  Random random(seed, 2, 0, 0);
  std::vector<std::pair<double, std::size_t>> order;
  for (std::size_t i = 0; i < p.size(); ++i) order.emplace_back(random.uniform(), i);
  std::sort(order.begin(), order.end());
  Particle q;
  q.symbols = p.symbols;
  for (const auto& [key, i] : order) {
    const Vector r = position(p, i);
    q.species.push_back(p.species[i]);
    for (const Vector& row : turn.m) q.positions.push_back(row[0] * r[0] + row[1] * r[1] + row[2] * r[2] + 17);
  }
  return q;
}

}  // namespace

TEST(Order, HasThePublishedValuesOfPerfectSurroundings) {
  // Mickel, Kapfer, Schroder-Turk & Mecke, J. Chem. Phys. 138, 044501 (2013), table I; bcc with 14, the cube with 6 neighbours.
  std::vector<Vector> fcc, hcp, ico, cube, bcc;
  for (const double s : {-1.0, 1.0})
    for (const double t : {-1.0, 1.0}) {
      fcc.push_back({s, t, 0});
      fcc.push_back({s, 0, t});
      fcc.push_back({0, s, t});
      for (const double u : {-1.0, 1.0}) bcc.push_back({s, t, u});
    }
  for (const double s : {-1.0, 1.0}) {
    cube.insert(cube.end(), {{s, 0, 0}, {0, s, 0}, {0, 0, s}});
    bcc.insert(bcc.end(), {{2 * s, 0, 0}, {0, 2 * s, 0}, {0, 0, 2 * s}});
  }
  for (int k = 0; k < 6; ++k) hcp.push_back({std::cos(k * M_PI / 3), std::sin(k * M_PI / 3), 0});
  for (int k = 0; k < 3; ++k)
    for (const double s : {-1.0, 1.0}) {
      const double angle = M_PI / 6 + k * 2 * M_PI / 3;
      hcp.push_back({std::cos(angle) / std::sqrt(3), std::sin(angle) / std::sqrt(3), s * std::sqrt(2.0 / 3)});
    }
  const Particle thirteen = md::icosahedron(1, {"Ag", "Co"}, std::vector<std::uint8_t>{0, 0});
  for (std::size_t i = 1; i < 13; ++i) ico.push_back(position(thirteen, i));
  expect_order(star(fcc), 1.5, 12, 0.190941, 0.574524);
  expect_order(star(hcp), 1.1, 12, 0.097222, 0.484762);
  expect_order(star(ico), 1.01, 12, 0, 0.663325);
  expect_order(star(cube), 1.1, 6, 0.763763, 0.353553);
  expect_order(star(bcc), 2.1, 14, 0.036370, 0.510688);
}

TEST(Packing, KnowsCrystalsAndFivefoldAxes) {
  const auto of = [](const Particle& p) { return packing(p, neighbours(p, bonds), 10); };
  // In a ball cut from fcc exactly those with all twelve neighbours are fcc.
  const Particle ball = test::ball(1000);
  double twelve = 0;
  for (const auto& n : neighbours(ball, bonds)) twelve += n.size() == 12;
  EXPECT_DOUBLE_EQ(of(ball).fcc, twelve / 1000);
  EXPECT_EQ(of(ball).hcp, 0);
  EXPECT_EQ(of(ball).fivefold, 0);
  // A Mackay icosahedron of n shells: 12 axes with n - 1 atoms inside on each; 30 twin planes, where the edges of the inner shells
  // are hcp; 20 tetrahedra, where their faces are fcc.
  for (std::size_t n : {1u, 2u, 3u, 4u}) {
    const Particle p = md::icosahedron(2.8, {"Ag", "Co"}, std::vector<std::uint8_t>(n + 1, 0));
    EXPECT_DOUBLE_EQ(of(p).fivefold * static_cast<double>(p.size()), 1 + 12.0 * static_cast<double>(n - 1)) << n;
    double edges = 0, faces = 0;
    for (std::size_t inner = 2; inner < n; ++inner) {
      edges += 30.0 * static_cast<double>(inner - 1);
      faces += 10.0 * static_cast<double>((inner - 1) * (inner - 2));
    }
    EXPECT_DOUBLE_EQ(of(p).hcp * static_cast<double>(p.size()), edges) << n;
    EXPECT_DOUBLE_EQ(of(p).fcc * static_cast<double>(p.size()), faces) << n;
  }
}

TEST(Packing, TellsHexagonalFromCubic) {
  Particle p{{"Ag", "Co"}, {}, {}};
  for (int a = -6; a <= 6; ++a)
    for (int b = -6; b <= 6; ++b)
      for (int layer = -5; layer <= 5; ++layer) {
        const double shift = layer % 2 != 0 ? 1 : 0;
        const Vector r{spacing * (a + 0.5 * b + 0.5 * shift), spacing * (b * std::sqrt(3) / 2 + shift / (2 * std::sqrt(3))),
                       spacing * layer * std::sqrt(2.0 / 3)};
        if (test::radius(r) > 11) continue;
        p.species.push_back(0);
        p.positions.insert(p.positions.end(), r.begin(), r.end());
      }
  const Neighbours near = neighbours(p, bonds);
  double twelve = 0;
  for (const auto& n : near) twelve += n.size() == 12;
  EXPECT_GT(twelve, 50);
  EXPECT_DOUBLE_EQ(packing(p, near, 10).hcp * static_cast<double>(p.size()), twelve);
  EXPECT_EQ(packing(p, near, 10).fcc, 0);
}

TEST(Shape, OfLinesPlanesAndBalls) {
  Particle line{{"Ag", "Co"}, std::vector<std::uint8_t>(5, 0), {}};
  for (int i = 0; i < 5; ++i) line.positions.insert(line.positions.end(), {1.0 * i, 2.0 * i, -2.0 * i});
  EXPECT_NEAR(shape(line).asphericity, 1, 1e-12);
  EXPECT_NEAR(shape(line).gyration_radius, 3 * std::sqrt(2), 1e-12) << "steps of 3 A: the mean of 36, 9, 0, 9, 36";
  const Particle square{{"Ag", "Co"}, {0, 0, 0, 0}, {1, 1, 0, 1, -1, 0, -1, 1, 0, -1, -1, 0}};
  EXPECT_NEAR(shape(square).asphericity, 0.25, 1e-12);
  EXPECT_NEAR(shape(test::ball(1000)).asphericity, 0, 1e-3);
  EXPECT_NEAR(shape(test::ball(1000)).gyration_radius / (std::sqrt(0.6) * radius_of(1000)), 1, 0.01);
}

TEST(Segregation, OfHalvesOfABall) {
  // Half a ball has its centre 3/8 of the radius away from the cut.
  const Segregation s = segregation(test::two_halves(1000, 500), 6);
  EXPECT_NEAR(s.separation / (0.75 * radius_of(1000)), 1, 0.02);
  EXPECT_NEAR(s.asymmetry, 1, 1e-3);
  EXPECT_NEAR(s.enclosure, 0, 0.02);
  EXPECT_NEAR(segregation(test::dumbbell(500, 500), 6).asymmetry, 1, 1e-3);
}

TEST(Segregation, OfACoreThatTouchesTheSurface) {
  // In a ball of radius 1 a core of the volume share f has its centre at 1 - f^(1/3), the cap with the same share at z; their
  // separations from the rest are these over 1 - f, and so is the ratio.
  for (const double f : {0.2, 0.3, 0.5, 0.7}) {
    double d = 0;  // where the cap is cut: (1 - d)^2 (2 + d) / 4 = f
    for (int n = 0; n < 60; ++n) d += ((1 - d) * (1 - d) * (2 + d) / 4 - f) / (0.75 * (1 - d * d));
    const double z = 3 * (1 - d * d) * (1 - d * d) / (16 * f);
    const auto core = static_cast<std::size_t>(std::lround(1000 * f));
    const double found = segregation(test::off_centre(1000, core, 1), 6).asymmetry;
    EXPECT_NEAR(found, (1 - std::cbrt(f)) / z, 0.05) << f;
  }
}

TEST(Segregation, OfACoreInAShell) {
  const Particle p = test::core_shell(1000, 300);
  const Segregation s = segregation(p, 6);
  EXPECT_NEAR(s.enclosure, 1, 0.02);
  EXPECT_NEAR(s.asymmetry, 0, 0.03);
  EXPECT_LT(s.separation, 0.5);
  // The mean radius of a ball of volume f is 3/4 f^(1/3).
  const auto radii = mean_radii(p);
  const double whole = 0.75 * radius_of(1000), core = whole * std::cbrt(0.3);
  EXPECT_NEAR(radii[1] / core, 1, 0.02);
  EXPECT_NEAR(radii[0] / ((whole - 0.3 * core) / 0.7), 1, 0.02);
}

TEST(Segregation, IsWholeInIcosahedra) {
  const auto of = [](const std::vector<std::uint8_t>& shells) {
    return segregation(md::icosahedron(2.6, {"Ag", "Co"}, shells), 6);
  };
  EXPECT_NEAR(of({1, 1, 0}).separation, 0, 1e-12);
  EXPECT_NEAR(of({1, 1, 0}).enclosure, 1, 1e-12);
  EXPECT_NEAR(of({0, 0, 1}).enclosure, -1, 1e-12);
  EXPECT_NEAR(of({1, 1, 1, 0}).enclosure, 1, 1e-12);
}

TEST(Segregation, OfOneSpeciesIsNothing) {
  const Segregation s = segregation(test::ball(50), 6);
  EXPECT_EQ(s.separation, 0);
  EXPECT_EQ(s.asymmetry, 0);
  EXPECT_EQ(s.enclosure, 0);
}

TEST(Surface, OfIcosahedra) {
  // The surface of 55 is the outer shell of 42.
  const Particle p = md::icosahedron(2.6, {"Ag", "Co"}, std::vector<std::uint8_t>{1, 1, 0});
  const auto fractions = surface_fractions(p, neighbours(p, bonds), 10);
  EXPECT_EQ(fractions[0], 1);
  EXPECT_EQ(fractions[1], 0);
  const Particle all = md::icosahedron(2.6, {"Ag", "Co"}, std::vector<std::uint8_t>{0, 0, 0});
  EXPECT_DOUBLE_EQ(surface_fractions(all, neighbours(all, bonds), 10)[0], 42.0 / 55);
}

TEST(Mixing, CountsUnlikeBonds) {
  Particle line{{"Ag", "Co"}, {0, 0, 1, 1}, {0, 0, 0, 2.5, 0, 0, 5, 0, 0, 7.5, 0, 0}};
  Mixing m = mixing(line, neighbours(line, bonds));
  EXPECT_EQ(m.bonds, 3);
  EXPECT_EQ(m.unlike, 1);
  EXPECT_DOUBLE_EQ(m.short_range_order, 1.0 / 3);
  line.species = {0, 1, 0, 1};
  m = mixing(line, neighbours(line, bonds));
  EXPECT_EQ(m.unlike, 3);
  EXPECT_DOUBLE_EQ(m.short_range_order, -1) << "every bond unlike";
  // Dealt out at random: N bonds, share 2 x0 x1, so that the standard deviation is near 1 / sqrt(N).
  const Particle alloy = test::alloy(1000, 500, 3);
  m = mixing(alloy, neighbours(alloy, bonds));
  EXPECT_NEAR(m.short_range_order, 0, 5 / std::sqrt(m.bonds));
}

TEST(RadialProfile, HasEveryAtomInItsShell) {
  const Particle p = md::icosahedron(2.5, {"Ag", "Co"}, std::vector<std::uint8_t>{1, 1, 0});
  const auto profile = radial_profile(p, 1, 4);
  // The centre at 0, twelve at 2.5; vertices of the shell at 5 and edges at 4.25 lie beyond and stand in the last bin.
  EXPECT_EQ(profile, (std::vector<std::uint16_t>{0, 0, 0, 42, 1, 0, 12, 0}));
}

TEST(Measures, DoNotDependOnPlaceDirectionAndOrder) {
  const Particle shapes[] = {test::core_shell(150, 60), test::two_halves(150, 60), test::off_centre(150, 60, 0.7),
                             test::alloy(150, 60, 1), test::dumbbell(90, 60)};
  std::uint64_t seed = 0;
  for (const Particle& p : shapes) {
    const Particle q = elsewhere(p, ++seed);
    const Options options;
    const Measures a = measure(p, bonds, options), b = measure(q, bonds, options);
    const auto numbers = [](const Measures& m) {
      return std::vector<double>{m.radii[0],
                                 m.radii[1],
                                 m.surface[0],
                                 m.surface[1],
                                 m.minority,
                                 m.segregation.separation,
                                 m.segregation.asymmetry,
                                 m.segregation.enclosure,
                                 m.packing.q4,
                                 m.packing.q6,
                                 m.packing.fcc,
                                 m.packing.hcp,
                                 m.packing.fivefold,
                                 m.shape.gyration_radius,
                                 m.shape.asphericity,
                                 m.mixing.short_range_order};
    };
    const auto first = numbers(a), second = numbers(b);
    for (std::size_t k = 0; k < first.size(); ++k) EXPECT_NEAR(first[k], second[k], 1e-9) << "measure " << k;
    EXPECT_EQ(a.counts, b.counts);
    EXPECT_EQ(a.largest_fragment, b.largest_fragment);
    EXPECT_EQ(a.mixing.unlike, b.mixing.unlike);
    EXPECT_EQ(a.profile, b.profile);
    EXPECT_EQ(classify(a, options), classify(b, options));
  }
}

TEST(Measures, AreThoseOfTheLargestFragment) {
  const Particle p = test::core_shell(150, 60);
  Particle with_stray = p;
  with_stray.species.insert(with_stray.species.begin(), {0, 1});
  with_stray.positions.insert(with_stray.positions.begin(), {80, 0, 0, 82.5, 0, 0});
  const Measures a = measure(p, bonds, Options{}), b = measure(with_stray, bonds, Options{});
  EXPECT_EQ(b.fragments, 2);
  EXPECT_EQ(b.largest_fragment, 150);
  EXPECT_EQ(b.counts, (std::array<std::int32_t, 2>{91, 61}));
  EXPECT_EQ(a.segregation.separation, b.segregation.separation);
  EXPECT_EQ(a.radii, b.radii);
  EXPECT_EQ(a.shape.gyration_radius, b.shape.gyration_radius);
}

}  // namespace ronchi::describe_particles
