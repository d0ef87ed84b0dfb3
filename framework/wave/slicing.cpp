// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/slicing.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "framework/base/error.hpp"

namespace ronchi::wave {

namespace {

std::array<double, 3> middle_of(const physics::Particle& particle) {
  std::array<double, 3> middle{};
  for (std::size_t i = 0; i < 3 * particle.size(); ++i)
    middle[i % 3] += particle.positions[i] / static_cast<double>(particle.size());
  return middle;
}

}  // namespace

double radius_of(const physics::Particle& particle) {
  const auto middle = middle_of(particle);
  double largest = 0;
  for (std::size_t i = 0; i < particle.size(); ++i) {
    double square = 0;
    for (std::size_t c = 0; c < 3; ++c) square += std::pow(particle.positions[3 * i + c] - middle[c], 2);
    largest = std::max(largest, square);
  }
  return std::sqrt(largest);
}

void require_room(const physics::Particle& particle, const Pose& pose, const Grid& field) {
  const double radius = radius_of(particle), x = pose.x - field.width() / 2, y = pose.y - field.height() / 2;
  if (radius + std::abs(x) > field.width() / 2 || radius + std::abs(y) > field.height() / 2)
    fail(Fault::bad_item, "ask for more pixels or a smaller wander",
         "a particle with atoms up to {:.1f} A from its middle, which lies ({:.1f}, {:.1f}) A from that of a field of {:.1f} A",
         radius, x, y, field.width());
}

void Slicing::set(const physics::Particle& particle, const Pose& pose, int number, double asked) {
  const std::size_t atoms = particle.size();
  const auto middle = middle_of(particle);
  positions.resize(3 * atoms);
  low = std::numeric_limits<double>::max();
  high = -low;
  for (std::size_t i = 0; i < atoms; ++i) {
    double from_middle[3];
    for (std::size_t c = 0; c < 3; ++c) from_middle[c] = particle.positions[3 * i + c] - middle[c];
    const auto turned = physics::rotated(pose.rotation, from_middle);
    positions[3 * i] = turned[0] + pose.x;
    positions[3 * i + 1] = turned[1] + pose.y;
    positions[3 * i + 2] = turned[2];
    low = std::min(low, turned[2]);
    high = std::max(high, turned[2]);
  }
  if (atoms == 0) low = high = 0;
  const int slices = asked > 0 ? std::max(1, static_cast<int>(std::ceil((high - low) / asked - 1e-9))) : number;
  const double thickness = asked > 0 ? asked : (high - low) / slices;
  z.clear();
  first.assign(1, 0);
  order.clear();
  sort(0, slices, (low + high - slices * thickness) / 2, thickness);
}

void Slicing::append(const std::vector<double>& layer, double depth, double top, double thickness) {
  const std::size_t from = positions.size() / 3;
  positions.insert(positions.end(), layer.begin(), layer.end());
  for (std::size_t i = from; i < positions.size() / 3; ++i) positions[3 * i + 2] += top;
  const int slices = std::max(1, static_cast<int>(std::lround(depth / thickness)));
  sort(from, slices, top, depth / slices);
}

/// Atoms from `from` on into new slices from `start` on: a counting sort.
void Slicing::sort(std::size_t from, int slices, double start, double thickness) {
  const auto slice_of = [&](std::size_t i) {
    const double s = thickness > 0 ? (positions[3 * i + 2] - start) / thickness : 0;
    return static_cast<std::size_t>(std::clamp(static_cast<int>(s), 0, slices - 1));
  };
  const std::size_t before = z.size(), atoms = positions.size() / 3;
  for (int s = 0; s < slices; ++s) z.push_back(start + (s + 0.5) * thickness);
  // While atoms are filled in, first[s + 1] is where the next one of slice s goes.
  first.resize(z.size() + 2, 0);
  for (std::size_t i = from; i < atoms; ++i) ++first[before + slice_of(i) + 2];
  first[before + 1] = first[before];
  for (std::size_t s = before + 2; s < first.size(); ++s) first[s] += first[s - 1];
  order.resize(atoms);
  for (std::size_t i = from; i < atoms; ++i)
    order[static_cast<std::size_t>(first[before + slice_of(i) + 1]++)] = static_cast<std::int32_t>(i);
  first.pop_back();
}

}  // namespace ronchi::wave
