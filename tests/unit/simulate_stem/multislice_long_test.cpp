// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// The fast images against multislice on simulated particles, and where they must fail: the figures of docs/stem.md.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>

#include "framework/base/random.hpp"
#include "framework/wave/stem.hpp"
#include "stages/simulate_particles/simulation.hpp"
#include "stages/simulate_stem/microscope.hpp"
#include "tests/unit/wave/adf.hpp"

namespace ronchi::simulate_stem {

namespace {

const std::vector<std::string> symbols{"Ag", "Co"};
const wave::Annulus detector{60, 110};
const wave::ProbeLens lens{.energy = 200, .semi_angle = 20};
constexpr auto table = physics::Parametrization::lobato;

wave::Settings settings() {
  wave::Settings s;
  s.grid = {512, 512, 0.065};
  s.slices = 20;
  return s;
}

/// Five particles as the short schedule makes them.
std::vector<physics::Particle> simulated() {
  simulate_particles::Options options;
  options.atoms = {120, 250};
  options.relax = false;
  const auto potential = md::potential(options.potential);
  const simulate_particles::Recipes recipes(options, potential, 11);
  const simulate_particles::Laboratory laboratory{recipes, potential, {.timestep = 1, .precision = options.precision}, 0.9, false};
  std::vector<simulate_particles::Simulation> batch;
  for (std::int64_t item = 0; item < 7; ++item) batch.push_back(begin(laboratory, item));
  simulate(laboratory, batch);
  std::vector<physics::Particle> particles;
  for (const auto& s : batch)
    if (s.fault.empty() && particles.size() < 5) particles.push_back(s.trajectory.particle);
  return particles;
}

/// A ball of fcc silver, 2.4 nm wide; atoms displaced by `displacement` (A, root mean square along an axis; 0.09 at room
/// temperature).
physics::Particle crystal(double displacement) {
  physics::Particle p{symbols, {}, {}};
  Random random(1, 2, 3, 4);
  const double half = 4.087 / 2;
  for (int x = -6; x <= 6; ++x)
    for (int y = -6; y <= 6; ++y)
      for (int z = -6; z <= 6; ++z)
        if ((x + y + z) % 2 == 0 && half * half * (x * x + y * y + z * z) < 144) {
          p.species.push_back(0);
          for (const int c : {x, y, z}) p.positions.push_back(half * c + displacement * random.normal());
        }
  return p;
}

/// Both images on a square of positions: every `step`-th pixel, `count` of them about the middle.
wave::Agreement compared(const char* what, const physics::Particle& particle, const physics::Rotation& rotation, std::int64_t step,
                         std::int64_t count) {
  const wave::Grid grid = settings().grid;
  const wave::Pose pose{rotation, grid.width() / 2, grid.height() / 2};
  const wave::ScannedProbe scan(settings(), lens, detector, symbols);
  const std::int64_t all = grid.nx / step, first = (all - count) / 2;
  std::vector<double> positions;
  for (std::int64_t i = first; i < first + count; ++i) positions.push_back(static_cast<double>(i * step) * grid.sampling);
  const auto exact = scan.image(particle, pose, positions, positions);
  const std::vector<wave::AdfAtom> atoms{{lens, table, 47, detector}, {lens, table, 27, detector}};
  const auto whole = adf_at({.grid = grid, .lens = lens, .detector = detector}, particle, atoms, pose, step);
  std::vector<float> fast;
  for (std::int64_t y = first; y < first + count; ++y)
    for (std::int64_t x = first; x < first + count; ++x) fast.push_back(whole[static_cast<std::size_t>(y * all + x)]);
  const auto a = wave::agreement(fast, exact);
  const auto cobalt = std::count(particle.species.begin(), particle.species.end(), 1);
  std::printf("%-28s %4zu atoms, %3ld Co: correlation %.4f, mean fast / multislice %.3f, scale %.3f, rms difference %.1f %%\n",
              what, particle.size(), static_cast<long>(cobalt), a.correlation, a.means, a.scale, 100 * a.difference);
  std::fflush(stdout);
  return a;
}

}  // namespace

TEST(FastImages, AreThoseOfMultisliceForParticlesAsTheyLie) {
  const auto particles = simulated();
  ASSERT_EQ(particles.size(), 5u);
  const Options options;
  for (std::size_t i = 0; i < 5; ++i) {
    const auto quaternion = draw(options, 1, static_cast<std::int64_t>(i), 0).quaternion;
    const auto a = compared("simulated, any orientation", particles[i], physics::rotation_of(quaternion), 32, 16);
    EXPECT_GT(a.correlation, 0.97);
    EXPECT_LT(a.difference, 0.16);
    EXPECT_NEAR(a.means, 1, 0.05);
  }
}

TEST(FastImages, FailWhereAZoneAxisChannels) {
  const auto along = [&](double x, double y, double z, double angle) {  // turned by `angle` about an axis
    const double n = std::sqrt(x * x + y * y + z * z), s = std::sin(angle / 2) / n;
    return physics::rotation_of({std::cos(angle / 2), s * x, s * y, s * z});
  };
  const double eighth = std::acos(-1.0) / 4;
  const auto particle = crystal(0.09);
  const auto any = compared("crystal, any orientation", particle, along(0.3, 1, 0.2, 0.5), 4, 16);
  const auto tilted = compared("crystal 3 degrees off [100]", particle, along(0.3, 1, 0, 0.052), 4, 16);
  const auto z100 = compared("crystal along [100]", particle, along(1, 0, 0, 0), 4, 16);
  const auto z110 = compared("crystal along [110]", particle, along(0, 1, 0, eighth), 4, 16);
  const auto cold = compared("the same without displacements", crystal(0), along(0, 1, 0, eighth), 4, 16);
  // Silver of 2.4 nm: its planes channel a little at any orientation.
  EXPECT_GT(any.correlation, 0.97);
  EXPECT_NEAR(any.scale, 1, 0.25);
  EXPECT_NEAR(tilted.scale, 1, 0.25);
  for (const auto& aligned : {z100, z110}) {
    EXPECT_GT(aligned.difference, any.difference);
    EXPECT_GT(aligned.scale, any.scale) << "columns of displaced atoms scatter more than their atoms one by one";
  }
  EXPECT_LT(cold.scale, 1) << "a perfect crystal scatters into its reflections, past the detector";
}

}  // namespace ronchi::simulate_stem
