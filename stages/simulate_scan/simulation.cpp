// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/simulate_scan/simulation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "framework/base/error.hpp"
#include "framework/base/random.hpp"
#include "framework/physics/electrons.hpp"

namespace ronchi::simulate_scan {

namespace {

constexpr double pi = std::numbers::pi, degree = pi / 180;
enum Use : std::uint32_t { bragg, direct, background, film, sharing, hot_counts, pixel_defects = 16 };

/// The first two rings of amorphous carbon (1/d, 1/A), their width and the share of the first.
constexpr double carbon_ring[2] = {0.48, 0.84}, carbon_ring_width = 0.05, carbon_first = 0.7;

void check(const Options& o) {
  if (o.scan.size() != 2)
    fail(Fault::usage, "Write scan: [lines, positions per line].", "simulate_scan.scan has {} numbers, 2 expected", o.scan.size());
  if (o.mistilt.size() != 2)
    fail(Fault::usage, "Write mistilt: [along, across].", "simulate_scan.mistilt has {} numbers, 2 expected", o.mistilt.size());
  if (o.phases.empty() || o.phases.size() > 200)
    fail(Fault::usage, "Name 1 to 200 phases.", "simulate_scan.phases names {} phases", o.phases.size());
  if (o.hot_pixels + o.dead_pixels > o.detector * o.detector / 2)
    fail(Fault::usage, "Use fewer hot and dead pixels.", "{} bad pixels on a detector of {} pixels", o.hot_pixels + o.dead_pixels,
         o.detector * o.detector);
  if (o.vacuum_background + o.carbon_film >= 1)
    fail(Fault::usage, "Lower vacuum_background or carbon_film.",
         "background and carbon film take {} of the dose; nothing is left for the specimen", o.vacuum_background + o.carbon_film);
}

/// Where an electron lands.
class Detector {
 public:
  Detector(std::int64_t edge, double sharing, Random random, std::span<std::uint16_t> counts)
      : edge_(edge), sharing_(sharing), random_(random), counts_(counts) {}

  void hit(double y, double x) {
    const double row = std::floor(y + 0.5), column = std::floor(x + 0.5);
    if (!count(row, column)) return;
    if (sharing_ > 0 && random_.uniform() < sharing_) {
      const double dy = y - row, dx = x - column;  // the charge reaches over the nearest edge
      if (std::abs(dy) > std::abs(dx))
        (void)count(row + (dy > 0 ? 1 : -1), column);
      else
        (void)count(row, column + (dx > 0 ? 1 : -1));
    }
  }

