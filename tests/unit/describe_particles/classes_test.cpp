// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Particles whose class is known because they were built so.
#include <gtest/gtest.h>

#include "framework/md/gupta.hpp"
#include "framework/md/icosahedron.hpp"
#include "framework/md/trajectory.hpp"
#include "stages/describe_particles/measures.hpp"
#include "tests/unit/describe_particles/shapes.hpp"

namespace ronchi::describe_particles {
namespace {

using physics::Particle;

constexpr physics::Bonds bonds{3.47, 3.0, 3.23};  // 1.2 r0 of AgCo; the sites of shapes.hpp are 2.8 A apart

Class class_of(const Particle& particle) { return classify(measure(particle, bonds, Options{}), Options{}); }

Particle exchanged(Particle p) {
  for (auto& s : p.species) s = static_cast<std::uint8_t>(1 - s);
  return p;
}

Particle shaken(Particle p) {
  Random random(11, 1, p.size(), 0);
  for (double& x : p.positions) x += 0.06 * random.normal();
  return p;
}

Particle together(Particle a, const Particle& b, double shift) {
  for (std::size_t i = 0; i < b.size(); ++i) {
    a.species.push_back(b.species[i]);
    const Vector r = position(b, i);
    a.positions.insert(a.positions.end(), {r[0] + shift, r[1], r[2]});
  }
  return a;
}

/// Sizes and shares of the second species.
struct Recipe {
  std::size_t atoms, second;
};
std::vector<Recipe> recipes() {
  std::vector<Recipe> all;
  for (const std::size_t atoms : {100u, 200u, 500u, 1000u})
    for (const std::size_t percent : {20u, 30u, 50u, 70u, 80u})
      if (atoms > 100 || (percent > 20 && percent < 80))
        all.push_back({atoms, atoms * percent / 100});  // 20 atoms make no round shell
  return all;
}

std::string say(const Recipe& r) { return std::to_string(r.second) + " of " + std::to_string(r.atoms); }

}  // namespace

TEST(Classes, ACentredCoreInAShell) {
  for (const Recipe& r : recipes()) {
    const Particle p = test::core_shell(r.atoms, r.second);
    EXPECT_EQ(class_of(p), Class::core_shell) << say(r);
    EXPECT_EQ(class_of(exchanged(p)), Class::core_shell) << say(r) << ", the other metal inside";
    EXPECT_EQ(class_of(shaken(p)), Class::core_shell) << say(r) << ", with thermal displacements";
  }
}

TEST(Classes, TwoHalves) {
  for (const Recipe& r : recipes()) {
    EXPECT_EQ(class_of(test::two_halves(r.atoms, r.second)), Class::janus) << say(r);
    EXPECT_EQ(class_of(shaken(test::two_halves(r.atoms, r.second))), Class::janus) << say(r);
    EXPECT_EQ(class_of(test::dumbbell(r.atoms - r.second, r.second)), Class::janus) << say(r) << ", two balls in contact";
  }
}

TEST(Classes, ACoreThatIsNearTheSurface) {
  for (const Recipe& r : recipes()) {
    EXPECT_EQ(class_of(test::off_centre(r.atoms, r.second, 0.75)), Class::off_centre) << say(r);
    EXPECT_EQ(class_of(exchanged(test::off_centre(r.atoms, r.second, 0.75))), Class::off_centre) << say(r);
    EXPECT_EQ(class_of(test::off_centre(r.atoms, r.second, 0)), Class::core_shell) << say(r) << ", in the middle after all";
  }
}

TEST(Classes, NoOrder) {
  for (const Recipe& r : recipes())
    for (std::uint64_t seed = 0; seed < 5; ++seed)
      EXPECT_EQ(class_of(test::alloy(r.atoms, r.second, seed)), Class::mixed) << say(r) << ", seed " << seed;
}

TEST(Classes, Pieces) {
  const Particle half = test::core_shell(100, 50);
  EXPECT_EQ(class_of(together(half, half, 60)), Class::fragmented);
  const Particle whole = test::core_shell(190, 95);
  EXPECT_EQ(class_of(together(whole, test::ball(10), 60)), Class::core_shell) << "a few atoms apart do not count";
  EXPECT_EQ(class_of(together(whole, test::ball(30), 60)), Class::fragmented) << "below nine tenths";
}

TEST(Classes, OneSpeciesAndNothing) {
  EXPECT_EQ(class_of(test::ball(100)), Class::pure);
  EXPECT_EQ(class_of(exchanged(test::ball(100))), Class::pure);
  EXPECT_EQ(class_of(test::two_halves(100, 2)), Class::pure) << "two atoms make no half";
  EXPECT_EQ(class_of(Particle{{"Ag", "Co"}, {}, {}}), Class::none);
}

TEST(Classes, OfRelaxedClusters) {
  // Cobalt icosahedra in silver and silver in cobalt, at the minimum of the potential.
  for (const std::vector<std::uint8_t>& shells : {std::vector<std::uint8_t>{1, 1, 0}, {1, 1, 1, 0}, {0, 0, 0, 1}}) {
    Particle p = md::icosahedron(2.7, {"Ag", "Co"}, shells);
    md::relax(p, md::potential("AgCo-P1"), 1e-3);
    EXPECT_EQ(class_of(p), Class::core_shell);
    EXPECT_EQ(measure(p, bonds, Options{}).segregation.enclosure > 0, shells[0] == 1) << "positive when the second is inside";
  }
}

/// Distance of a cap's centre from that of the ball of radius 1 of which it is the share f: 3 (1 - h^2)^2 / (4 (2 - 3 h + h^3)),
/// with its plane at the height h.
double cap_centre(double f) {
  double low = -1, high = 1;
  for (int k = 0; k < 60; ++k) {
    const double h = 0.5 * (low + high);
    (2 - 3 * h + h * h * h > 4 * f ? low : high) = h;
  }
  return 3 * (1 - low * low) * (1 - low * low) / (4 * (2 - 3 * low + low * low * low));
}

/// Asymmetry, in the continuum, of a ball with a core of its volume's share f that stands `shift` of the way from the middle to
/// where it touches the surface.
double asymmetry_of(double f, double shift) { return shift * (1 - std::cbrt(f)) / cap_centre(f); }

/// A core that wanders outward goes through all values: what it is called changes where the definition says, which depends on its
/// share.
TEST(Classes, OfAWanderingCoreChangeWhereTheDefinitionSays) {
  const Options options;
  EXPECT_NEAR(asymmetry_of(0.5, 1), (1 - std::cbrt(0.5)) / 0.375, 1e-12) << "a half ball's centre stands 3/8 out";
  for (const double f : {0.1, 0.2, 0.3, 0.5})  // of more the shell is thinner than an atom
    for (const double shift : {0.0, 0.25, 0.5, 0.75, 1.0}) {
      const Particle p = test::off_centre(1000, static_cast<std::size_t>(std::lround(1000 * f)), shift);
      const Segregation s = segregation(p, options.reach);
      const double wanted = asymmetry_of(f, shift);
      std::printf("core of %2.0f %%, %3.0f %% out: asymmetry %.2f (continuum %.2f), enclosure %.2f: %s\n", 100 * f, 100 * shift,
                  s.asymmetry, wanted, s.enclosure, class_names()[static_cast<std::size_t>(class_of(p))].c_str());
      EXPECT_NEAR(s.asymmetry, wanted, 0.05);
      EXPECT_GT(s.enclosure, options.enclosed);
      if (wanted < options.centred - 0.05) { EXPECT_EQ(class_of(p), Class::core_shell); }
      if (wanted > options.centred + 0.05 && wanted < options.halves - 0.05) { EXPECT_EQ(class_of(p), Class::off_centre); }
      if (wanted > options.halves + 0.05) { EXPECT_EQ(class_of(p), Class::janus); }
    }
}

TEST(Classes, OfHalvesCentredCoresAndAlloysStandFarFromTheirBorders) {
  const Segregation halves = segregation(test::two_halves(500, 250), Options{}.reach);
  EXPECT_GT(halves.asymmetry, 0.95);
  EXPECT_LT(std::abs(halves.enclosure), 0.1);
  const Segregation core = segregation(test::core_shell(500, 250), Options{}.reach);
  EXPECT_LT(core.asymmetry, 0.1);
  EXPECT_GT(core.enclosure, 0.95);
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    const Segregation alloy = segregation(test::alloy(500, 250, seed), Options{}.reach);
    EXPECT_LT(alloy.asymmetry, 0.2);
    EXPECT_LT(std::abs(alloy.enclosure), 0.2);
  }
}

TEST(Classes, TheThresholdsAreTheOptions) {
  const auto with = [](double Options::*option, double value, const Particle& p) {
    Options options;
    options.*option = value;
    return classify(measure(p, bonds, options), options);
  };
  const Particle off = test::off_centre(500, 250, 0.75), halves = test::two_halves(500, 250);
  EXPECT_EQ(with(&Options::centred, 0.9, off), Class::core_shell);
  EXPECT_EQ(with(&Options::enclosed, 0.99, off), Class::mixed);
  EXPECT_EQ(with(&Options::halves, 0.3, off), Class::janus);
  EXPECT_EQ(with(&Options::separated, 1, test::dumbbell(100, 100)), Class::janus) << "by `halves`";
  Options both;
  both.separated = both.halves = 1;
  EXPECT_EQ(classify(measure(halves, bonds, both), both), Class::mixed);
  EXPECT_EQ(with(&Options::pure, 0.3, test::core_shell(200, 50)), Class::pure);
  EXPECT_EQ(with(&Options::whole, 0.4, together(test::core_shell(100, 50), test::core_shell(100, 50), 60)), Class::core_shell);
}

}  // namespace ronchi::describe_particles
