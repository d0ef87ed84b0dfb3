// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/physics/diffraction.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "framework/base/error.hpp"

namespace ronchi::physics {

namespace {

constexpr double pi = std::numbers::pi;

double sinc_squared(double x) {
  const double y = pi * x;
  if (std::abs(y) < 1e-4) return 1 - y * y / 3;
  const double s = std::sin(y) / y;
  return s * s;
}

}  // namespace

std::vector<Reflection> zone_reflections(const Crystal& crystal, const Miller& zone, const Miller& up, double limit,
                                         const Illumination& illumination, double weakest) {
  const auto in_zone = [&](const Miller& m) { return m[0] * zone[0] + m[1] * zone[1] + m[2] * zone[2] == 0; };
  const Vec3 axis = crystal.direction(zone), first = crystal.reciprocal(up);
  if (dot(axis, axis) == 0 || dot(first, first) == 0 || !in_zone(up))
    fail(Fault::usage, "Choose up = [h, k, l] with h u + k v + l w = 0 for the zone axis [u, v, w].",
         "reflection ({}, {}, {}) does not lie in the zone [{}, {}, {}]", up[0], up[1], up[2], zone[0], zone[1], zone[2]);
  const Vec3 e3 = scaled(axis, 1 / std::sqrt(dot(axis, axis))), e1 = scaled(first, 1 / std::sqrt(dot(first, first)));
  const Vec3 e2 = cross(e3, e1);

  // |h| = |g . a| <= |g| |a|
  Miller most;
  for (std::size_t i = 0; i < 3; ++i) most[i] = static_cast<int>(limit * std::sqrt(dot(crystal.cell[i], crystal.cell[i])));
  std::vector<Reflection> found;
  const double volume = crystal.volume();
  for (int h = -most[0]; h <= most[0]; ++h)
    for (int k = -most[1]; k <= most[1]; ++k)
      for (int l = -most[2]; l <= most[2]; ++l) {
        const Miller hkl{h, k, l};
        if ((h == 0 && k == 0 && l == 0) || !in_zone(hkl)) continue;
        const Vec3 g = crystal.reciprocal(hkl);
        const double length = std::sqrt(dot(g, g));
        if (length > limit) continue;
        const double factor = std::abs(crystal.structure_factor(hkl));
        found.push_back(
            {hkl, dot(g, e1), dot(g, e2), length, illumination.mass * illumination.wavelength * factor / (pi * volume)});
      }
  double strongest = 0;
  for (const Reflection& r : found) strongest = std::max(strongest, r.inverse_extinction);
  std::erase_if(found, [&](const Reflection& r) { return r.inverse_extinction <= weakest * strongest; });
  return found;
}

double precession_mean(double u, double v) {
  if (v == 0) return sinc_squared(u);
  // sinc^2 has no Fourier component above 1, so the trapezoid rule over the azimuth is exact to rounding once it has more
  // points than the highest harmonic, 2 pi v; the upper half turn mirrors the lower.
  const int half = 12 + static_cast<int>(3.4 * v);
  double sum = (sinc_squared(u + v) + sinc_squared(u - v)) / 2;
  for (int i = 1; i < half; ++i) sum += sinc_squared(u + v * std::cos(pi * i / half));
  return sum / half;
}

double intensity(const Reflection& r, const Illumination& beam, const Tilt& tilt, double thickness) {
  const double s0 = r.up * tilt.up + r.across * tilt.across - beam.wavelength * r.length * r.length / 2;
  const double amplitude = pi * thickness * r.inverse_extinction;
  return amplitude * amplitude * precession_mean(s0 * thickness, beam.precession * r.length * thickness);
}

}  // namespace ronchi::physics
