// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/fields.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "framework/base/error.hpp"
#include "framework/wave/multislice.hpp"
#include "tests/unit/wave/particles.hpp"

namespace ronchi::wave {

namespace {

/// A band-limited function of the place in a field of 20 x 30 A.
Complex at(double y, double x) {
  const double p = 2 * std::numbers::pi;
  return {static_cast<float>(1 + std::cos(p * 3 * x / 30) + std::sin(p * (2 * y / 20 - x / 30))),
          static_cast<float>(0.5 * std::cos(p * (4 * y / 20 + 5 * x / 30)))};
}
Field sampled(const Grid& grid) {
  Field field;
  for (std::int64_t y = 0; y < grid.ny; ++y)
    for (std::int64_t x = 0; x < grid.nx; ++x)
      field.push_back(at(static_cast<double>(y) * grid.sampling, static_cast<double>(x) * grid.sampling));
  return field;
}

}  // namespace

TEST(Fields, SidesThatTransformsLike) {
  EXPECT_EQ(good_side(1), 8);
  EXPECT_EQ(good_side(256), 256);
  EXPECT_EQ(good_side(257), 288);
  EXPECT_EQ(good_side(209), 216);
}

TEST(Fields, AResampledFieldIsTheSameFunction) {
  const Grid fine{80, 120, 0.25}, coarse{32, 48, 0.625};
  for (const auto& [from, to] : {std::pair{fine, coarse}, std::pair{coarse, fine}}) {
    Field field = sampled(from), out(static_cast<std::size_t>(to.pixels()));
    Fft(from).forward(field.data());
    resample(from, field.data(), to, out.data());
    Fft(to).inverse(out.data());
    const Field expected = sampled(to);
    for (std::size_t i = 0; i < out.size(); ++i)
      EXPECT_NEAR(std::abs(out[i] / static_cast<float>(to.pixels()) - expected[i]), 0, 2e-6) << i;
  }
}

TEST(Fields, OtherExtentsAreRefused) {
  Field a(64 * 64), b(32 * 32);
  EXPECT_THROW(resample({64, 64, 0.5}, a.data(), {32, 32, 0.9}, b.data()), Failure);
  EXPECT_THROW(embed(Fft({64, 64, 0.5}), a.data(), Fft({32, 32, 0.5}), 0, 0, b.data()), Failure);
  EXPECT_THROW(embed(Fft({32, 32, 0.4}), b.data(), Fft({64, 64, 0.5}), 0, 0, a.data()), Failure);
}

TEST(Fields, AnEmbeddedBoxIsWhereItWasPut) {
  const Grid small{8, 16, 0.5}, large{24, 32, 0.5};
  const Fft box(small), field(large);
  Field spectrum(static_cast<std::size_t>(small.pixels()));
  for (std::size_t i = 0; i < spectrum.size(); ++i) spectrum[i] = {static_cast<float>(i), 1};
  const Field wave = spectrum;
  box.forward(spectrum.data());
  Field out(static_cast<std::size_t>(large.pixels()));
  embed(box, spectrum.data(), field, -3, 25, out.data());
  field.inverse(out.data());
  for (std::int64_t y = 0; y < 24; ++y)
    for (std::int64_t x = 0; x < 32; ++x) {
      const std::int64_t i = (y + 3) % 24, j = (x + 7) % 32;
      const Complex expected = i < 8 && j < 16 ? wave[static_cast<std::size_t>(i * 16 + j)] : Complex(1);
      EXPECT_NEAR(std::abs(out[static_cast<std::size_t>(y * 32 + x)] / 768.f - expected), 0, 1e-4) << y << " " << x;
    }
}

TEST(Fields, AParticleInATightBoxIsTheParticleInTheField) {
  // 147 atoms, 15 A wide, in a box with 8 A to spare and in a field of 56 A.
  Settings wide, tight;
  wide.grid = {256, 256, 0.22};
  tight.grid = {144, 144, 0.22};
  const auto particle = icosahedron(3, 1);
  const auto rotation = any_rotation(5);
  const auto wave = [&](const Settings& s, double x, double y) {
    const Multislice multislice(s, particle.symbols);
    Multislice::Workspace workspace(multislice);
    Field spectrum(static_cast<std::size_t>(s.grid.pixels()));
    multislice.exit_wave(particle, {rotation, x, y}, workspace, spectrum.data());
    return spectrum;
  };
  const double middle = 72 * 0.22, x = middle + 0.03, y = middle - 0.05;
  const Field expected = wave(wide, x + 61 * 0.22, y + 20 * 0.22);
  Field box = wave(tight, x, y), out(expected.size());
  embed(Fft(tight.grid), box.data(), Fft(wide.grid), 20, 61, out.data());
  double difference = 0, scattered = 0;
  for (std::int64_t i = 0; i < 256; ++i)
    for (std::int64_t j = 0; j < 256; ++j) {
      const double k = std::hypot(wide.grid.frequency(i, 256), wide.grid.frequency(j, 256));
      if (k == 0 || k > 1.2) continue;
      const auto at = static_cast<std::size_t>(i * 256 + j);
      difference += std::norm(out[at] - expected[at]);
      scattered += std::norm(expected[at]);
    }
  EXPECT_LT(std::sqrt(difference / scattered), 0.01);
}

}  // namespace ronchi::wave
