// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/multislice.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <new>
#include <numbers>

#include "framework/base/error.hpp"
#include "framework/physics/electrons.hpp"
#include "tests/unit/wave/particles.hpp"

namespace {

std::atomic<std::int64_t> allocations{0};

void* counted(std::size_t size, std::size_t alignment) {
  ++allocations;
  void* p = std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (p == nullptr) throw std::bad_alloc();
  return p;
}

}  // namespace

void* operator new(std::size_t size) { return counted(size, alignof(std::max_align_t)); }
void* operator new(std::size_t size, std::align_val_t alignment) { return counted(size, static_cast<std::size_t>(alignment)); }
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }

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
  // Weak atoms far apart in z, under a tilted beam: each one's wave has run from the middle of its slice, z_s, to z = 0, that is
  // been multiplied by exp(i pi z_s (lambda k^2 + 2 k . tan(tilt))): Fresnel's propagator, and a shift of -z_s tan(tilt).
  auto s = settings(128, 26, 3);
  s.tilt[0] = 3;
  s.tilt[1] = -2;
  const AtomTransmission atom(s.energy, s.table, 1, s.grid.nyquist() * 2 / 3);
  // The mean is at z = 0. Slices are 100 A thick: their middles at -110, -10 and 90 A.
  const double heights[] = {-160, 20, 140}, middles[] = {-110, -10, 90}, x[] = {-4, 1, 3};
  physics::Particle particle{{"H"}, {0, 0, 0}, {}};
  for (int i = 0; i < 3; ++i) particle.positions.insert(particle.positions.end(), {x[i], 0, heights[i]});
  const auto wave = exit_wave(s, particle, {physics::no_rotation, 0, 0});
  const double lambda = physics::wavelength(200), per_area = 128.0 * 128 / (26.0 * 26);
  for (const std::int64_t i : {0, 3, 100, 125})
    for (const std::int64_t j : {1, 8, 20, 110}) {
      const double ky = s.grid.frequency(i, 128), kx = s.grid.frequency(j, 128), k2 = kx * kx + ky * ky;
      std::complex<double> sum = 0;
      for (int a = 0; a < 3; ++a)
        sum +=
            std::polar(1.0, pi * middles[a] * (lambda * k2 + 2 * (kx * std::tan(3e-3) - ky * std::tan(2e-3))) - 2 * pi * kx * x[a]);
      const auto amplitude = per_area * atom.spectrum(std::sqrt(k2));
      EXPECT_NEAR(std::abs(std::complex<double>(wave[static_cast<std::size_t>(i * 128 + j)]) - amplitude * sum), 0,
                  0.02 * per_area * std::abs(atom.spectrum(0)))
          << i << " " << j;
    }
}

TEST(ExitWave, OfATurnedParticleIsThatOfTurnedAtoms) {
  const auto s = settings(96, 24, 5);
  const auto particle = icosahedron(1, 0);
  const auto turn = any_rotation(3);
  physics::Particle turned = particle;
  for (std::size_t i = 0; i < turned.size(); ++i) {
    const auto r = physics::rotated(turn, &particle.positions[3 * i]);
    std::copy(r.begin(), r.end(), turned.positions.begin() + static_cast<std::ptrdiff_t>(3 * i));
  }
  const auto a = exit_wave(s, particle, {turn, 11, 13}), b = exit_wave(s, turned, {physics::no_rotation, 11, 13}),
             other = exit_wave(s, particle, {physics::no_rotation, 11, 13});
  double same = 0, different = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    same = std::max<double>(same, std::abs(a[i] - b[i]));
    different = std::max<double>(different, std::abs(a[i] - other[i]));
  }
  EXPECT_LT(same, 1e-3 * different);
}

TEST(ExitWave, GoesAroundTheEdgesOfTheField) {
  // The field is periodic: a shift by whole pixels across its corner is a shift of the wave.
  const auto s = settings(64, 20, 4);
  const double pixel = s.grid.sampling;
  const auto particle = icosahedron(1, 1);
  const auto inside = exit_wave(s, particle, {physics::no_rotation, 10, 10}),
             corner = exit_wave(s, particle, {physics::no_rotation, 10 + 30 * pixel, 10 - 35 * pixel});
  for (std::int64_t i = 0; i < 64; ++i)
    for (std::int64_t j = 0; j < 64; ++j) {
      const auto at = static_cast<std::size_t>(i * 64 + j);
      const auto moved = std::complex<double>(inside[at]) *
                         std::polar(1.0, -2 * pi * (30.0 * static_cast<double>(j) - 35.0 * static_cast<double>(i)) / 64);
      EXPECT_NEAR(std::abs(std::complex<double>(corner[at]) - moved), 0, 2e-3);
    }
}

TEST(ExitWave, TakesNoMemoryOnceItHasSeenAsManyAtoms) {
  const auto s = settings(64, 20);
  const Multislice multislice(s, symbols);
  Multislice::Workspace workspace(multislice);
  Field spectrum(64 * 64);
  const auto large = icosahedron(2, 1), small = icosahedron(1, 1);
  multislice.exit_wave(large, {physics::no_rotation, 3, 4}, workspace, spectrum.data());
  const auto before = allocations.load();
  multislice.exit_wave(small, {physics::no_rotation, 5, 4}, workspace, spectrum.data());
  multislice.exit_wave(large, {any_rotation(4), 5, 4}, workspace, spectrum.data());
  EXPECT_EQ(allocations.load(), before);
}

TEST(Rotations, AreUniform) {
  // Over all rotations the mean of the trace is 0 and that of its square 1 (characters of SO(3)); each axis goes everywhere.
  Random random(1, 2, 3, 4);
  constexpr int draws = 20000;
  double trace = 0, square = 0, down = 0;
  for (int i = 0; i < draws; ++i) {
    const auto m = physics::rotation_of(physics::uniform_quaternion(random));
    const double t = m[0] + m[4] + m[8];
    trace += t / draws;
    square += t * t / draws;
    down += m[8] * m[8] / draws;
    if (i > 10) continue;
    for (std::size_t a = 0; a < 3; ++a)
      for (std::size_t b = 0; b < 3; ++b)
        EXPECT_NEAR(m[3 * a] * m[3 * b] + m[3 * a + 1] * m[3 * b + 1] + m[3 * a + 2] * m[3 * b + 2], a == b ? 1 : 0, 1e-12);
    EXPECT_NEAR(m[0] * (m[4] * m[8] - m[5] * m[7]) - m[1] * (m[3] * m[8] - m[5] * m[6]) + m[2] * (m[3] * m[7] - m[4] * m[6]), 1,
                1e-12);
  }
  EXPECT_NEAR(trace, 0, 5 / std::sqrt(draws));
  EXPECT_NEAR(square, 1, 10 / std::sqrt(draws));
  EXPECT_NEAR(down, 1.0 / 3, 2 / std::sqrt(draws));
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
