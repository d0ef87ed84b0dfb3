// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include "framework/physics/electrons.hpp"
#include "framework/wave/adf.hpp"
#include "framework/wave/atom.hpp"

namespace ronchi::wave {

namespace {

constexpr double pi = std::numbers::pi;

/// Integral of a smooth function by Simpson's rule.
template <class F>
double simpson(double low, double high, int intervals, const F& f) {
  const double h = (high - low) / intervals;
  double sum = f(low) + f(high);
  for (int i = 1; i < intervals; ++i) sum += (i % 2 == 1 ? 4 : 2) * f(low + i * h);
  return sum * h / 3;
}

/// Transform of exp(i phi) - 1 of an atom, tabulated.
class Spectrum {
 public:
  Spectrum(const AtomTransmission& atom, double most) {
    for (int i = 0; i * step <= most + 2 * step; ++i) values_.push_back(atom.spectrum(i * step));
  }
  [[nodiscard]] std::complex<double> operator()(double k) const {
    const double position = std::min(k / step, static_cast<double>(values_.size()) - 1.001);
    const auto i = static_cast<std::size_t>(position);
    return values_[i] + (position - static_cast<double>(i)) * (values_[i + 1] - values_[i]);
  }

 private:
  static constexpr double step = 0.02;  // 1/A; S of an atom changes over 0.1 1/A and more
  std::vector<std::complex<double>> values_;
};

}  // namespace

AdfAtom::AdfAtom(const ProbeLens& lens, physics::Parametrization table, int atomic_number, const Annulus& annulus) {
  const double lambda = physics::wavelength(lens.energy), edge = lens.edge();
  const double inner = 1e-3 * annulus.inner / lambda, outer = 1e-3 * annulus.outer / lambda;
  const AtomTransmission transmission(lens.energy, table, atomic_number, outer + edge);
  const Spectrum spectrum(transmission, outer + 2 * edge);
  constexpr int steps = 32, angles = 64, nodes = 6;
  double cosines[angles], sines[angles];
  for (int a = 0; a < angles; ++a) {
    cosines[a] = std::cos(2 * pi * a / angles);
    sines[a] = std::sin(2 * pi * a / angles);
  }
  step_ = 2 * edge / steps;
  for (int j = 0; j < steps; ++j) {
    const double half = j * step_ / 2;
    // From the pair of incident waves (x - q/2, y) and (x + q/2, y) onto the detector.
    const auto interference = [&](double x, double y) {
      return simpson(inner, outer, 40, [&](double k) {
        double sum = 0;
        for (int a = 0; a < angles; ++a) {
          const double kx = k * cosines[a] - x, ky = k * sines[a] - y, rest = kx * kx + ky * ky + half * half;
          const auto one = spectrum(std::sqrt(rest + 2 * kx * half)),
                     other = spectrum(std::sqrt(std::max(0.0, rest - 2 * kx * half)));
          sum += one.real() * other.real() + one.imag() * other.imag();
        }
        return 2 * pi * k * sum / angles;
      });
    };
    // Mean over a quarter of what the two apertures share; strips by the midpoint rule.
    double sum = 0, area = 0;
    for (int a = 0; a < nodes; ++a) {
      const double x = (edge - half) * (a + 0.5) / nodes, height = std::sqrt(edge * edge - (x + half) * (x + half));
      for (int b = 0; b < nodes; ++b) {
        sum += height * interference(x, height * (b + 0.5) / nodes);
        area += height;
      }
    }
    table_.push_back(sum / area);
  }
  table_.push_back(table_.back());  // at the edge no pair is left
}

double AdfAtom::operator()(double q) const {
  const double position = std::min(q / step_, static_cast<double>(table_.size() - 1));
  const auto i = static_cast<std::size_t>(position);
  const double f = position - static_cast<double>(i);
  return table_[i] + f * (table_[std::min(i + 1, table_.size() - 1)] - table_[i]);
}

}  // namespace ronchi::wave
