// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/simulate_scan/wire.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "framework/base/random.hpp"

namespace ronchi::simulate_scan {

namespace {

constexpr double degree = std::numbers::pi / 180;
enum Use : std::uint32_t { segment_lengths, waves };

double normal_below(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }

}  // namespace

Wire::Wire(const Options& options, std::uint64_t seed)
    : options_(options),
      length_(options.step * static_cast<double>(options.scan[1] - 1)),
      height_(options.step * static_cast<double>(options.scan[0] - 1)) {
  Random lengths(seed, stream, geometry_item, segment_lengths), angles(seed, stream, geometry_item, waves);
  const int count = static_cast<int>(options.phases.size());
  // Inclined interfaces reach beyond the scan at the wire's edges.
  const double margin = std::abs(std::tan(options.interface_inclination * degree)) * options.diameter + 10 * options.step;
  const double mean_excess = std::max(0.0, options.segment_length - options.shortest_segment);
  int phase = static_cast<int>(lengths.uniform() * count);
  for (double x = -margin; x < length_ + margin;) {
    const double end = x + std::max(options.shortest_segment - mean_excess * std::log(lengths.uniform()), 1e-3 * options.step);
    segments_.push_back({x, end, phase});
    x = end;
    if (count > 1) phase = (phase + 1 + static_cast<int>(lengths.uniform() * (count - 1))) % count;
  }
  for (double& p : phases_) p = angles.uniform(0, 2 * std::numbers::pi);
}

double Wire::thickness(double distance) const {
  const double half = options_.diameter / 2, r = std::abs(distance);
  if (r >= half) return 0;
  switch (options_.cross_section) {
    // Flat to flat = diameter: corner to corner is 2/sqrt(3) of it, and the facets along the beam are half that high.
    case CrossSection::facets_edge_on:
      return (2 * options_.diameter / std::numbers::sqrt3) * (1 - r / options_.diameter);
    // Corner to corner = diameter.
    case CrossSection::facets_face_on:
      return std::numbers::sqrt3 * half * std::min(1.0, 2 * (1 - r / half));
    case CrossSection::circular:
      return 2 * std::sqrt(half * half - r * r);
  }
  return 0;
}

std::vector<std::vector<std::string>> Wire::facts() const { return {{"segments", std::to_string(segments_.size())}}; }

Specimen::Point Wire::at(double x, double y) const {
  Point p;
  const double u = length_ > 0 ? 2 * x / length_ - 1 : 0;  // -1 to 1 along the scan
  const double axis = height_ / 2 + options_.sag * (0.5 - u * u);
  const double slope = length_ > 0 ? -4 * options_.sag * u / length_ : 0;
  p.in_plane = std::atan(slope);
  const double across = (y - axis) * std::cos(p.in_plane);
  p.inside = thickness(across) > 0;

  const double sigma = options_.probe / 2.3548200450309493;
  double inside = 0, all = 0;
  constexpr int points = 8;
  for (int i = -points; i <= points; ++i) {
    const double z = 3.0 * i / points, weight = std::exp(-z * z / 2), t = thickness(across + sigma * z);
    all += weight;
    if (t > 0) {
      inside += weight;
      p.thickness += weight * t;
    }
  }
  p.share = inside / all;
  if (inside > 0) p.thickness /= inside;

  const double along = x - std::tan(options_.interface_inclination * degree) * across;
  p.weights.assign(options_.phases.size(), 0);
  for (const Segment& s : segments_) {
    if (s.begin <= along && along < s.end) p.phase = s.phase;
    const auto share = [&](double edge) { return sigma > 0 ? normal_below((edge - along) / sigma) : (edge > along ? 1.0 : 0.0); };
    p.weights[static_cast<std::size_t>(s.phase)] += share(s.end) - share(s.begin);
  }
  double total = 0;
  for (const double w : p.weights) total += w;
  for (double& w : p.weights) w /= total;

  const double edge = std::clamp(2 * across / options_.diameter, -1.0, 1.0);
  const double waves = x / std::max(length_, options_.step);  // about as long as the scan
  p.tilt.up = (options_.mistilt[0] + options_.bend * slow_wave(waves, phases_)) * degree;
  p.tilt.across = (options_.mistilt[1] + options_.twist * (0.7 * slow_wave(waves, phases_ + 2) + 0.3 * edge)) * degree;
  for (std::size_t i = 0; i < p.weights.size(); ++i)
    p.grains.push_back({static_cast<int>(i), p.weights[i] * p.share, p.thickness, p.tilt});
  return p;
}

}  // namespace ronchi::simulate_scan
