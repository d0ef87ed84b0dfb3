// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/real_fft.hpp"

#include <algorithm>
#include <cstring>

namespace ronchi::wave {

namespace {

constexpr std::int64_t group = Fft::group;

/// A thread's own memory: an image between the transforms of its rows and of its columns, [groups, ny, group]; a complex row and
/// its frequencies; the frequencies of two real rows.
struct Scratch {
  Complex *mixed, *row, *frequencies, *a, *b;

  Scratch(std::int64_t mixed_size, std::int64_t nx) {
    thread_local Field values;
    const std::int64_t half = nx / 2 + 2 * group;
    const auto size = static_cast<std::size_t>(mixed_size + 2 * nx + 2 * half);
    if (values.size() < size) values.resize(size);
    mixed = values.data();
    row = mixed + mixed_size;
    frequencies = row + nx;
    a = frequencies + nx;
    b = a + half;
  }
};

/// The frequencies A and B of two real rows a and b from those of a + i b, F: A(k) = (F(k) + F*(-k)) / 2 and
/// B(k) = (F(k) - F*(-k)) / 2i for k < `count`.
void part_rows(const Complex* f, std::int64_t nx, std::int64_t count, Complex* a, Complex* b) {
  for (std::int64_t k = 0; k < count; ++k) {
    const Complex here = f[k], mirrored = f[k == 0 ? 0 : nx - k];
    a[k] = {0.5f * (here.real() + mirrored.real()), 0.5f * (here.imag() - mirrored.imag())};
    b[k] = {0.5f * (here.imag() + mirrored.imag()), 0.5f * (mirrored.real() - here.real())};
  }
}

/// The other way round. What is its own mirror image is real.
void join_rows(const Complex* a, const Complex* b, std::int64_t nx, Complex* f) {
  for (std::int64_t k = 1; k < nx / 2; ++k) {
    const Complex p = a[k], q = b[k];
    f[k] = {p.real() - q.imag(), p.imag() + q.real()};
    f[nx - k] = {p.real() + q.imag(), q.real() - p.imag()};
  }
  for (const std::int64_t k : {std::int64_t{0}, nx / 2}) f[k] = {a[k].real(), b[k].real()};
}

}  // namespace

/// From group to group; a cache line more than they need, or all would fall into the same set.
std::int64_t RealFft::stride() const { return (grid().ny + 2) * group; }

void RealFft::forward(const float* image, std::int64_t columns, Complex* spectrum) const {
  const std::int64_t ny = grid().ny, nx = grid().nx, groups = columns / group, step = stride();
  const auto [mixed, row, f, a, b] = Scratch(groups * step, nx);
  const std::int64_t kept = std::min(columns, nx / 2 + 1);
  std::fill(a + kept, a + columns, Complex{});
  std::fill(b + kept, b + columns, Complex{});
  for (std::int64_t y = 0; y < ny; y += 2) {
    const float *upper = image + y * nx, *lower = upper + nx;
    for (std::int64_t x = 0; x < nx; ++x) row[x] = {upper[x], lower[x]};
    fft_.forward_row(row, f);
    part_rows(f, nx, kept, a, b);
    for (std::int64_t g = 0; g < groups; ++g) {
      Complex* to = mixed + g * step + y * group;
      std::memcpy(to, a + g * group, group * sizeof(Complex));
      std::memcpy(to + group, b + g * group, group * sizeof(Complex));
    }
  }
  for (std::int64_t g = 0; g < groups; ++g) fft_.forward_columns(mixed + g * step, spectrum + g * group * ny);
}

void RealFft::inverse(const Complex* spectrum, float* image) const {
  const std::int64_t ny = grid().ny, nx = grid().nx, groups = columns() / group, step = stride();
  const auto [mixed, row, f, a, b] = Scratch(groups * step, nx);
  for (std::int64_t g = 0; g < groups; ++g) fft_.inverse_columns(spectrum + g * group * ny, mixed + g * step);
  for (std::int64_t y = 0; y < ny; y += 2) {
    for (std::int64_t g = 0; g < groups; ++g) {
      const Complex* from = mixed + g * step + y * group;
      std::memcpy(a + g * group, from, group * sizeof(Complex));
      std::memcpy(b + g * group, from + group, group * sizeof(Complex));
    }
    join_rows(a, b, nx, f);
    fft_.inverse_row(f, row);
    float *upper = image + y * nx, *lower = upper + nx;
    for (std::int64_t x = 0; x < nx; ++x) {
      upper[x] = row[x].real();
      lower[x] = row[x].imag();
    }
  }
}

}  // namespace ronchi::wave
