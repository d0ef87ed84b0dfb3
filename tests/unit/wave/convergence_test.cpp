// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// How fine the sampling must be, on 561 atoms of Ag and Co in a field of 11.1 nm at 200 kV. Truth: the textbook's multislice on
// 1024 x 1024 pixels.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <numbers>

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
const physics::Particle& particle() {
  static const auto p = icosahedron(5, 3);
  return p;
}
const Pose pose{physics::uniform_rotation(0.3, 0.6, 0.1), width / 2, width / 2};

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

std::vector<double> fast_image(const Settings& s) {
  const Multislice multislice(s, particle().symbols);
  Multislice::Workspace workspace(multislice);
  Field wave(static_cast<std::size_t>(s.grid.pixels()));
  multislice.exit_wave(particle(), pose, workspace, wave.data());
  return image(s, wave);
}

const std::vector<double>& reference() {
  static const auto r = image(settings(1024, 20), textbook_exit_wave(settings(1024, 20), particle(), pose));
  return r;
}

}  // namespace

TEST(Convergence, OfTheTextbookWithTheSampling) {
  double last = 1;
  for (const std::int64_t n : {256, 384, 512, 640}) {
    const double e = error(image(settings(n, 20), textbook_exit_wave(settings(n, 20), particle(), pose)), reference());
    std::printf("textbook, %4d pixels of %.3f A: %.4f\n", static_cast<int>(n), width / static_cast<double>(n), e);
    EXPECT_LT(e, last);
    last = e;
  }
}

TEST(Convergence, OfAtomsWithTheSampling) {
  for (const std::int64_t n : {192,256, 320, 384, 512, 640, 1024}) {
    const double e = error(fast_image(settings(n, 20)), reference());
    std::printf("atoms, %4d pixels of %.3f A: %.4f\n", static_cast<int>(n), width / static_cast<double>(n), e);
  }
}

TEST(Convergence, WithTheNumberOfSlices) {
  const auto fine = fast_image(settings(512, 60));
  for (const int slices : {1, 2,5, 10, 20, 30}) std::printf("%d slices: %.4f\n", slices, error(fast_image(settings(512, slices)), fine));
}

}  // namespace ronchi::wave
