// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/fft.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>
#include <thread>

#include "framework/base/error.hpp"
#include "framework/base/random.hpp"
#include "framework/wave/real_fft.hpp"

namespace ronchi::wave {

namespace {

Field noise(const Grid& grid, std::uint64_t item) {
  Field field(static_cast<std::size_t>(grid.pixels()));
  Random random(1, 2, item, 3);
  for (auto& v : field) v = {static_cast<float>(random.uniform(-1, 1)), static_cast<float>(random.uniform(-1, 1))};
  return field;
}

RealField real_noise(const Grid& grid, std::uint64_t item) {
  RealField image(static_cast<std::size_t>(grid.pixels()));
  std::ranges::transform(noise(grid, item), image.begin(), [](Complex v) { return v.real(); });
  return image;
}

bool same_bytes(const Field& a, const Field& b) { return std::memcmp(a.data(), b.data(), a.size() * sizeof(Complex)) == 0; }

}  // namespace

TEST(Fft, APlaneWaveIsOneFrequency) {
  const Grid grid{24, 32, 0.5};
  const Fft fft(grid);
  Field wave(static_cast<std::size_t>(grid.pixels()));
  const int v = 5, u = -3;
  for (std::int64_t y = 0; y < grid.ny; ++y)
    for (std::int64_t x = 0; x < grid.nx; ++x) {
      const double phase = 2 * std::numbers::pi * (v * static_cast<double>(y) / 24 + u * static_cast<double>(x) / 32);
      wave[static_cast<std::size_t>(y * grid.nx + x)] = {static_cast<float>(std::cos(phase)), static_cast<float>(std::sin(phase))};
    }
  fft.forward(wave.data());
  for (std::int64_t y = 0; y < grid.ny; ++y)
    for (std::int64_t x = 0; x < grid.nx; ++x)
      EXPECT_NEAR(std::abs(wave[static_cast<std::size_t>(y * grid.nx + x)] - Complex(y == v && x == 32 + u ? 24 * 32 : 0)), 0,
                  2e-4);
}

TEST(Fft, ThereAndBackIsTheNumberOfPixels) {
  const Grid grid{96, 64, 1};
  const Fft fft(grid);
  const Field before = noise(grid, 0);
  Field field = before;
  fft.forward(field.data());
  fft.inverse(field.data());
  for (std::size_t i = 0; i < field.size(); ++i) EXPECT_NEAR(std::abs(field[i] / 6144.f - before[i]), 0, 1e-6);
}

TEST(Fft, IsTheSumOfItsDefinition) {
  const Grid grid{12, 16, 1};
  const Fft fft(grid);
  const Field field = noise(grid, 5);
  Field forward = field, inverse = field;
  fft.forward(forward.data());
  fft.inverse(inverse.data());
  for (int v = 0; v < 12; ++v)
    for (int u = 0; u < 16; ++u) {
      std::complex<double> minus = 0, plus = 0;
      for (int y = 0; y < 12; ++y)
        for (int x = 0; x < 16; ++x) {
          const double turns = v * y / 12.0 + u * x / 16.0;
          const std::complex<double> value(field[static_cast<std::size_t>(y * 16 + x)]);
          minus += value * std::polar(1.0, -2 * std::numbers::pi * turns);
          plus += value * std::polar(1.0, 2 * std::numbers::pi * turns);
        }
      EXPECT_NEAR(std::abs(std::complex<double>(forward[static_cast<std::size_t>(v * 16 + u)]) - minus), 0, 2e-5);
      EXPECT_NEAR(std::abs(std::complex<double>(inverse[static_cast<std::size_t>(v * 16 + u)]) - plus), 0, 2e-5);
    }
}

TEST(Fft, RowsAndThenGroupsOfColumnsAreTheWhole) {
  const Grid grid{48, 64, 1};
  const Fft fft(grid);
  const Field field = noise(grid, 1);
  Field whole = field, rows(field.size()), frequencies(field.size()), back(field.size());
  fft.forward(whole.data());
  for (std::int64_t y = 0; y < 48; ++y)
    fft.forward_row(&field[static_cast<std::size_t>(y * 64)], &rows[static_cast<std::size_t>(y * 64)]);
  Field columns(48 * Fft::group), transformed(48 * Fft::group);
  for (std::size_t x = 0; x < 64; x += Fft::group) {
    for (std::size_t y = 0; y < 48; ++y) std::copy_n(&rows[y * 64 + x], Fft::group, &columns[y * Fft::group]);
    fft.forward_columns(columns.data(), transformed.data());
    for (std::size_t y = 0; y < 48; ++y)
      for (std::size_t c = 0; c < Fft::group; ++c) frequencies[y * 64 + x + c] = transformed[c * 48 + y];
    fft.inverse_columns(transformed.data(), columns.data());
    for (std::size_t y = 0; y < 48; ++y) std::copy_n(&columns[y * Fft::group], Fft::group, &rows[y * 64 + x]);
  }
  for (std::size_t y = 0; y < 48; ++y) fft.inverse_row(&rows[y * 64], &back[y * 64]);
  for (std::size_t i = 0; i < field.size(); ++i) {
    EXPECT_NEAR(std::abs(frequencies[i] - whole[i]), 0, 1e-4);
    EXPECT_NEAR(std::abs(back[i] / 3072.f - field[i]), 0, 1e-6);
  }
}

TEST(Fft, ThreadsShareOnePlanAndAnotherPlanGivesTheSameBytes) {
  const Grid grid{64, 64, 1};
  const Fft fft(grid);
  std::vector<Field> fields;
  for (std::uint64_t i = 0; i < 8; ++i) fields.push_back(noise(grid, i));
  auto expected = fields;
  const Fft another(grid);
  for (auto& f : expected) another.forward(f.data());
  {
    std::vector<std::jthread> threads;
    for (auto& f : fields) threads.emplace_back([&] { fft.forward(f.data()); });
  }
  for (std::size_t i = 0; i < fields.size(); ++i) EXPECT_TRUE(same_bytes(fields[i], expected[i])) << i;
}

TEST(Fft, AFieldThatCannotBeIsRefused) {
  EXPECT_THROW(Fft(Grid{0, 64, 1}), Failure);
  EXPECT_THROW(Fft(Grid{64, 63, 1}), Failure);
  EXPECT_THROW(Fft(Grid{63, 64, 1}), Failure);
}

/// Columns from 0 to the Nyquist frequency, and no more than that.
TEST(RealFft, IsTheHalfOfTheComplexTransform) {
  const Grid grid{20, 48, 1};
  const RealFft real(grid);
  const Fft fft(grid);
  const RealField image = real_noise(grid, 7);
  Field whole(image.begin(), image.end()), spectrum(static_cast<std::size_t>(real.frequencies()), Complex(9, 9));
  fft.forward(whole.data());
  real.forward(image.data(), spectrum.data());
  ASSERT_EQ(real.columns(), 28);
  for (std::int64_t u = 0; u < real.columns(); ++u)
    for (std::int64_t v = 0; v < 20; ++v) {
      const Complex expected = u <= 24 ? whole[static_cast<std::size_t>(v * 48 + u)] : Complex{};
      EXPECT_NEAR(std::abs(spectrum[static_cast<std::size_t>(u * 20 + v)] - expected), 0, 2e-5) << u << ", " << v;
    }
  Field first(4 * 20);
  real.forward(image.data(), 4, first.data());
  EXPECT_TRUE(same_bytes(first, Field(spectrum.begin(), spectrum.begin() + 80)));
}

/// Each of the frequencies by itself, those that are their own mirror images too.
TEST(RealFft, TheInverseOfOneFrequencyIsItsWave) {
  const Grid grid{12, 16, 1};
  const RealFft real(grid);
  const auto n = static_cast<std::size_t>(real.frequencies());
  for (std::int64_t u = 0; u <= 8; ++u)
    for (std::int64_t v = 0; v < 12; ++v) {
      const bool edge = u == 0 || u == 8, own = edge && v % 6 == 0;
      const Complex amplitude = own ? Complex(0.7f, 0) : Complex(0.7f, -0.4f);
      Field spectrum(n);
      spectrum[static_cast<std::size_t>(u * 12 + v)] = amplitude;
      if (edge && !own) spectrum[static_cast<std::size_t>(u * 12 + 12 - v)] = std::conj(amplitude);
      RealField image(static_cast<std::size_t>(grid.pixels()));
      real.inverse(spectrum.data(), image.data());
      for (int y = 0; y < 12; ++y)
        for (int x = 0; x < 16; ++x) {
          const auto turn =
              std::polar(1.0, 2 * std::numbers::pi * (static_cast<double>(u) * x / 16.0 + static_cast<double>(v) * y / 12.0));
          const double wave = (own ? 1 : 2) * (std::complex<double>(amplitude) * turn).real();
          ASSERT_NEAR(image[static_cast<std::size_t>(y * 16 + x)], wave, 1e-6) << u << ", " << v;
        }
    }
}

TEST(RealFft, ThereAndBackIsTheNumberOfPixels) {
  for (const Grid& grid : {Grid{96, 64, 1}, Grid{30, 40, 1}, Grid{256, 256, 1}}) {
    const RealFft real(grid);
    const RealField before = real_noise(grid, 8);
    Field spectrum(static_cast<std::size_t>(real.frequencies()));
    RealField after(before.size());
    real.forward(before.data(), spectrum.data());
    real.inverse(spectrum.data(), after.data());
    for (std::size_t i = 0; i < before.size(); ++i) ASSERT_NEAR(after[i] / static_cast<float>(grid.pixels()), before[i], 1e-6);
  }
}

}  // namespace ronchi::wave
