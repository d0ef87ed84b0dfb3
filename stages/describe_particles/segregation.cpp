// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/describe_particles/segregation.hpp"

#include <algorithm>
#include <cmath>

namespace ronchi::describe_particles {
namespace {

struct Centres {
  explicit Centres(const physics::Particle& particle) {
    for (std::size_t i = 0; i < particle.size(); ++i) {
      const Vector r = position(particle, i);
      ++count[particle.species[i]];
      for (std::size_t x = 0; x < 3; ++x) {
        of[particle.species[i]][x] += r[x];
        all[x] += r[x];
      }
    }
    for (std::size_t x = 0; x < 3; ++x) {
      for (std::size_t s = 0; s < 2; ++s)
        if (count[s] > 0) of[s][x] /= static_cast<double>(count[s]);
      all[x] /= static_cast<double>(particle.size());
    }
  }
  std::array<Vector, 2> of{};
  Vector all{};
  std::array<std::size_t, 2> count{};
};

double length(const Vector& v) { return std::sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]); }

/// Mean of the `first` atoms' species 0 minus mean of species 1, divided by the largest value that the same numbers allow when the
/// species are dealt out anew.
double share_of_largest(const physics::Particle& particle, std::vector<double> values, std::size_t first) {
  double mean[2] = {};
  for (std::size_t i = 0; i < values.size(); ++i) mean[particle.species[i]] += values[i];
  const double counts[2] = {static_cast<double>(first), static_cast<double>(values.size() - first)};
  const double found = mean[0] / counts[0] - mean[1] / counts[1];
  std::sort(values.begin(), values.end());
  if (found > 0) std::reverse(values.begin(), values.end());
  double low = 0, high = 0;
  for (std::size_t i = 0; i < values.size(); ++i) (i < first ? high : low) += values[i];
  const double largest = std::abs(high / counts[0] - low / counts[1]);
  return largest > 0 ? found / largest : 0;
}

std::vector<double> outwardness(const physics::Particle& particle, double reach) {
  const std::size_t atoms = particle.size();
  std::vector<Vector> sum(atoms, Vector{});
  std::vector<double> seen(atoms, 0);
  for (std::size_t i = 0; i < atoms; ++i)
    for (std::size_t j = i + 1; j < atoms; ++j) {
      const Vector a = position(particle, i), b = position(particle, j);
      const Vector d{b[0] - a[0], b[1] - a[1], b[2] - a[2]};
      if (d[0] * d[0] + d[1] * d[1] + d[2] * d[2] >= reach * reach) continue;
      for (std::size_t x = 0; x < 3; ++x) {
        sum[i][x] += d[x];
        sum[j][x] -= d[x];
      }
      ++seen[i];
      ++seen[j];
    }
  std::vector<double> values(atoms);
  for (std::size_t i = 0; i < atoms; ++i) values[i] = seen[i] > 0 ? length(sum[i]) / seen[i] : reach;
  return values;
}

}  // namespace

Segregation segregation(const physics::Particle& particle, double reach) {
  Segregation result;
  const Centres centre(particle);
  if (centre.count[0] == 0 || centre.count[1] == 0) return result;
  const Vector d{centre.of[0][0] - centre.of[1][0], centre.of[0][1] - centre.of[1][1], centre.of[0][2] - centre.of[1][2]};
  result.separation = length(d);
  if (result.separation > 0) {
    std::vector<double> along(particle.size());
    for (std::size_t i = 0; i < along.size(); ++i) {
      const Vector r = position(particle, i);
      along[i] = (d[0] * r[0] + d[1] * r[1] + d[2] * r[2]) / result.separation;
    }
    result.asymmetry = share_of_largest(particle, std::move(along), centre.count[0]);
  }
  result.enclosure = share_of_largest(particle, outwardness(particle, reach), centre.count[0]);
  return result;
}

std::array<double, 2> mean_radii(const physics::Particle& particle) {
  const Centres centre(particle);
  std::array<double, 2> sum{};
  for (std::size_t i = 0; i < particle.size(); ++i) {
    const Vector r = position(particle, i);
    sum[particle.species[i]] += length({r[0] - centre.all[0], r[1] - centre.all[1], r[2] - centre.all[2]});
  }
  for (std::size_t s = 0; s < 2; ++s)
    if (centre.count[s] > 0) sum[s] /= static_cast<double>(centre.count[s]);
  return sum;
}

std::array<double, 2> surface_fractions(const physics::Particle& particle, const Neighbours& neighbours, int surface) {
  std::array<double, 2> outside{}, all{};
  for (std::size_t i = 0; i < particle.size(); ++i) {
    all[particle.species[i]] += 1;
    if (neighbours[i].size() < static_cast<std::size_t>(surface)) outside[particle.species[i]] += 1;
  }
  for (std::size_t s = 0; s < 2; ++s)
    if (all[s] > 0) outside[s] /= all[s];
  return outside;
}

std::vector<std::uint16_t> radial_profile(const physics::Particle& particle, double step, int bins) {
  const Centres centre(particle);
  std::vector<std::uint16_t> profile(2 * static_cast<std::size_t>(bins), 0);
  for (std::size_t i = 0; i < particle.size(); ++i) {
    const Vector r = position(particle, i);
    const double radius = length({r[0] - centre.all[0], r[1] - centre.all[1], r[2] - centre.all[2]});
    const auto bin = static_cast<std::size_t>(std::min(radius / step, bins - 0.5));
    ++profile[particle.species[i] * static_cast<std::size_t>(bins) + bin];
  }
  return profile;
}

Mixing mixing(const physics::Particle& particle, const Neighbours& neighbours) {
  Mixing result;
  double share = 0;
  for (std::size_t i = 0; i < particle.size(); ++i) {
    share += particle.species[i];
    for (const std::uint32_t j : neighbours[i])
      if (i < j) {
        ++result.bonds;
        result.unlike += particle.species[i] != particle.species[j];
      }
  }
  share /= static_cast<double>(particle.size());
  if (result.bonds > 0 && share > 0 && share < 1)
    result.short_range_order = 1 - static_cast<double>(result.unlike) / result.bonds / (2 * share * (1 - share));
  return result;
}

}  // namespace ronchi::describe_particles
