// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/real_fft.hpp"

#include <algorithm>

namespace ronchi::wave {

namespace {

constexpr std::int64_t group = Fft::group;

/// A thread's own memory: an image between the transforms of its rows and of its columns, [groups, ny, group], and two rows.
struct Scratch {
  Complex *mixed, *row, *frequencies;

  Scratch(std::int64_t mixed_size, std::int64_t nx) {
    thread_local Field values;
    const auto size = static_cast<std::size_t>(mixed_size + 2 * nx);
    if (values.size() < size) values.resize(size);
    mixed = values.data();
    row = mixed + mixed_size;
    frequencies = row + nx;
  }
};

/// The frequencies A and B of two real rows a and b from those of a + i b: A(k) = (F(k) + F*(-k)) / 2, B(k) = (F(k) - F*(-k)) / 2i.
void part_rows(Complex f, Complex mirrored, Complex& a, Complex& b) {
  a = {0.5f * (f.real() + mirrored.real()), 0.5f * (f.imag() - mirrored.imag())};
  b = {0.5f * (f.imag() + mirrored.imag()), 0.5f * (mirrored.real() - f.real())};
}

}  // namespace

/// From group to group; a cache line more than they need, or all would fall into the same set.
std::int64_t RealFft::stride() const { return (grid().ny + 2) * group; }

void RealFft::forward(const float* image, std::int64_t columns, Complex* spectrum) const {
  const std::int64_t ny = grid().ny, nx = grid().nx, groups = columns / group;
  const auto [mixed, row, f] = Scratch(groups * stride(), nx);
  const std::int64_t kept = std::min(columns, nx / 2 + 1);
  if (kept < columns) std::fill_n(mixed + (groups - 1) * stride(), stride(), Complex{});
  for (std::int64_t y = 0; y < ny; y += 2) {
    const float *a = image + y * nx, *b = a + nx;
    for (std::int64_t x = 0; x < nx; ++x) row[x] = {a[x], b[x]};
    fft_.forward_row(row, f);
    for (std::int64_t k = 0; k < kept; ++k) {
      Complex* to = mixed + k / group * stride() + y * group + k % group;
      part_rows(f[k], f[k == 0 ? 0 : nx - k], to[0], to[group]);
    }
  }
  for (std::int64_t g = 0; g < groups; ++g) fft_.forward_columns(mixed + g * stride(), spectrum + g * group * ny);
}

void RealFft::inverse(const Complex* spectrum, float* image) const {
  const std::int64_t ny = grid().ny, nx = grid().nx, groups = columns() / group;
  const auto [mixed, row, f] = Scratch(groups * stride(), nx);
  for (std::int64_t g = 0; g < groups; ++g) fft_.inverse_columns(spectrum + g * group * ny, mixed + g * stride());
  for (std::int64_t y = 0; y < ny; y += 2) {
    const auto at = [&](std::int64_t k) { return mixed + k / group * stride() + y * group + k % group; };
    for (std::int64_t k = 1; k < nx / 2; ++k) {
      const Complex a = at(k)[0], b = at(k)[group];
      f[k] = {a.real() - b.imag(), a.imag() + b.real()};
      f[nx - k] = {a.real() + b.imag(), b.real() - a.imag()};
    }
    for (const std::int64_t k : {std::int64_t{0}, nx / 2}) f[k] = {at(k)[0].real(), at(k)[group].real()};
    fft_.inverse_row(f, row);
    float *a = image + y * nx, *b = a + nx;
    for (std::int64_t x = 0; x < nx; ++x) {
      a[x] = row[x].real();
      b[x] = row[x].imag();
    }
  }
}

}  // namespace ronchi::wave
