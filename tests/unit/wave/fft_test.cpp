// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/fft.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <numbers>
#include <thread>

#include "framework/base/error.hpp"
#include "framework/base/random.hpp"

namespace ronchi::wave {

namespace {

Field noise(const Grid& grid, std::uint64_t item) {
  Field field(static_cast<std::size_t>(grid.pixels()));
  Random random(1, 2, item, 3);
  for (auto& v : field) v = {static_cast<float>(random.uniform(-1, 1)), static_cast<float>(random.uniform(-1, 1))};
  return field;
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

}  // namespace ronchi::wave
