// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/probe.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "framework/base/error.hpp"
#include "framework/physics/electrons.hpp"

namespace ronchi::wave {

namespace {

constexpr double pi = std::numbers::pi;

}  // namespace

double ProbeLens::edge() const { return 1e-3 * semi_angle / physics::wavelength(energy); }

double ProbeLens::aberration(double k) const {
  const double lambda = physics::wavelength(energy), a2 = lambda * lambda * k * k;
  return pi / lambda * a2 * (c10 + c30 * a2 / 2);
}

void probe_spectrum(const Grid& grid, const ProbeLens& lens, double x, double y, Complex* spectrum) {
  const double edge = lens.edge();
  const auto rows = static_cast<std::int64_t>(edge * grid.height()), columns = static_cast<std::int64_t>(edge * grid.width());
  if (rows < 2 || columns < 2 || 2 * rows >= grid.ny || 2 * columns >= grid.nx)
    fail(Fault::usage, "Choose a larger field, a finer sampling or another semi-angle.",
         "a probe of {} mrad reaches to {:.3g} 1/A; a field of {:.4g} x {:.4g} A has frequencies in steps of {:.3g} 1/A, to {:.3g} "
         "1/A",
         lens.semi_angle, edge, grid.height(), grid.width(), 1 / std::min(grid.height(), grid.width()), grid.nyquist());
  std::fill_n(spectrum, grid.pixels(), Complex(0));
  std::int64_t inside = 0;
  const auto each = [&](const auto& visit) {
    for (std::int64_t v = -rows; v <= rows; ++v)
      for (std::int64_t u = -columns; u <= columns; ++u) {
        const double ky = static_cast<double>(v) / grid.height(), kx = static_cast<double>(u) / grid.width();
        if (kx * kx + ky * ky <= edge * edge) visit(v < 0 ? v + grid.ny : v, u < 0 ? u + grid.nx : u, ky, kx);
      }
  };
  each([&](auto, auto, double, double) { ++inside; });
  // sum |F|^2 = pixels sum |f|^2.
  const double amplitude = std::sqrt(static_cast<double>(grid.pixels()) / static_cast<double>(inside));
  each([&](std::int64_t row, std::int64_t column, double ky, double kx) {
    const double phase = lens.aberration(std::hypot(kx, ky)) + 2 * pi * (kx * x + ky * y);
    spectrum[row * grid.nx + column] = Complex(std::polar(amplitude, -phase));
  });
}

}  // namespace ronchi::wave
