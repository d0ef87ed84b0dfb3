// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/atom.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "framework/physics/electrons.hpp"

namespace ronchi::wave {

namespace {

using physics::Parametrization;
constexpr double pi = std::numbers::pi;

double lobato(const physics::LobatoFactor& f, double r) {
  double sum = 0;
  for (int i = 0; i < 5; ++i) {
    const double x = 2 * pi * r / std::sqrt(f.b[i]);
    if (x < 600) sum += f.a[i] * pi / f.b[i] * (2 * std::cyl_bessel_k(0.0, x) + x * std::cyl_bessel_k(1.0, x));
  }
  return sum;
}

double kirkland(const physics::ScatteringFactor& f, double r) {
  double sum = 0;
  for (int i = 0; i < 3; ++i) {
    const double x = 2 * pi * r * std::sqrt(f.b[i]);
    if (x < 600) sum += 2 * pi * f.a[i] * std::cyl_bessel_k(0.0, x);
    sum += f.c[i] * pi / f.d[i] * std::exp(-pi * pi * r * r / f.d[i]);
  }
  return sum;
}

/// Nodes and weights of Gauss and Legendre's rule on [0, length].
void gauss_legendre(int n, double length, std::vector<double>& nodes, std::vector<double>& weights) {
  for (int i = 0; i < n; ++i) {
    double x = std::cos(pi * (i + 0.75) / (n + 0.5)), slope = 1;
    for (int step = 0; step < 8; ++step) {
      double p = 1, q = 0;  // P_j, P_{j-1}
      for (int j = 0; j < n; ++j) q = std::exchange(p, ((2 * j + 1) * x * p - j * q) / (j + 1));
      slope = n * (x * p - q) / (x * x - 1);
      x -= p / slope;
    }
    nodes.push_back(length * (1 - x) / 2);
    weights.push_back(length / ((1 - x * x) * slope * slope));
  }
}

/// 1, and from one A before the end smoothly down to 0.
double window(double r, double reach) { return r <= reach - 1 ? 1 : r >= reach ? 0 : 0.5 + 0.5 * std::cos(pi * (r - reach + 1)); }

}  // namespace

double atom_phase(double energy, Parametrization table, int atomic_number, double r) {
  return physics::wavelength(energy) * physics::relativistic_mass(energy) *
         (table == Parametrization::lobato ? lobato(physics::lobato_factors[atomic_number - 1], r)
                                           : kirkland(physics::scattering_factor(atomic_number), r));
}

AtomTransmission::AtomTransmission(double energy, Parametrization table, int atomic_number, double band) {
  // r = x^2 makes the integrand smooth at the nucleus; at 12 A no atom is left.
  std::vector<double> x, weight;
  gauss_legendre(600, std::sqrt(12.0), x, weight);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double r = x[i] * x[i];
    r_.push_back(r);
    phase_weight_.push_back(2 * pi * r * 2 * x[i] * weight[i]);
    transmission_.push_back(std::polar(1.0, atom_phase(energy, table, atomic_number, r)) - 1.0);
  }
  std::vector<double> k_weight;
  gauss_legendre(128, band, k_, k_weight);
  for (std::size_t i = 0; i < k_.size(); ++i) weighted_.push_back(2 * pi * k_[i] * k_weight[i] * spectrum(k_[i]));

  // Far enough out that what is left of the atom scatters less than 0.1 % of its forward amplitude.
  std::complex<double> outside = 0;
  const double whole = std::abs(spectrum(0));
  for (std::size_t i = r_.size(); i-- > 0 && std::abs(outside) <= 1e-3 * whole;) {
    reach_ = r_[i];
    outside += phase_weight_[i] * transmission_[i];
  }
  reach_ = std::max(3.0, reach_ + 0.5);

  // The quadrature on a fine lattice of r, then by cubic interpolation onto steps of r^2.
  const int fine = static_cast<int>(std::ceil(reach_ * band * 40));
  std::vector<std::complex<double>> lattice;
  for (int i = 0; i <= fine + 2; ++i) lattice.push_back(at(std::abs(i - 1) * reach_ / fine));
  entries_ = static_cast<int>(std::ceil(9 * reach_ * reach_ * band * band / 0.08));
  table_.assign(2 * (static_cast<std::size_t>(entries_) + 2), 0);
  for (std::size_t j = 0; j < static_cast<std::size_t>(entries_); ++j) {
    const double r = reach_ * std::sqrt(static_cast<double>(j) / entries_), p = r / reach_ * fine;
    const auto i = static_cast<std::size_t>(p);
    const double f = p - static_cast<double>(i);
    const auto &a = lattice[i], &b = lattice[i + 1], &c = lattice[i + 2],
               &d = lattice[std::min<std::size_t>(i + 3, lattice.size() - 1)];
    const auto value =
        window(r, reach_) * (b + 0.5 * f * (c - a + f * (2.0 * a - 5.0 * b + 4.0 * c - d + f * (3.0 * (b - c) + d - a))));
    table_[2 * j] = static_cast<float>(value.real());
    table_[2 * j + 1] = static_cast<float>(value.imag());
  }
}

std::complex<double> AtomTransmission::spectrum(double k) const {
  std::complex<double> sum = 0;
  for (std::size_t i = 0; i < r_.size(); ++i) sum += phase_weight_[i] * ::j0(2 * pi * k * r_[i]) * transmission_[i];
  return sum;
}

std::complex<double> AtomTransmission::at(double r) const {
  std::complex<double> sum = 0;
  for (std::size_t i = 0; i < k_.size(); ++i) sum += ::j0(2 * pi * k_[i] * r) * weighted_[i];
  return sum;
}

}  // namespace ronchi::wave
