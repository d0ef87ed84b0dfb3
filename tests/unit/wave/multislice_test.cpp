// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/multislice.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <numbers>

#include "framework/base/error.hpp"
#include "framework/physics/electrons.hpp"

namespace ronchi::wave {

namespace {

const std::string symbols[] = {"Ag", "Co", "H"};
constexpr double pi = std::numbers::pi;

Settings settings(std::int64_t n, double width, int slices = 20) {
  Settings s;
  s.grid = {n, n, width / static_cast<double>(n)};
  s.slices = slices;
  return s;
}
physics::Particle atoms(const std::string& symbol, std::vector<double> positions) {
  return {{symbol}, std::vector<std::uint8_t>(positions.size() / 3, 0), std::move(positions)};
}
Field exit_wave(const Settings& s, const physics::Particle& particle, const Pose& pose) {
  const Multislice multislice(s, symbols);
  Multislice::Workspace workspace(multislice);
  Field spectrum(static_cast<std::size_t>(s.grid.pixels()));
  multislice.exit_wave(particle, pose, workspace, spectrum.data());
  return spectrum;
}
double intensity(const Field& spectrum) {
  double sum = 0;
  for (const auto& v : spectrum) sum += std::norm(std::complex<double>(v));
  return sum / std::pow(static_cast<double>(spectrum.size()), 2);
}

}  // namespace

TEST(ExitWave, OfNothingIsThePlaneWave) {
  const auto s = settings(64, 20);
  const auto wave = exit_wave(s, {{"Ag"}, {}, {}}, {});
  for (std::size_t i = 0; i < wave.size(); ++i) EXPECT_NEAR(std::abs(wave[i] - Complex(i == 0 ? 4096 : 0)), 0, 1e-3) << i;
}

TEST(ExitWave, OfOneAtomIsItsSpectrumMovedToWhereItStands) {
  // psi = t, so F(k) = N delta(k) + S(k) exp(-2 pi i k x) N / area for |k| < band, whatever the number of slices.
  const auto s = settings(128, 26);
  const double x = 9.123, y = 15.777;
  const AtomTransmission atom(s.energy, s.table, 47, s.grid.nyquist() * 2 / 3);
  const auto wave = exit_wave(s, atoms("Ag", {1, 2, 3}), {physics::no_rotation, x, y});
  const double per_area = 128.0 * 128 / (26.0 * 26);
  double error = 0, sum = 0, inner = 0;
  for (std::int64_t i = 0; i < 128; ++i)
    for (std::int64_t j = 0; j < 128; ++j) {
      const double ky = s.grid.frequency(i, 128), kx = s.grid.frequency(j, 128), k = std::hypot(kx, ky);
      const std::complex<double> is(wave[static_cast<std::size_t>(i * 128 + j)]);
      if (k >= s.grid.nyquist() * 2 / 3) {
        EXPECT_EQ(std::abs(is), 0);
        continue;
      }
      if (i == 0 && j == 0) continue;
      const auto expected = per_area * atom.spectrum(k) * std::polar(1.0, -2 * pi * (kx * x + ky * y));
      if (k < 0.8 * s.grid.nyquist() * 2 / 3) inner = std::max(inner, std::abs(is - expected));
      error += std::norm(is - expected);
      sum += std::norm(expected);
    }
  EXPECT_LT(inner, 0.005 * per_area * std::abs(atom.spectrum(0)));
  EXPECT_LT(std::sqrt(error / sum), 0.05) << "the stamp ends somewhere, which softens the edge of the band";
}

TEST(ExitWave, LosesOnlyWhatIsScatteredBeyondTheBand) {
  std::vector<double> positions;
  for (int i = 0; i < 4; ++i)
    for (int j = 0; j < 4; ++j)
      for (int k = 0; k < 4; ++k) positions.insert(positions.end(), {2.9 * i, 2.9 * j, 2.9 * k});
  double last = 0;
  for (const std::int64_t n : {64, 128, 256, 512}) {
    const double now = intensity(exit_wave(settings(n, 32), atoms("Ag", positions), {physics::no_rotation, 16, 16}));
    EXPECT_GT(now, last);
    EXPECT_LT(now, 1.0001);
    last = now;
  }
  EXPECT_GT(last, 0.997);
}

TEST(ExitWave, IsReferredToTheMiddle) {
  // Two weakly scattering atoms far apart in z: each one's wave has run from its own plane to z = 0.
  const auto s = settings(128, 26, 2);
  const double z = 400;
  const AtomTransmission atom(s.energy, s.table, 1, s.grid.nyquist() * 2 / 3);
  const auto wave = exit_wave(s, atoms("H", {0, 0, -z, 0, 0, z}), {physics::no_rotation, 0, 0});
  const double lambda = physics::wavelength(200), per_area = 128.0 * 128 / (26.0 * 26);
  for (const std::int64_t j : {1, 3, 8, 12}) {
    const double k = s.grid.frequency(j, 128);
    // Atoms stand in the middles of their slices: z / 2 from the reference plane.
    const auto expected = per_area * atom.spectrum(k) * 2.0 * std::cos(pi * lambda * z / 2 * k * k);
    EXPECT_NEAR(std::abs(std::complex<double>(wave[static_cast<std::size_t>(j)]) - expected), 0,
                0.02 * per_area * std::abs(atom.spectrum(k)))
        << j;
  }
}

TEST(ExitWave, IsTheSameFromAnyWorkspace) {
  const auto s = settings(64, 20);
  const Multislice multislice(s, symbols);
  Multislice::Workspace fresh(multislice), used(multislice);
  Field first(64 * 64), second(64 * 64);
  const auto particle = atoms("Co", {0, 0, 0, 2, 1, 3, -1, 2, 5});
  multislice.exit_wave(atoms("Ag", {0, 0, 0, 1, 1, 1}), {physics::no_rotation, 3, 4}, used, second.data());
  multislice.exit_wave(particle, {physics::no_rotation, 10, 10}, fresh, first.data());
  multislice.exit_wave(particle, {physics::no_rotation, 10, 10}, used, second.data());
  EXPECT_EQ(std::memcmp(first.data(), second.data(), first.size() * sizeof(Complex)), 0);
}

TEST(ExitWave, ASpeciesThatWasNotAnnouncedIsNamed) {
  EXPECT_THROW((void)exit_wave(settings(64, 20), atoms("Au", {0, 0, 0}), {}), Failure);
}

}  // namespace ronchi::wave