 private:
  bool count(double row, double column) {
    if (row < 0 || column < 0 || row >= static_cast<double>(edge_) || column >= static_cast<double>(edge_)) return false;
    auto& c = counts_[static_cast<std::size_t>(static_cast<std::int64_t>(row) * edge_ + static_cast<std::int64_t>(column))];
    if (c < 65535) ++c;
    return true;
  }
  std::int64_t edge_;
  double sharing_;
  Random random_;
  std::span<std::uint16_t> counts_;
};

}  // namespace

double Simulation::Expected::scattered() const {
  double sum = diffuse + carbon;
  for (const Spot& s : spots) sum += s.electrons;
  return sum;
}

Simulation::Simulation(const Options& options, std::uint64_t seed)
    : options_((check(options), options)), seed_(seed), specimen_(make_specimen(options, seed)) {
  illumination_ = {physics::wavelength(options.energy), physics::relativistic_mass(options.energy), options.precession * degree};
  disk_ = options.convergence * 1e-3 / illumination_.wavelength / options.pixel;
  const double limit = options.pixel * static_cast<double>(options.detector) * std::numbers::sqrt2 / 2;
  for (const auto& phase : options.phases) reflections_.push_back(physics::reflections_of(phase, limit, illumination_));

  Random random(seed, stream, geometry_item, pixel_defects);
  std::vector<std::int64_t> bad;
  while (static_cast<std::int64_t>(bad.size()) < options.hot_pixels + options.dead_pixels) {
    const auto pixel = static_cast<std::int64_t>(random.uniform() * static_cast<double>(pixels()));
    if (std::find(bad.begin(), bad.end(), pixel) == bad.end()) bad.push_back(pixel);
  }
  hot_.assign(bad.begin(), bad.begin() + options.hot_pixels);
  dead_.assign(bad.begin() + options.hot_pixels, bad.end());

  // The dose is a mean over the specimen: taken over at most about 2000 of its pixels, evenly spread, so that every rank finds the
  // same number in little time.
  const std::int64_t stride = std::max<std::int64_t>(1, frames() / 4001) | 1;
  double intensity = 0, thickness = 0;
  std::int64_t seen = 0;
  std::vector<Spot> spots;
  for (std::int64_t f = stride / 2; f < frames(); f += stride) {
    const auto point = at(f);
    if (!point.inside) continue;
    const double centre = static_cast<double>(options.detector / 2);
    diffract(point, centre, centre, spots);
    for (const Spot& s : spots) intensity += s.electrons;
    thickness += point.share * point.thickness;
    ++seen;
  }
  if (seen > 0 && intensity > 0) {
    const double wire_dose = options.dose * (1 - options.vacuum_background - options.carbon_film);
    per_intensity_ = wire_dose * (1 - options.diffuse) * static_cast<double>(seen) / intensity;
    diffuse_per_nm_ = wire_dose * options.diffuse * static_cast<double>(seen) / thickness;
  }
}

Specimen::Point Simulation::at(std::int64_t frame) const {
  const std::int64_t iy = frame / options_.scan[1], ix = frame % options_.scan[1];
  return specimen_->at(static_cast<double>(ix) * options_.step, static_cast<double>(iy) * options_.step);
}

void Simulation::diffract(const Specimen::Point& point, double beam_y, double beam_x, std::vector<Spot>& spots) const {
  spots.clear();
  const double angle = options_.rotation * degree + point.in_plane, c = std::cos(angle) / options_.pixel,
               s = std::sin(angle) / options_.pixel;
  const double edge = static_cast<double>(options_.detector) - 0.5;
  for (const auto& grain : point.grains) {
    if (grain.weight < 1e-6) continue;
    for (const auto& r : reflections_[static_cast<std::size_t>(grain.phase)]) {
      const double x = beam_x + r.up * c - r.across * s, y = beam_y + r.up * s + r.across * c;
      if (x < -0.5 || y < -0.5 || x >= edge || y >= edge) continue;
      spots.push_back({y, x, grain.weight * physics::intensity(r, illumination_, grain.tilt, 10 * grain.thickness)});
    }
  }
}

Simulation::Expected Simulation::expected(std::int64_t frame) const {
  Expected e;
  e.point = at(frame);
  // From -1 to 1 over the scan; the beam wanders along a straight line and bends away from it.
  const auto part = [](std::int64_t i, std::int64_t n) {
    return n > 1 ? 2 * static_cast<double>(i) / static_cast<double>(n - 1) - 1 : 0.0;
  };
  const double v = part(frame / options_.scan[1], options_.scan[0]), u = part(frame % options_.scan[1], options_.scan[1]);
  const double centre = static_cast<double>(options_.detector / 2);
  e.beam_y = centre + options_.descan_linear / 2 * (0.8 * v + 0.2 * u) + options_.descan_quadratic * (u * u - 0.5) * 0.7;
  e.beam_x = centre + options_.descan_linear / 2 * (0.9 * u - 0.1 * v) + options_.descan_quadratic * (v * v - 0.5) * 0.7;
  e.diffuse = options_.dose * options_.vacuum_background;
  e.carbon = options_.dose * options_.carbon_film;
  if (e.point.share > 0) {
    diffract(e.point, e.beam_y, e.beam_x, e.spots);
    for (Spot& s : e.spots) s.electrons *= per_intensity_;
    e.diffuse += diffuse_per_nm_ * e.point.share * e.point.thickness;
  }
  const double all = options_.dose * options_.beam;
  e.direct = std::max(0.05 * all, all - e.scattered());
  return e;
}

void Simulation::count(std::int64_t frame, const Expected& e, std::span<std::uint16_t> counts) const {
  std::fill(counts.begin(), counts.end(), std::uint16_t{0});
  const auto item = static_cast<std::uint64_t>(frame);
  Detector detector(options_.detector, options_.charge_sharing, Random(seed_, stream, item, sharing), counts);
  const auto disk = [&](Random& random, double y, double x) {
    const double r = disk_ * std::sqrt(random.uniform()), a = 2 * pi * random.uniform();
    detector.hit(y + r * std::sin(a), x + r * std::cos(a));
  };
  const auto ring = [&](Random& random, double r) {
    const double a = 2 * pi * random.uniform();
    detector.hit(e.beam_y + r * std::sin(a), e.beam_x + r * std::cos(a));
  };

  Random spots(seed_, stream, item, bragg);
  for (const Spot& s : e.spots)
    for (std::int64_t n = spots.poisson(s.electrons); n > 0; --n) disk(spots, s.y, s.x);

  Random beam(seed_, stream, item, direct);
  for (std::int64_t n = beam.poisson(e.direct); n > 0; --n) disk(beam, e.beam_y, e.beam_x);

  // Diffuse scattering (1 + (k/k0)^2)^-2 holds the share k^2 / (k^2 + k0^2) within k; drawn from the direct beam's rim to the
  // detector's nearest edge.
  Random haze(seed_, stream, item, background);
  const double k0 = options_.diffuse_width / options_.pixel, rim = disk_, edge = static_cast<double>(options_.detector) / 2;
  const double low = rim * rim / (rim * rim + k0 * k0), high = edge * edge / (edge * edge + k0 * k0);
  for (std::int64_t n = haze.poisson(e.diffuse); n > 0; --n) {
    const double share = low + (high - low) * haze.uniform();
    ring(haze, k0 * std::sqrt(share / (1 - share)));
  }

  Random carbon(seed_, stream, item, film);
  for (std::int64_t n = carbon.poisson(e.carbon); n > 0; --n) {
    const double middle = carbon_ring[carbon.uniform() < carbon_first ? 0 : 1];
    ring(carbon, (middle + carbon_ring_width * carbon.normal()) / options_.pixel);
  }

  Random noise(seed_, stream, item, hot_counts);
  for (const std::int64_t pixel : hot_) {
    auto& c = counts[static_cast<std::size_t>(pixel)];
    c = static_cast<std::uint16_t>(std::min<std::int64_t>(65535, c + noise.poisson(options_.hot_rate)));
  }
  for (const std::int64_t pixel : dead_) counts[static_cast<std::size_t>(pixel)] = 0;
}

FrameInfo Simulation::info() const {
  FrameInfo info;
  // The fullest pixel is one of the direct beam's, in vacuum.
  const double per_pixel = options_.dose * options_.beam / std::max(1.0, pi * disk_ * disk_) * (1 + options_.charge_sharing);
  const double fullest = std::max(per_pixel, options_.hot_rate + 1);
  info.type = fullest + 8 * std::sqrt(fullest) < 255 ? Scalar::u8 : Scalar::u16;
  info.navigation = {{"y", "nm", options_.step, 0, options_.scan[0]}, {"x", "nm", options_.step, 0, options_.scan[1]}};
  const double zero = -options_.pixel * static_cast<double>(options_.detector / 2);
  info.signal = {{"ky", "1/A", options_.pixel, zero, options_.detector}, {"kx", "1/A", options_.pixel, zero, options_.detector}};
  info.format = "simulation";
  // lambda L = pitch / pixel; mm from um and 1/A.
  const double camera_length = options_.pitch * 1e-3 / (illumination_.wavelength * options_.pixel);
  info.metadata = {
      {"General.title", fmt::format("Simulated precession diffraction scan of {}",
                                    options_.specimen == SpecimenKind::nanowire ? "a nanowire" : "precipitates in a foil")},
      {"Signal.signal_type", std::string("electron_diffraction")},
      {"Acquisition_instrument.TEM.beam_energy", options_.energy},
      {"Acquisition_instrument.TEM.camera_length", camera_length},
      {"Acquisition_instrument.TEM.convergence_angle", options_.convergence},
      {"Acquisition_instrument.TEM.rocking_angle", options_.precession * degree * 1e3},  // mrad, as pyxem
      {"Simulation.dose", options_.dose}};
  std::vector<std::string> elements;
  for (const auto& phase : options_.phases)
    for (const auto& element : phase.elements)
      if (std::find(elements.begin(), elements.end(), element) == elements.end()) elements.push_back(element);
  info.metadata["Sample.elements"] = elements;
  return info;
}

}  // namespace ronchi::simulate_scan
