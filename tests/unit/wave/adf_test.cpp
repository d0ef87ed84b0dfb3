// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/adf.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "framework/base/random.hpp"
#include "framework/physics/electrons.hpp"
#include "framework/wave/stem.hpp"
#include "tests/unit/wave/adf.hpp"
#include "tests/unit/wave/particles.hpp"

namespace ronchi::wave {

namespace {

constexpr double pi = std::numbers::pi, bohr = 0.529177211;  // A
constexpr auto lobato = physics::Parametrization::lobato;

/// Scatters equally at all frequencies.
AdfAtom point(double cross_section) { return {1, {cross_section}}; }

/// Cross-section of an atom for elastic scattering of a plane wave into the annulus, A^2, in the first Born approximation:
/// (lambda gamma)^2 integral f_e(k)^2 d^2k over inner < lambda k < outer, by the midpoint rule.
double born_cross_section(double energy, physics::Parametrization table, int atomic_number, const Annulus& annulus) {
  const double lambda = physics::wavelength(energy), factor = lambda * physics::relativistic_mass(energy);
  constexpr int rings = 4000;
  const double inner = 1e-3 * annulus.inner / lambda, step = (1e-3 * annulus.outer / lambda - inner) / rings;
  double sum = 0;
  for (int i = 0; i < rings; ++i) {
    const double k = inner + step * (i + 0.5), f = factor * physics::scattering_factor(table, atomic_number, k);
    sum += 2 * pi * k * step * f * f;
  }
  return sum;
}
physics::Particle atoms(std::vector<double> positions) {
  return {{"Ag"}, std::vector<std::uint8_t>(positions.size() / 3, 0), std::move(positions)};
}
double sum(const std::vector<float>& image) {
  double s = 0;
  for (const float v : image) s += static_cast<double>(v);
  return s;
}

}  // namespace

TEST(CrossSection, OfHydrogenIsKnownInClosedForm) {
  // First Born, all angles: 7 pi / 3 (hbar / m v)^2 (Landau & Lifshitz III, section 139), with lambda gamma = 2 pi hbar / m v.
  for (const double energy : {80.0, 300.0}) {
    const double lambda = physics::wavelength(energy), l = lambda * physics::relativistic_mass(energy);
    const double all = born_cross_section(energy, lobato, 1, {0, 1e3 * lambda * 20});
    EXPECT_NEAR(all, 7 * l * l / (12 * pi), 0.01 * all);
  }
}

TEST(CrossSection, FarFromTheAxisIsRutherfords) {
  // f -> Z / (2 pi^2 a0 k^2): integral f^2 d^2k = Z^2 / (4 pi^3 a0^2) (1 / k1^2 - 1 / k2^2).
  const double lambda = physics::wavelength(200), l = lambda * physics::relativistic_mass(200), k1 = 50, k2 = 100;
  double sections[2];
  for (const int i : {0, 1}) {
    const int z = i == 0 ? 47 : 27;
    const double rutherford = l * l * z * z / (4 * pi * pi * pi * bohr * bohr) * (1 / (k1 * k1) - 1 / (k2 * k2));
    sections[i] = born_cross_section(200, lobato, z, {1e3 * lambda * k1, 1e3 * lambda * k2});
    EXPECT_NEAR(sections[i], rutherford, 0.03 * rutherford) << z;
  }
  EXPECT_NEAR(sections[0] / sections[1], 47.0 * 47 / (27 * 27), 0.04);
}

TEST(CrossSection, OfAWeakAtomIsBorns) {
  for (const int z : {1, 6}) {
    const double born = born_cross_section(300, lobato, z, {40, 120});
    EXPECT_NEAR(AdfAtom({.energy = 300, .semi_angle = 1}, lobato, z, {40, 120}).cross_section(), born, 0.01 * born) << z;
  }
}

TEST(CrossSection, IsWhatMultisliceScattersOverAllPositions) {
  const std::string symbols[] = {"C", "Ag"};
  Settings settings;
  settings.grid = {128, 128, 0.08};
  settings.slices = 1;
  const ProbeLens lens{.semi_angle = 25, .c10 = -40};
  const Annulus detector{50, 90};
  const ScannedProbe scan(settings, lens, detector, symbols);
  const double width = settings.grid.width();
  std::vector<double> positions;  // more than twice the edge has periods in the field: the mean over them is the mean
  for (int i = 0; i < 24; ++i) positions.push_back(i * width / 24);
  for (const std::uint8_t species : {0, 1}) {
    const physics::Particle particle{{"C", "Ag"}, {species}, {0, 0, 0}};
    const auto image = scan.image(particle, {physics::no_rotation, 5, 5}, positions, positions);
    const double expected = AdfAtom(lens, lobato, species == 0 ? 6 : 47, detector).cross_section();
    EXPECT_NEAR(sum(image) * width * width / (24 * 24), expected, 0.02 * expected) << symbols[species];
  }
}

TEST(Adf, OneAtomScattersItsCrossSectionAndLooksLikeTheProbe) {
  // Airy's disk of the aperture; its integral over the positions is the cross-section.
  const AdfSettings settings{.grid = {128, 128, 0.25}, .lens = {.semi_angle = 20}};
  const auto image = adf_image(settings, atoms({0, 0, 0}), {point(0.01)}, {physics::no_rotation, 8, 12});
  EXPECT_NEAR(sum(image) * 0.0625, 0.01, 1e-5);
  const double edge = settings.lens.edge(), peak = 0.01 * pi * edge * edge;
  for (int i = 0; i < 8; ++i) {
    const double u = 2 * pi * edge * i * 0.25, airy = i == 0 ? 1 : 2 * ::j1(u) / u;
    EXPECT_NEAR(image[static_cast<std::size_t>(48 * 128 + 32 + i)], peak * airy * airy, 0.015 * peak) << i;
    EXPECT_NEAR(image[static_cast<std::size_t>((48 + i) * 128 + 32)], peak * airy * airy, 0.015 * peak) << i;
  }
}

TEST(Adf, TwoAtomsAtRayleighsDistanceAreJustResolved) {
  // Incoherent imaging: at 0.61 / edge the middle has 0.735 of the maxima.
  const AdfSettings settings{.grid = {512, 512, 0.1}, .lens = {.semi_angle = 20}};
  const double distance = 0.6098 / settings.lens.edge();
  const auto image =
      adf_image(settings, atoms({-distance / 2, 0, 0, distance / 2, 0, 0}), {point(1)}, {physics::no_rotation, 25.6, 25.6});
  const float* row = &image[256 * 512];
  EXPECT_NEAR(row[256] / *std::max_element(row, row + 512), 0.735, 0.01);
  const auto closer =
      adf_image(settings, atoms({-distance / 3, 0, 0, distance / 3, 0, 0}), {point(1)}, {physics::no_rotation, 25.6, 25.6});
  EXPECT_EQ(std::max_element(&closer[256 * 512], &closer[257 * 512]) - &closer[256 * 512], 256);
}

TEST(Adf, IsTheSumOfItsAtoms) {
  const AdfSettings settings{.grid = {64, 80, 0.3}, .lens = {.semi_angle = 18, .c10 = -20, .c30 = 5e4}};
  Random random(1, 2, 3, 4);
  std::vector<double> all;
  for (int i = 0; i < 60; ++i) all.push_back(random.uniform(2, 16));
  std::vector<double> parts(64 * 80);
  for (std::size_t a = 0; a < 20; ++a) {
    all[3 * a + 2] = 0;  // one layer
    const auto one = adf_image(settings, atoms({0, 0, 0}), {point(1)}, {physics::no_rotation, all[3 * a], all[3 * a + 1]});
    for (std::size_t i = 0; i < parts.size(); ++i) parts[i] += static_cast<double>(one[i]);
  }
  double x = 0, y = 0;
  for (std::size_t a = 0; a < 20; ++a) x += all[3 * a] / 20, y += all[3 * a + 1] / 20;
  const auto whole = adf_image(settings, atoms(all), {point(1)}, {physics::no_rotation, x, y});
  for (std::size_t i = 0; i < parts.size(); ++i) EXPECT_NEAR(whole[i], parts[i], 2e-5);
}

TEST(Adf, TurnsWithTheParticle) {
  const AdfSettings settings{.grid = {72, 72, 0.25}, .lens = {.semi_angle = 22}};
  const auto particle = icosahedron(2, 1);
  const auto before = adf_image(settings, particle, {point(1), point(2)}, {physics::no_rotation, 9, 9});
  // A quarter turn about the beam: (x, y) to (-y, x), the middle in pixel (36, 36).
  const auto after =
      adf_image(settings, particle, {point(1), point(2)}, {physics::rotation_of({std::sqrt(0.5), 0, 0, std::sqrt(0.5)}), 9, 9});
  double most = 0;
  for (const float v : before) most = std::max(most, static_cast<double>(v));
  for (std::size_t y = 1; y < 72; ++y)
    for (std::size_t x = 1; x < 72; ++x) EXPECT_NEAR(after[x * 72 + (72 - y)], before[y * 72 + x], 1e-5 * most);
}

TEST(Adf, ACoarseScanIsTheFineOneAtFewerPlaces) {
  const auto particle = icosahedron(2, 1);
  AdfSettings settings{.grid = {160, 160, 0.12}, .lens = {.semi_angle = 22}};
  const auto fine = adf_image(settings, particle, {point(1), point(2)}, {physics::no_rotation, 9, 9});
  settings.grid = {40, 40, 0.48};
  const auto coarse = adf_image(settings, particle, {point(1), point(2)}, {physics::no_rotation, 9, 9});
  for (std::size_t y = 0; y < 40; ++y)
    for (std::size_t x = 0; x < 40; ++x) EXPECT_NEAR(coarse[y * 40 + x], fine[4 * y * 160 + 4 * x], 2e-4) << y << " " << x;
}

TEST(Adf, TheSourceIsAnAverageOverPositions) {
  AdfSettings settings{.grid = {64, 64, 0.3}, .lens = {.semi_angle = 20}};
  const auto particle = icosahedron(1, 0);
  const double sigma = 0.35, step = 0.5;  // in units of sigma; the trapezoidal rule is good to all digits here
  std::vector<double> average(64 * 64);
  for (int i = -9; i <= 9; ++i)
    for (int j = -9; j <= 9; ++j) {
      const double weight = step * step / (2 * pi) * std::exp(-0.5 * step * step * (i * i + j * j));
      const auto moved =
          adf_image(settings, particle, {point(1), point(1)}, {physics::no_rotation, 9 + sigma * step * i, 9 + sigma * step * j});
      for (std::size_t p = 0; p < average.size(); ++p) average[p] += weight * static_cast<double>(moved[p]);
    }
  settings.source = 2.354820045 * sigma;
  const auto blurred = adf_image(settings, particle, {point(1), point(1)}, {physics::no_rotation, 9, 9});
  settings.source = 0;
  settings.displacement = sigma;
  const auto shaken = adf_image(settings, particle, {point(1), point(1)}, {physics::no_rotation, 9, 9});
  const double most = *std::max_element(average.begin(), average.end());
  for (std::size_t p = 0; p < average.size(); ++p) {
    EXPECT_NEAR(blurred[p], average[p], 2e-4 * most);
    EXPECT_EQ(blurred[p], shaken[p]);
  }
}

TEST(Adf, LayersFollowTheFocus) {
  // An atom 40 A behind the middle is seen by a probe whose focus is there as one in the middle by a probe in focus.
  AdfSettings settings{.grid = {128, 128, 0.25}, .lens = {.semi_angle = 25}};
  const auto near = adf_image(settings, atoms({0, 0, 0}), {point(1)}, {physics::no_rotation, 8, 8});
  settings.lens.c10 = -40;
  const auto far = adf_image(settings, atoms({8, 8, -40, -8, -8, 40}), {point(1)}, {physics::no_rotation, 16, 16});
  // The second atom is at (8, 8). Layers have a thickness: within an eighth of a radian.
  const double peak = near[32 * 128 + 32];
  EXPECT_NEAR(far[32 * 128 + 32], peak, 0.02 * peak);
  EXPECT_LT(far[96 * 128 + 96], 0.3 * peak);
}

TEST(Adf, IsWhatMultisliceSeesOfOneAtom) {
  // The probe's intensity times the cross-section: the object is narrow against the probe.
  const std::string symbols[] = {"Ag"};
  Settings settings;
  settings.grid = {256, 256, 0.08};
  settings.slices = 1;
  const ProbeLens lens{.semi_angle = 20};
  const Annulus detector{60, 85};
  const ScannedProbe scan(settings, lens, detector, symbols);
  const Pose pose{physics::no_rotation, 8, 8};
  const double ys[] = {8}, xs[] = {8, 8.16, 8.4, 8.64, 8.96, 9.6};
  const auto exact = scan.image(atoms({0, 0, 0}), pose, ys, xs);
  const AdfSettings fast{.grid = settings.grid, .lens = lens, .detector = detector};
  const auto image = adf_image(fast, atoms({0, 0, 0}), {{lens, lobato, 47, detector}}, pose);
  for (std::size_t i = 0; i < 6; ++i)
    EXPECT_NEAR(image[100 * 256 + static_cast<std::size_t>(std::lround(xs[i] / 0.08))], exact[i], 0.02 * exact[0]) << xs[i];
  const auto born = adf_image(fast, atoms({0, 0, 0}), {point(born_cross_section(200, lobato, 47, detector))}, pose);
  EXPECT_NEAR(born[100 * 256 + 100], 1.1 * exact[0], 0.03 * exact[0]) << "a point with Born's cross-section is too bright";
}

TEST(Adf, IsNearMultisliceOfASmallParticle) {
  const std::string symbols[] = {"Ag", "Co"};
  Settings settings;
  settings.grid = {192, 192, 0.09};
  settings.slices = 8;
  const ProbeLens lens{.semi_angle = 20, .c10 = -5};
  const Annulus detector{50, 80};
  const ScannedProbe scan(settings, lens, detector, symbols);
  const Pose pose{any_rotation(2), settings.grid.width() / 2, settings.grid.width() / 2};
  const std::vector<AdfAtom> model{{lens, lobato, 47, detector}, {lens, lobato, 27, detector}};
  const auto positions = coarse_positions(settings.grid, 12);
  const auto particle = icosahedron(2, 1);
  const auto exact = scan.image(particle, pose, positions, positions);
  const auto a = agreement(adf_at({.grid = settings.grid, .lens = lens, .detector = detector}, particle, model, pose, 12), exact);
  EXPECT_GT(a.correlation, 0.97);
  EXPECT_LT(a.difference, 0.16);
  EXPECT_NEAR(a.means, 1, 0.05);
}

}  // namespace ronchi::wave
