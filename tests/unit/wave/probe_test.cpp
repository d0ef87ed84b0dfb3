// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/probe.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "framework/base/error.hpp"
#include "framework/physics/electrons.hpp"
#include "framework/wave/stem.hpp"
#include "tests/unit/wave/particles.hpp"

namespace ronchi::wave {

namespace {

constexpr double pi = std::numbers::pi;

/// The probe's intensity per A^2.
std::vector<double> intensity(const Grid& grid, const ProbeLens& lens, double x, double y) {
  Field field(static_cast<std::size_t>(grid.pixels()));
  probe_spectrum(grid, lens, x, y, field.data());
  Fft(grid).inverse(field.data());
  std::vector<double> out;
  for (const auto& v : field)
    out.push_back(std::norm(std::complex<double>(v)) / std::pow(static_cast<double>(grid.pixels()) * grid.sampling, 2));
  return out;
}

}  // namespace

TEST(Probe, IsOneElectronWhereItWasPut) {
  const Grid grid{96, 128, 0.25};
  for (const double c10 : {0.0, -80.0}) {
    const auto probe = intensity(grid, {.energy = 80, .semi_angle = 25, .c10 = c10, .c30 = 2e4}, 17.3, 9.1);
    double sum = 0, x = 0, y = 0;
    for (std::size_t i = 0; i < probe.size(); ++i) {
      const double here = probe[i] * grid.sampling * grid.sampling;
      sum += here;
      x += here * static_cast<double>(i % 128) * grid.sampling;
      y += here * static_cast<double>(i / 128) * grid.sampling;
    }
    EXPECT_NEAR(sum, 1, 1e-6);
    EXPECT_NEAR(x, 17.3, 0.15);
    EXPECT_NEAR(y, 9.1, 0.15);
  }
}

TEST(Probe, WithoutAberrationsIsAirysDisk) {
  const Grid grid{512, 512, 0.25};  // wide, so that the aperture's edge is well sampled
  const ProbeLens lens{.energy = 200, .semi_angle = 20};
  const auto probe = intensity(grid, lens, 0, 0);
  const double edge = lens.edge(), peak = pi * edge * edge;
  EXPECT_NEAR(edge, 0.02 / 0.02507934, 1e-6);
  EXPECT_NEAR(probe[0], peak, 0.005 * peak);
  for (std::size_t i = 1; i < 16; ++i) {
    const double u = 2 * pi * edge * static_cast<double>(i) * grid.sampling, airy = 2 * ::j1(u) / u;
    EXPECT_NEAR(probe[i], peak * airy * airy, 0.005 * peak) << i;
  }
}

TEST(Probe, HasKrivaneksAberrations) {
  // On the axis the intensity of a defocused probe is that of the focus times (sin(chi / 2) / (chi / 2))^2, chi at the edge.
  const Grid grid{512, 512, 0.25};
  const ProbeLens focus{.energy = 200, .semi_angle = 20};
  const double in_focus = intensity(grid, focus, 0, 0)[0];
  for (const double c10 : {-60.0, 30.0, 150.0}) {
    ProbeLens lens = focus;
    lens.c10 = c10;
    const double chi = pi / 0.02507934 * c10 * 4e-4;
    EXPECT_NEAR(lens.aberration(lens.edge()), chi, 1e-5 * std::abs(chi));
    EXPECT_NEAR(intensity(grid, lens, 0, 0)[0] / in_focus, std::pow(std::sin(chi / 2) / (chi / 2), 2), 0.01);
  }
  // chi of spherical aberration: pi C30 alpha^4 / (2 lambda).
  const ProbeLens spherical{.energy = 200, .semi_angle = 20, .c30 = 1.2e7};
  EXPECT_NEAR(spherical.aberration(0.5), pi * 1.2e7 * std::pow(0.02507934, 3) * 0.0625 / 2, 1e-3);
}

TEST(Probe, OneThatDoesNotFitIsRefused) {
  Field field(64 * 64);
  EXPECT_THROW(probe_spectrum({64, 64, 0.02}, {.semi_angle = 20}, 0, 0, field.data()), Failure) << "field too small";
  EXPECT_THROW(probe_spectrum({64, 64, 1}, {.semi_angle = 20}, 0, 0, field.data()), Failure) << "sampling too coarse";
}

TEST(ScannedProbe, OfNothingReachesTheCameraWhole) {
  const std::string symbols[] = {"Ag"};
  Settings settings;
  settings.grid = {128, 128, 0.1};
  const ScannedProbe scan(settings, {.semi_angle = 25, .c10 = -50}, {40, 70}, symbols);
  Multislice::Workspace workspace(scan.multislice());
  Field field;
  const auto counted = scan.at({{"Ag"}, {}, {}}, {}, 3.1, 4.2, workspace, field);
  EXPECT_NEAR(counted.all, 1, 1e-5);
  EXPECT_LT(counted.detector, 1e-9);
  EXPECT_THROW(ScannedProbe(settings, {.semi_angle = 25}, {40, 80}, symbols), Failure) << "beyond the band";
}

TEST(ScannedProbe, AWaveOfOneFrequencyIsThePlaneWave) {
  // Multislice with an incident wave, given as such, against the one without.
  const std::string symbols[] = {"Ag", "Co"};
  Settings settings;
  settings.grid = {64, 96, 0.3};
  settings.slices = 7;
  const physics::Particle particle{{"Ag", "Co"}, {0, 1, 0, 1}, {0, 0, 0, 2, 1, 9, -3, 2, -8, 1, 4, 3}};
  const Pose pose{any_rotation(1), 12, 9};
  const Multislice multislice(settings, symbols);
  Multislice::Workspace workspace(multislice);
  Field plane(64 * 96), wave(64 * 96);
  multislice.exit_wave(particle, pose, workspace, plane.data());
  wave[0] = 64 * 96;
  multislice.exit_wave(particle, pose, workspace, wave.data(), nullptr, wave.data());
  double largest = 0;
  for (std::size_t i = 0; i < wave.size(); ++i) largest = std::max(largest, static_cast<double>(std::abs(wave[i] - plane[i])));
  EXPECT_LT(largest, 1e-5 * 64 * 96);
}

TEST(ScannedProbe, UnderfocusIsAFocusFurtherDown) {
  // An atom behind the middle of the particle (with one in front of it, far to the side) is brightest when the focus is there.
  const std::string symbols[] = {"Ag", "H"};
  Settings settings;
  settings.grid = {160, 160, 0.12};
  settings.slices = 2;
  const physics::Particle particle{{"Ag", "H"}, {0, 1}, {0, 0, 60, 5, 5, -60}};
  const Pose pose{physics::no_rotation, 8, 8};  // the Ag atom is at (5.5, 5.5), z = 30 in the middle of its slice
  Field field;
  const auto seen = [&](double c10) {
    const ScannedProbe scan(settings, {.semi_angle = 25, .c10 = c10}, {40, 60}, symbols);
    Multislice::Workspace workspace(scan.multislice());
    return scan.at(particle, pose, 5.5, 5.5, workspace, field).detector;
  };
  const double in_focus = seen(-30);
  EXPECT_GT(in_focus, 1.2 * seen(0));
  EXPECT_GT(in_focus, 1.2 * seen(-60));
}

}  // namespace ronchi::wave
