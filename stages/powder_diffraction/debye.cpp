// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/powder_diffraction/debye.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "framework/base/error.hpp"
#include "framework/base/range.hpp"

namespace ronchi::powder_diffraction {

namespace {

constexpr double pi = std::numbers::pi, bohr = 0.529177210903;  // A (CODATA 2018)

double squared_distance(const double* a, const double* b) {
  const double x = a[0] - b[0], y = a[1] - b[1], z = a[2] - b[2];
  return x * x + y * y + z * z;
}

}  // namespace

double form_factor(Radiation radiation, physics::Parametrization table, int atomic_number, double q) {
  const double f = physics::scattering_factor(table, atomic_number, q);
  return radiation == Radiation::electrons ? f : atomic_number - 2 * pi * pi * bohr * q * q * f;
}

DebyeSum::DebyeSum(const Settings& settings, std::span<const std::string> symbols, std::vector<double> q)
    : bin_(settings.bin), q_(std::move(q)), species_(std::ssize(symbols)), types_(species_ == 1 ? 1 : 3) {
  if (species_ < 1 || species_ > 2) fail(Fault::internal, "", "particles of {} species; one or two are treated", species_);
  for (const auto& symbol : symbols) {
    const int z = physics::atomic_number(symbol, settings.table);
    for (const double at : q_) factors_.push_back(form_factor(settings.radiation, settings.table, z, at));
  }
  for (const double at : q_) {
    sine_.push_back(std::sin(2 * pi * at * bin_));
    cosine_.push_back(std::cos(2 * pi * at * bin_));
  }
  const auto padded = static_cast<std::size_t>(ceil_div(std::ssize(q_), DebyeKernel::lanes) * DebyeKernel::lanes);
  sine_.resize(padded, 0);
  cosine_.resize(padded, 1);
}

/// Pairs i < j by distance, [bins, types]; returns the number of bins.
std::int64_t DebyeSum::count_pairs(const physics::Particle& particle, Workspace& w) const {
  const std::size_t n = particle.size(), types = static_cast<std::size_t>(types_);
  const double* r = particle.positions.data();
  double low[3] = {1e300, 1e300, 1e300}, high[3] = {-1e300, -1e300, -1e300};
  for (std::size_t i = 0; i < 3 * n; ++i) {
    low[i % 3] = std::min(low[i % 3], r[i]);
    high[i % 3] = std::max(high[i % 3], r[i]);
  }
  const double longest = n > 0 ? std::sqrt(squared_distance(low, high)) : 0;
  const auto bins = static_cast<std::size_t>(longest / bin_) + 3;
  w.weights.assign(bins * types, 0);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = i + 1; j < n; ++j) {
      const double position = std::sqrt(squared_distance(r + 3 * i, r + 3 * j)) / bin_;
      const auto b = static_cast<std::size_t>(position);
      const double f = position - static_cast<double>(b);
      const std::size_t type = particle.species[i] == particle.species[j] ? particle.species[i] : 2;
      double* at = &w.weights[b * types + type];
      // sin(x)/x is even: what belongs to bin -1 goes to bin 1.
      *(b > 0 ? at - types : at + types) -= f * (f - 1) * (f - 2) / 6;
      at[0] += (f + 1) * (f - 1) * (f - 2) / 2;
      at[types] -= (f + 1) * f * (f - 2) / 2;
      at[2 * types] += (f + 1) * f * (f - 1) / 6;
    }
  return static_cast<std::int64_t>(bins);
}

void DebyeSum::operator()(const physics::Particle& particle, Workspace& w, std::span<double> intensity) const {
  const auto n = static_cast<double>(particle.size());
  const std::int64_t bins = count_pairs(particle, w), count = std::ssize(sine_);
  const auto types = static_cast<std::size_t>(types_);
  std::vector<double> touching(types), pairs(types), atoms(static_cast<std::size_t>(species_));
  for (std::size_t i = 0; i < w.weights.size(); ++i) pairs[i % types] += w.weights[i];
  for (std::size_t t = 0; t < types; ++t) touching[t] = w.weights[t];  // of bin 0, where sin(x)/x is 1
  for (std::size_t b = 1; b < static_cast<std::size_t>(bins); ++b)
    for (std::size_t t = 0; t < types; ++t) w.weights[b * types + t] /= static_cast<double>(b) * bin_;
  for (const auto s : particle.species) ++atoms[s];
  w.sums.resize(types * static_cast<std::size_t>(count));
  kernel_->sum(w.weights.data(), bins, types_, sine_.data(), cosine_.data(), count, w.sums.data());
  for (std::size_t j = 0; j < q_.size(); ++j) {
    double sum = 0;
    for (std::size_t s = 0; s < atoms.size(); ++s) sum += atoms[s] * factor(s, j) * factor(s, j);
    for (std::size_t t = 0; t < types; ++t) {
      const double f = t < atoms.size() ? factor(t, j) * factor(t, j) : factor(0, j) * factor(1, j);
      const double terms = q_[j] > 0 ? touching[t] + w.sums[t * static_cast<std::size_t>(count) + j] / (2 * pi * q_[j]) : pairs[t];
      sum += 2 * f * terms;
    }
    intensity[j] = n > 0 ? sum / n : 0;
  }
}

std::vector<double> pair_distribution(const DebyeSum& sum, const physics::Particle& particle, std::span<const double> intensity,
                                      std::span<const double> r) {
  const auto& q = sum.q();
  std::vector<double> g(r.size());
  double share = 0;  // of the second species
  for (const auto s : particle.species) share += static_cast<double>(s) / static_cast<double>(particle.size());
  for (std::size_t j = 0; j < q.size(); ++j) {
    const double a = sum.factor(0, j), b = share > 0 ? sum.factor(1, j) : 0;
    const double squares = (1 - share) * a * a + share * b * b, mean = (1 - share) * a + share * b;
    const double x = pi * q[j] / q.back(), window = x > 0 ? std::sin(x) / x : 1;
    const double step = 2 * pi * (j == 0 ? q[1] - q[0] : j + 1 == q.size() ? q[j] - q[j - 1] : q[j + 1] - q[j - 1]) / 2;
    const double weight = 2 / pi * step * window * 2 * pi * q[j] * (intensity[j] - squares) / (mean * mean);
    for (std::size_t i = 0; i < r.size(); ++i) g[i] += weight * std::sin(2 * pi * q[j] * r[i]);
  }
  return g;
}

}  // namespace ronchi::powder_diffraction
