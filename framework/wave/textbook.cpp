// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/textbook.hpp"

#include <cmath>
#include <complex>
#include <numbers>

#include "framework/physics/electrons.hpp"

namespace ronchi::wave {

namespace {

constexpr double pi = std::numbers::pi;

/// exp(-2 pi i k x_a) for all frequencies of a side: [n, chosen].
std::vector<std::complex<double>> waves(const Grid& grid, std::int64_t n, std::span<const double> positions, int coordinate,
                                        std::span<const std::int32_t> chosen) {
  std::vector<std::complex<double>> out;
  for (std::int64_t i = 0; i < n; ++i)
    for (const auto a : chosen)
      out.push_back(std::polar(
          1.0, -2 * pi * grid.frequency(i, n) * positions[3 * static_cast<std::size_t>(a) + static_cast<std::size_t>(coordinate)]));
  return out;
}

double squared(double x) { return x * x; }

/// What is above the band is taken away; the rest is multiplied by a factor of its frequency.
template <class Factor>
void limit(const Grid& grid, double band, Complex* spectrum, const Factor& factor) {
  for (std::int64_t y = 0; y < grid.ny; ++y)
    for (std::int64_t x = 0; x < grid.nx; ++x) {
      const double ky = grid.frequency(y, grid.ny), kx = grid.frequency(x, grid.nx);
      Complex& value = spectrum[y * grid.nx + x];
      value = squared(kx) + squared(ky) < squared(band) ? Complex(std::complex<double>(value) * factor(kx, ky)) : Complex(0);
    }
}

}  // namespace

void projected_phase(const Settings& settings, const physics::Particle& particle, std::span<const double> positions,
                     std::span<const std::int32_t> chosen, const Fft& fft, RealField& phase) {
  const Grid& grid = settings.grid;
  Field spectrum(static_cast<std::size_t>(grid.pixels()));
  const double scale =
      physics::wavelength(settings.energy) * physics::relativistic_mass(settings.energy) / (grid.height() * grid.width());
  for (std::size_t s = 0; s < particle.symbols.size(); ++s) {
    std::vector<std::int32_t> of_species;
    for (const auto a : chosen)
      if (particle.species[static_cast<std::size_t>(a)] == s) of_species.push_back(a);
    if (of_species.empty()) continue;
    const int z = physics::atomic_number(particle.symbols[s], settings.table);
    const auto along_x = waves(grid, grid.nx, positions, 0, of_species), along_y = waves(grid, grid.ny, positions, 1, of_species);
    const std::size_t count = of_species.size();
    for (std::int64_t y = 0; y < grid.ny; ++y)
      for (std::int64_t x = 0; x < grid.nx; ++x) {
        const auto *ey = &along_y[static_cast<std::size_t>(y) * count], *ex = &along_x[static_cast<std::size_t>(x) * count];
        double re = 0, im = 0;
        for (std::size_t a = 0; a < count; ++a) {
          re += ey[a].real() * ex[a].real() - ey[a].imag() * ex[a].imag();
          im += ey[a].real() * ex[a].imag() + ey[a].imag() * ex[a].real();
        }
        const double f = scale * physics::scattering_factor(settings.table, z,
                                                            std::hypot(grid.frequency(x, grid.nx), grid.frequency(y, grid.ny)));
        spectrum[static_cast<std::size_t>(y * grid.nx + x)] += Complex(std::complex<double>(re, im) * f);
      }
  }
  fft.inverse(spectrum.data());
  phase.resize(spectrum.size());
  for (std::size_t i = 0; i < phase.size(); ++i) phase[i] = spectrum[i].real();
}

Field textbook_exit_wave(const Settings& settings, const physics::Particle& particle, const Pose& pose) {
  const Grid& grid = settings.grid;
  const double band = grid.nyquist() * 2 / 3, lambda = physics::wavelength(settings.energy),
               pixels = static_cast<double>(grid.pixels());
  const Fft fft(grid);
  Slicing slicing;
  slicing.set(particle, pose, settings.slices, settings.thickness);
  const auto step = [&](double distance, double kx, double ky) {
    const double tilted = kx * std::tan(1e-3 * settings.tilt[0]) + ky * std::tan(1e-3 * settings.tilt[1]);
    return std::polar(1.0, -pi * distance * (lambda * (kx * kx + ky * ky) + 2 * tilted));
  };
  Field wave(static_cast<std::size_t>(grid.pixels()), Complex(1)), t(wave.size());
  RealField phase;
  for (int s = 0; s < slicing.slices(); ++s) {
    const auto begin = static_cast<std::size_t>(slicing.first[static_cast<std::size_t>(s)]),
               end = static_cast<std::size_t>(slicing.first[static_cast<std::size_t>(s) + 1]);
    projected_phase(settings, particle, slicing.positions, std::span(slicing.order).subspan(begin, end - begin), fft, phase);
    for (std::size_t i = 0; i < t.size(); ++i) t[i] = std::polar(1.f, phase[i]);
    fft.forward(t.data());
    limit(grid, band, t.data(), [&](double, double) { return 1 / pixels; });
    fft.inverse(t.data());
    for (std::size_t i = 0; i < t.size(); ++i) wave[i] *= t[i];
    fft.forward(wave.data());
    const bool end_of_particle = s + 1 == slicing.slices();
    limit(grid, band, wave.data(), [&](double kx, double ky) {
      return end_of_particle
                 ? step(-slicing.z.back(), kx, ky)
                 : step(slicing.z[static_cast<std::size_t>(s) + 1] - slicing.z[static_cast<std::size_t>(s)], kx, ky) / pixels;
    });
    if (!end_of_particle) fft.inverse(wave.data());
  }
  return wave;
}

}  // namespace ronchi::wave
