// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "framework/kokkos.hpp"
#include "framework/wave/grid.hpp"
#include "framework/wave/multislice_pixel.hpp"

/// What happens to a pixel of a batch of waves.
namespace ronchi::wave {
namespace {

using Value = Kokkos::complex<float>;

template <class Array, class T>
void upload(Array& array, const char* name, const std::vector<T>& values) {
  if (array.extent(0) < values.size())
    array = Array(Kokkos::view_alloc(std::string(name), Kokkos::WithoutInitializing), values.size() + values.size() / 4);
  const Kokkos::View<const T*, Kokkos::HostSpace, Kokkos::MemoryTraits<Kokkos::Unmanaged>> from(values.data(), values.size());
  Kokkos::deep_copy(Kokkos::subview(array, std::make_pair(std::size_t{0}, values.size())), from);
}

inline Complex* raw(Value* p) { return reinterpret_cast<Complex*>(p); }

template <class Space, class Work>
void each_pixel(const char* name, std::int64_t count, const Work& work) {
  Kokkos::parallel_for(name, Kokkos::RangePolicy<Space, Kokkos::IndexType<std::int64_t>>(0, count), work);
}

/// What pixel i of a batch is.
struct BatchGrid {
  int ny = 0, nx = 0;
  KOKKOS_INLINE_FUNCTION int pixels() const { return ny * nx; }
  KOKKOS_INLINE_FUNCTION int wave(std::int64_t i) const { return static_cast<int>(i / pixels()); }
  KOKKOS_INLINE_FUNCTION int y(std::int64_t i) const { return static_cast<int>(i % pixels()) / nx; }
  KOKKOS_INLINE_FUNCTION int x(std::int64_t i) const { return static_cast<int>(i % pixels()) % nx; }
};

/// d pixels to the nearest image.
KOKKOS_INLINE_FUNCTION double nearest_image(double d, int n) {
  const double half = 0.5 * n;
  while (d > half) d -= n;
  while (d < -half) d += n;
  return d;
}

/// Multiplies a wave with the transmissions of the atoms of a slice.
struct Transmit {
  BatchGrid grid;
  Value* waves;
  const double* places;
  const int *kinds, *firsts;
  int slice, slices;
  const float *tables, *per_square;
  const int *table_first, *entries;

  KOKKOS_INLINE_FUNCTION void operator()(const std::int64_t i) const {
    const int y = grid.y(i), x = grid.x(i), *first = firsts + grid.wave(i) * (slices + 1) + slice;
    float re = 1, im = 0;
    bool touched = false;
    for (int a = first[0]; a < first[1]; ++a) {
      const int kind = kinds[a], end = entries[kind];
      const auto dy = static_cast<float>(nearest_image(y - places[2 * a + 1], grid.ny));
      const float of_y = dy * dy * per_square[kind];
      if (of_y >= static_cast<float>(end)) continue;
      const auto dx = static_cast<float>(nearest_image(x - places[2 * a], grid.nx));
      const float position = dx * dx * per_square[kind] + of_y;
      if (position >= static_cast<float>(end)) continue;
      float atom_re, atom_im;
      transmission_of_atom(tables + 2 * table_first[kind], end, position, atom_re, atom_im);
      times(re, im, atom_re, atom_im);
      touched = true;
    }
    if (!touched) return;
    Value& wave = waves[i];
    times(wave.real(), wave.imag(), re, im);
  }
};

/// Factors of the propagator along an axis: exp(-i pi dz (lambda k^2 + 2 k tan(tilt))).
struct StepFactors {
  int n;
  double wavelength, tangent, frequency_step, scale;
  const double* distances;
  Value* factors;

  KOKKOS_INLINE_FUNCTION void operator()(const int i) const {
    using std::cos;
    using std::sin;
    const int at = i % n;
    const double k = (at < (n + 1) / 2 ? at : at - n) * frequency_step;
    const double phase = -3.14159265358979323846 * distances[i / n] * (wavelength * k * k + 2 * k * tangent);
    factors[i] = Value(static_cast<float>(scale * cos(phase)), static_cast<float>(scale * sin(phase)));
  }
};

/// Multiplies spectra with the propagator, and with 0 outside the band.
struct Propagate {
  BatchGrid grid;
  Value* spectra;
  const Value *along_x, *along_y;
  const int* height;

  KOKKOS_INLINE_FUNCTION void operator()(const std::int64_t i) const {
    const int w = grid.wave(i), y = grid.y(i), x = grid.x(i), h = height[x];
    if (y < h || (h > 0 && y > grid.ny - h))
      spectra[i] *= along_x[w * grid.nx + x] * along_y[w * grid.ny + y];
    else
      spectra[i] = Value(0, 0);
  }
};

}  // namespace
}  // namespace ronchi::wave
