// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/simulate_scan/precipitates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "framework/base/error.hpp"
#include "framework/base/random.hpp"

namespace ronchi::simulate_scan {

namespace {

constexpr double pi = std::numbers::pi, degree = pi / 180;
enum Use : std::uint32_t { waves = 32, population_bodies = 64 };  // + n: of the n-th population
constexpr std::int64_t most_bodies = 1000000;

/// Equal parts of a Gaussian probe: three rings of six points, each ring in the middle of a third of the intensity.
struct Probe {
  double dx[18], dy[18];
  explicit Probe(double sigma) {
    for (int ring = 0; ring < 3; ++ring)
      for (int i = 0; i < 6; ++i) {
        const double r = sigma * std::sqrt(-2 * std::log(1 - (ring + 0.5) / 3)), a = pi / 3 * (i + 0.5 * ring);
        dx[6 * ring + i] = r * std::cos(a);
        dy[6 * ring + i] = r * std::sin(a);
      }
  }
};

int phase_of(const Options& options, const Population& population) {
  for (std::size_t p = 1; p < options.phases.size(); ++p)
    if (options.phases[p].name == population.phase) return static_cast<int>(p);
  std::string names;
  for (std::size_t p = 1; p < options.phases.size(); ++p) names += (p > 1 ? ", " : "") + options.phases[p].name;
  fail(Fault::usage, "Choose one of simulate_scan.phases after the first, which is the matrix: " + names,
       "precipitates of the phase '{}', which is not among them", population.phase);
}

}  // namespace

Precipitates::Precipitates(const Options& options, std::uint64_t seed)
    : options_(options),
      width_(options.step * static_cast<double>(options.scan[1])),
      height_(options.step * static_cast<double>(options.scan[0])) {
  Random angles(seed, stream, geometry_item, waves);
  for (double& p : phases_) p = angles.uniform(0, 2 * pi);
  std::vector<Population> populations = options.precipitates;
  if (populations.empty())  // every phase but the first, as the defaults have it
    for (std::size_t p = 1; p < options.phases.size(); ++p) {
      populations.emplace_back();
      populations.back().phase = options.phases[p].name;
    }
  for (std::size_t i = 0; i < populations.size(); ++i)
    place(populations[i], phase_of(options, populations[i]), static_cast<std::uint32_t>(i), seed);
  sort_into_cells();
}

/// One body after the other, until the population covers its part of the scan.
void Precipitates::place(const Population& population, int phase, std::uint32_t number, std::uint64_t seed) {
  Random random(seed, stream, geometry_item, population_bodies + number);
  const std::int64_t ny = options_.scan[0], nx = options_.scan[1];
  std::vector<bool> covered(static_cast<std::size_t>(ny * nx), false);
  const double wanted = population.area_fraction * static_cast<double>(ny * nx);
  double area = 0;
  for (std::int64_t n = 0; area < wanted; ++n) {
    if (n == most_bodies)
      fail(Fault::usage, "Lower area_fraction, or make diameter and height larger than the step of the scan.",
           "{} precipitates of '{}' cover {:.1f} of the {:.1f} scan positions that they should", n, population.phase, area, wanted);
    const double size = std::exp(population.spread * random.normal() - population.spread * population.spread / 2);
    Body body{phase,
              0,
              0,
              0,
              population.diameter * size,
              population.height * size,
              population.axis == Axis3::plane,
              population.direction * degree,
              {}};
    const double half = reach(body), deep = (body.lying ? body.diameter : body.height) / 2;
    body.x = random.uniform(-half, width_ + half);
    body.y = random.uniform(-half, height_ + half);
    body.z = random.uniform(-deep, options_.foil_thickness + deep);
    body.misoriented.up = options_.misorientation * degree * random.normal();
    body.misoriented.across = options_.misorientation * degree * random.normal();
    bodies_.push_back(body);
    const auto index = [&](double at, std::int64_t most) {
      return std::clamp<std::int64_t>(static_cast<std::int64_t>(std::floor(at / options_.step)), 0, most);
    };
    for (std::int64_t iy = index(body.y - half, ny - 1); iy <= index(body.y + half, ny - 1); ++iy)
      for (std::int64_t ix = index(body.x - half, nx - 1); ix <= index(body.x + half, nx - 1); ++ix) {
        const auto i = static_cast<std::size_t>(iy * nx + ix);
        if (covered[i] || chord(body, static_cast<double>(ix) * options_.step, static_cast<double>(iy) * options_.step) <= 0)
          continue;
        covered[i] = true;
        ++area;
      }
  }
}

double Precipitates::reach(const Body& body) { return body.lying ? std::hypot(body.diameter, body.height) / 2 : body.diameter / 2; }

double Precipitates::foil(double x, double y) const {
  const double along = (x / width_ + y / height_) - 1;  // -1 to 1 over the diagonal
  return options_.foil_thickness * (1 + options_.wedge * along / 2);
}

double Precipitates::chord(const Body& b, double x, double y) const {
  const double dx = x - b.x, dy = y - b.y;
  double length = 0;
  if (b.lying) {
    const double along = dx * std::cos(b.direction) + dy * std::sin(b.direction),
                 across = dy * std::cos(b.direction) - dx * std::sin(b.direction);
    if (2 * std::abs(along) >= b.height || 2 * std::abs(across) >= b.diameter) return 0;
    length = std::sqrt(b.diameter * b.diameter - 4 * across * across);
  } else {
    if (4 * (dx * dx + dy * dy) >= b.diameter * b.diameter) return 0;
    length = b.height;
  }
  return std::max(0.0, std::min(b.z + length / 2, foil(x, y)) - std::max(b.z - length / 2, 0.0));
}

void Precipitates::sort_into_cells() {
  double largest = 8 * options_.step;
  for (const Body& b : bodies_) largest = std::max(largest, reach(b));
  cell_ = largest;
  columns_ = static_cast<std::int64_t>(width_ / cell_) + 3;
  rows_ = static_cast<std::int64_t>(height_ / cell_) + 3;
  cells_.assign(static_cast<std::size_t>(columns_ * rows_), {});
  for (std::size_t i = 0; i < bodies_.size(); ++i) {
    const auto cx = std::clamp<std::int64_t>(static_cast<std::int64_t>(std::floor(bodies_[i].x / cell_)) + 1, 0, columns_ - 1),
               cy = std::clamp<std::int64_t>(static_cast<std::int64_t>(std::floor(bodies_[i].y / cell_)) + 1, 0, rows_ - 1);
    cells_[static_cast<std::size_t>(cy * columns_ + cx)].push_back(static_cast<std::int64_t>(i));
  }
}

/// Bodies that the probe may touch, in the order of their numbers.
std::vector<std::int64_t> Precipitates::near(double x, double y, double around) const {
  const auto place = [&](double at, std::int64_t most) {
    return std::clamp<std::int64_t>(static_cast<std::int64_t>(std::floor(at / cell_)) + 1, 0, most);
  };
  std::vector<std::int64_t> found;
  for (auto cy = place(y - cell_ - around, rows_ - 1); cy <= place(y + cell_ + around, rows_ - 1); ++cy)
    for (auto cx = place(x - cell_ - around, columns_ - 1); cx <= place(x + cell_ + around, columns_ - 1); ++cx)
      for (const auto i : cells_[static_cast<std::size_t>(cy * columns_ + cx)]) {
        const Body& b = bodies_[static_cast<std::size_t>(i)];
        if (std::hypot(x - b.x, y - b.y) <= reach(b) + around) found.push_back(i);
      }
  std::sort(found.begin(), found.end());
  return found;
}

Specimen::Point Precipitates::at(double x, double y) const {
  Point p;
  p.inside = true;
  p.share = 1;
  p.thickness = foil(x, y);
  const double u = x / width_, v = y / height_;
  p.tilt.up = (options_.mistilt[0] + options_.bend * slow_wave(0.8 * u + 0.6 * v, phases_)) * degree;
  p.tilt.across = (options_.mistilt[1] + options_.twist * slow_wave(0.8 * v - 0.6 * u, phases_ + 2)) * degree;

  const double sigma = options_.probe / 2.3548200450309493;
  const Probe probe(sigma);
  constexpr double part = 1.0 / 18;
  double matrix = p.thickness, longest = 0;
  p.weights.assign(options_.phases.size(), 0);
  for (const auto i : near(x, y, 2 * sigma)) {
    const Body& body = bodies_[static_cast<std::size_t>(i)];
    Grain grain;
    grain.phase = body.phase;
    grain.tilt = {p.tilt.up + body.misoriented.up, p.tilt.across + body.misoriented.across};
    for (int s = 0; s < 18; ++s) {
      const double length = chord(body, x + probe.dx[s], y + probe.dy[s]);
      if (length > 0) grain.weight += part;
      grain.thickness += part * length;
    }
    if (grain.weight <= 0) continue;
    // Where precipitates together are thicker than the foil, which real ones are not, the later ones are cut.
    const double room = std::min(grain.thickness, matrix);
    matrix -= room;
    p.weights[static_cast<std::size_t>(body.phase)] += room / p.thickness;
    if (const double here = chord(body, x, y); here > longest) {
      longest = here;
      p.phase = body.phase;
    }
    grain.thickness = room / grain.weight;
    if (room > 0) p.grains.push_back(grain);
  }
  p.weights[0] = matrix / p.thickness;
  if (matrix > 0) p.grains.push_back({0, 1, matrix, p.tilt});
  return p;
}

std::vector<std::vector<std::string>> Precipitates::facts() const {
  std::vector<std::vector<std::string>> rows;
  for (std::size_t p = 1; p < options_.phases.size(); ++p)
    rows.push_back({"precipitates of " + options_.phases[p].name,
                    std::to_string(std::count_if(bodies_.begin(), bodies_.end(),
                                                 [&](const Body& b) { return b.phase == static_cast<int>(p); }))});
  return rows;
}

void Precipitates::save(h5::Group& truth) const {
  std::vector<std::int32_t> phase;
  std::vector<double> values;
  for (const Body& b : bodies_) {
    phase.push_back(b.phase);
    for (const double v :
         {b.x, b.y, b.z, b.diameter, b.height, b.lying ? b.direction / degree : std::numeric_limits<double>::quiet_NaN()})
      values.push_back(v);
  }
  truth.write<std::int32_t>("precipitate_phase", phase);
  truth.write<double>("precipitates", values, {static_cast<std::int64_t>(phase.size()), 6});
  truth.set_attribute("precipitates_columns", std::vector<std::string>{"x (nm)", "y (nm)", "z (nm)", "diameter (nm)", "height (nm)",
                                                                       "direction (deg; NaN: along the beam)"});
}

}  // namespace ronchi::simulate_scan
