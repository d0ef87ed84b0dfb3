// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// How fine the sampling and the slices must be, on 561 atoms of Ag and Co, displaced by 0.1 A (300 K), in a field of 11.1 nm at 200
// kV; images by a lens with C30 = -6 um, 5 nm overfocus and a focal spread of 3 nm. Truth: the textbook's multislice on 1024 x 1024
// pixels. The figures are printed.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <numbers>
#include <utility>

#include "framework/base/random.hpp"
#include "framework/physics/electrons.hpp"
#include "framework/wave/textbook.hpp"
#include "tests/unit/wave/particles.hpp"

namespace ronchi::wave {

namespace {

constexpr double pi = std::numbers::pi, width = 111.3;

Settings settings(std::int64_t n, int slices) {
  Settings s;
  s.grid = {n, n, width / static_cast<double>(n)};
  s.slices = slices;
  return s;
}
/// `displacement` in A, root mean square along each axis.
physics::Particle warm(double displacement) {
  auto p = icosahedron(5, 3);
  Random random(7, 0, 1, 0);
  for (auto& x : p.positions) x += displacement * random.normal();
  return p;
}
Pose pose(const physics::Rotation& rotation) { return {rotation, width / 2, width / 2}; }
const physics::Rotation somehow = any_rotation(1);

/// 256 x 256 pixels of the image by a lens with C30 = -6 um, 5 nm overfocus and a focal spread of 3 nm (1/e).
std::vector<double> image(const Settings& s, const Field& wave) {
  const Grid small{256, 256, width / 256};
  const Fft fft(small);
  Field field(256 * 256);
  const double lambda = physics::wavelength(s.energy), n = static_cast<double>(s.grid.ny);
  for (std::int64_t y = 0; y < 256; ++y)
    for (std::int64_t x = 0; x < 256; ++x) {
      const double ky = small.frequency(y, 256), kx = small.frequency(x, 256), a2 = lambda * lambda * (kx * kx + ky * ky);
      const double chi = 2 * pi / lambda * (50 * a2 / 2 - 6e4 * a2 * a2 / 4), damping = pi / 2 * 30 / lambda * a2;
      const std::int64_t row = y < 128 ? y : y + s.grid.ny - 256, column = x < 128 ? x : x + s.grid.nx - 256;
      const std::complex<double> value(wave[static_cast<std::size_t>(row * s.grid.nx + column)]);
      field[static_cast<std::size_t>(y * 256 + x)] = Complex(value * std::polar(std::exp(-damping * damping) / (n * n), -chi));
    }
  fft.inverse(field.data());
  std::vector<double> out;
  for (const auto& v : field) out.push_back(std::norm(v));
  return out;
}

/// Root mean square difference over the standard deviation of the reference.
double error(const std::vector<double>& image, const std::vector<double>& reference) {
  double mean = 0, variance = 0, difference = 0;
  for (const double v : reference) mean += v / static_cast<double>(reference.size());
  for (std::size_t i = 0; i < image.size(); ++i) {
    variance += (reference[i] - mean) * (reference[i] - mean);
    difference += (image[i] - reference[i]) * (image[i] - reference[i]);
  }
  return std::sqrt(difference / variance);
}

std::vector<double> fast_image(const Settings& s, const physics::Particle& particle, const physics::Rotation& rotation) {
  const Multislice multislice(s, particle.symbols);
  Multislice::Workspace workspace(multislice);
  Field wave(static_cast<std::size_t>(s.grid.pixels()));
  multislice.exit_wave(particle, pose(rotation), workspace, wave.data());
  return image(s, wave);
}
std::vector<double> textbook_image(const Settings& s, const physics::Particle& particle, const physics::Rotation& rotation) {
  return image(s, textbook_exit_wave(s, particle, pose(rotation)));
}

/// Errors of both at a number of pixels; printed.
std::array<double, 2> errors(std::int64_t n, const physics::Particle& particle, const physics::Rotation& rotation,
                             const std::vector<double>& reference) {
  const auto s = settings(n, 20);
  const std::array out{error(textbook_image(s, particle, rotation), reference),
                       error(fast_image(s, particle, rotation), reference)};
  std::printf("%4d pixels of %.3f A: textbook %.4f, atoms %.4f\n", static_cast<int>(n), s.grid.sampling, out[0], out[1]);
  return out;
}

}  // namespace

TEST(Convergence, WithTheSampling) {
  const auto particle = warm(0.1);
  const auto reference = textbook_image(settings(1024, 20), particle, somehow);
  // Found by another multislice, in Python, for such a particle (another orientation, slices of 1 A).
  const std::pair<std::int64_t, double> found[] = {{256, 0.39}, {384, 0.12}, {512, 0.074}, {640, 0.040}};
  for (const auto& [n, near] : found) {
    const auto [textbook, atoms] = errors(n, particle, somehow, reference);
    EXPECT_GT(textbook, 0.5 * near) << n;
    EXPECT_LT(textbook, 1.5 * near) << n;
    if (n == 384) { EXPECT_LT(atoms, 0.05) << "0.29 A per pixel"; }
    if (n == 512) { EXPECT_LT(atoms, 0.025) << "0.217 A per pixel"; }
    if (n >= 384 && n <= 512) { EXPECT_LT(atoms, 0.6 * textbook) << n; }
  }
  const double limit = error(fast_image(settings(1024, 20), particle, somehow), reference);
  std::printf("1024 pixels: atoms against textbook %.4f\n", limit);
  EXPECT_LT(limit, 0.0125) << "two ways to the same limit";
}

TEST(Convergence, WithTheNumberOfSlices) {
  const auto particle = warm(0.1);
  const auto fine = fast_image(settings(512, 60), particle, somehow);
  double last = 1;
  for (const int slices : {1, 2, 5, 10, 20}) {
    const double e = error(fast_image(settings(512, slices), particle, somehow), fine);
    std::printf("%d slices: %.4f\n", slices, e);
    EXPECT_LT(e, last);
    if (slices == 1) { EXPECT_GT(e, 0.05) << "a projection is not enough"; }
    last = e;
  }
  EXPECT_LT(last, 0.01);
}

#ifdef RONCHI_LONG_TESTS
TEST(Convergence, InManyOrientations) {
  Random random(7, 0, 3, 0);
  for (int trial = 0; trial < 10; ++trial) {
    const auto particle = warm(trial == 0 ? 0 : 0.1);
    const auto rotation = trial < 2 ? physics::no_rotation : physics::rotation_of(physics::uniform_quaternion(random));
    std::printf("%s%s\n", trial < 2 ? "along a twofold axis" : "somehow", trial == 0 ? ", 0 K" : "");
    const auto reference = textbook_image(settings(1024, 20), particle, rotation);
    for (const std::int64_t n : {256, 384, 512, 640}) {
      const auto [textbook, atoms] = errors(n, particle, rotation, reference);
      if (n >= 384) { EXPECT_LT(atoms, textbook); }
      if (trial > 1 && n == 384) { EXPECT_LT(atoms, 0.05); }
      if (trial > 0 && n == 512) { EXPECT_LT(atoms, 0.06); }
    }
  }
}
#endif

}  // namespace ronchi::wave
