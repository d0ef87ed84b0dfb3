// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/lens.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "framework/base/error.hpp"
#include "framework/physics/electrons.hpp"

namespace ronchi::wave {

namespace {

constexpr double pi = std::numbers::pi;
constexpr double least_steps = 7, most_focal_steps = 201, most_angle_steps = 51;
constexpr double width = 3;  ///< averages go over -3 to 3 half widths

/// Steps that an average over x with the weight exp(-x^2) takes, of something whose phase turns by `phase` rad over a half width.
/// For smooth functions that fall off on both sides the trapezoidal rule converges exponentially, but points h apart cannot tell a
/// phase from one that turns by 2 pi / h less (Poisson's sum): beside exp(-phase^2 / 4) they give exp(-(2 pi / h - phase)^2 / 4).
/// That is kept below 1e-4.
double steps_for(double phase) {
  const double h = 2 * pi / (phase + 2 * std::sqrt(std::log(1e4)));
  return 1 + std::ceil(2 * width / h);
}

std::vector<double> points(double steps) {
  std::vector<double> x;
  for (int i = 0; i < steps; ++i) x.push_back(steps < 2 ? 0 : width * (2 * i / (steps - 1) - 1));
  return x;
}

/// As many as are asked for, or as it takes.
double steps(const std::optional<std::int64_t>& asked, double phase, double most, const char* what) {
  const double least = steps_for(phase);
  if (!(least <= most))
    fail(Fault::usage, "Take a smaller spread, an aperture, fewer pixels of the wave, or coherence: envelopes.",
         "an average over the {} whose phase turns by {:.3g} rad over a half width takes {} steps; there may be {}", what, phase,
         least, most);
  if (asked && static_cast<double>(*asked) < least)
    fail(Fault::usage, fmt::format("Take {} steps or more, or `auto`.", least),
         "{} steps are too few for an average over the {} whose phase turns by {:.3g} rad over a half width", *asked, what, phase);
  return asked ? static_cast<double>(*asked) : least;
}

}  // namespace

void describe(config::Schema<LensOptions>& s) {
  s.field("aberrations", &LensOptions::aberrations).help("Coefficients of the lens in Krivanek's notation, docs/lens.md");
  s.field("focal_spread", &LensOptions::focal_spread)
      .range(0, 1000)
      .unit("nm")
      .help("Spread of focus, 1/e half width (sqrt 2 times its standard deviation); auto: from Cc and the widths below");
  s.field("Cc", &LensOptions::Cc).range(0, 100).unit("mm").help("Chromatic aberration");
  s.field("energy_width", &LensOptions::energy_width)
      .range(0, 100)
      .unit("eV")
      .help("Width of the beam's energy, full width at half maximum");
  s.field("voltage_ripple", &LensOptions::voltage_ripple)
      .range(0, 100)
      .unit("ppm")
      .help("Instability of the high voltage, standard deviation");
  s.field("current_ripple", &LensOptions::current_ripple)
      .range(0, 100)
      .unit("ppm")
      .help("Instability of the lens current, standard deviation");
  s.field("source_angle", &LensOptions::source_angle)
      .range(0, 20)
      .unit("mrad")
      .help("Spread of the illumination's direction, 1/e half angle");
  s.field("aperture", &LensOptions::aperture).range(0, 1000).unit("mrad").help("Radius of the objective aperture; 0: none");
  s.field("aperture_edge", &LensOptions::aperture_edge)
      .range(0, 100)
      .unit("mrad")
      .help("Width of the aperture's edge, over which it goes from 1 to 0");
  s.field("coherence", &LensOptions::coherence)
      .choices({"envelopes", "focal", "full"})
      .help("Spreads of focus and direction as envelopes; foci averaged image by image; or both averaged");
  s.field("focal_steps", &LensOptions::focal_steps)
      .range(least_steps, most_focal_steps)
      .help("Images per average over the focus; auto: as many as the wave's highest frequencies ask for");
  s.field("angle_steps", &LensOptions::angle_steps)
      .range(least_steps, most_angle_steps)
      .help("Images per average over the direction, along each axis; auto: as many as it takes");
}

double focal_spread_of(double Cc, double energy_width, double voltage_ripple, double current_ripple, double energy) {
  const double full_width = 2 * std::sqrt(2 * std::numbers::ln2);  // of a Gaussian with standard deviation 1
  const double mc2 = physics::electron_rest_energy, r = (1 + energy / mc2) / (1 + energy / (2 * mc2));
  const double width = r * energy_width / full_width / (energy * 1e3), voltage = r * voltage_ripple * 1e-6,
               current = 2 * current_ripple * 1e-6;
  return std::numbers::sqrt2 * Cc * 1e6 * std::hypot(width, voltage, current);
}

Lens::Lens(const LensOptions& o, double energy)
    : wavelength_(physics::wavelength(energy)),
      aberrations_(o.aberrations, wavelength_),
      coherence_(o.coherence),
      focal_steps_(o.focal_steps),
      angle_steps_(o.angle_steps) {
  if (!(energy > 0)) fail(Fault::usage, "Give the beam energy in kV, such as 200.", "a beam of {} kV", energy);
  constexpr double nm = 10, mrad = 1e-3;
  focal_spread_ =
      nm * (o.focal_spread ? *o.focal_spread : focal_spread_of(o.Cc, o.energy_width, o.voltage_ripple, o.current_ripple, energy));
  source_angle_ = o.source_angle * mrad;
  aperture_ = o.aperture > 0 ? o.aperture * mrad / wavelength_ : std::numeric_limits<double>::infinity();
  edge_ = o.aperture_edge * mrad / wavelength_;
  if (o.aperture > 0 && o.aperture_edge > 2 * o.aperture)
    fail(Fault::usage, "Let the edge be at most as wide as the aperture.", "an aperture of {} mrad radius with an edge of {} mrad",
         o.aperture, o.aperture_edge);
  if (o.coherence == Coherence::envelopes) focal_envelope_ = pi / 2 * focal_spread_ * wavelength_;
  if (o.coherence != Coherence::full) angle_envelope_ = pi * source_angle_ / wavelength_;
  reach_ = aperture_ + edge_ / 2;
  if (o.coherence == Coherence::full) reach_ += width * source_angle_ / wavelength_;
  if (focal_envelope_ > 0) reach_ = std::min(reach_, std::sqrt(std::sqrt(std::log(1e6)) / focal_envelope_));
  if (!std::isfinite(focal_spread_) || !std::isfinite(aberrations_.chi(0.5, 0.5)))
    fail(Fault::usage, "Give the lens finite numbers.", "a focal spread of {} A and a phase of {} rad at (0.5, 0.5) 1/A",
         focal_spread_, aberrations_.chi(0.5, 0.5));
}

/// By how much the phase of a beam turns against another one's while the direction goes over a half width: of all beams up to the
/// frequency `most`, at whatever focus.
double Lens::turn_of_direction(double most) const {
  constexpr int radii = 24, azimuths = 48;
  double range = 0;
  for (const double defocus : {-width * focal_spread_, width * focal_spread_}) {
    std::array<double, 2> low{}, high{};  // the slope is 0 in the middle
    for (int i = 1; i <= radii; ++i)
      for (int j = 0; j < azimuths; ++j) {
        const double k = most * i / radii, angle = 2 * pi * j / azimuths, x = k * std::cos(angle), y = k * std::sin(angle);
        const auto slope = aberrations_.gradient(x, y);
        for (std::size_t c = 0; c < 2; ++c) {
          const double here = slope[c] + 2 * pi * wavelength_ * defocus * (c == 0 ? x : y);
          low[c] = std::min(low[c], here);
          high[c] = std::max(high[c], here);
        }
      }
    range = std::max({range, high[0] - low[0], high[1] - low[1]});
  }
  return source_angle_ / wavelength_ * range;
}

std::vector<CoherentPart> Lens::parts(double band) const {
  const bool over_focus = coherence_ != Coherence::envelopes && focal_spread_ > 0,
             over_direction = coherence_ == Coherence::full && source_angle_ > 0;
  const double tilt = over_direction ? width * source_angle_ / wavelength_ : 0;
  const double most = std::min(aperture_ + edge_ / 2, band + tilt);  // frequency off the lens's axis
  const auto foci =
      points(over_focus ? steps(focal_steps_, pi * wavelength_ * focal_spread_ * most * most, most_focal_steps, "focus") : 1);
  const auto angles = points(over_direction ? steps(angle_steps_, turn_of_direction(most), most_angle_steps, "direction") : 1);
  std::vector<CoherentPart> parts;
  double sum = 0;
  for (const double z : foci)
    for (const double y : angles)
      for (const double x : angles) {
        if (x * x + y * y > width * width * (1 + 1e-6)) continue;
        const double weight = std::exp(-(x * x + y * y + z * z));
        parts.push_back({z * focal_spread_, x * source_angle_ / wavelength_, y * source_angle_ / wavelength_, weight});
        sum += weight;
      }
  for (auto& p : parts) p.weight /= sum;
  return parts;
}

std::complex<double> Lens::transfer(double kx, double ky, const CoherentPart& part) const {
  const double x = kx + part.qx, y = ky + part.qy, k2 = x * x + y * y;
  const double chi = aberrations_.chi(x, y) + pi * wavelength_ * part.defocus * k2;
  auto slope = aberrations_.gradient(x, y);
  slope[0] += 2 * pi * wavelength_ * part.defocus * x;
  slope[1] += 2 * pi * wavelength_ * part.defocus * y;
  const double damping =
      std::pow(focal_envelope_ * k2, 2) + std::pow(angle_envelope_ / (2 * pi), 2) * (slope[0] * slope[0] + slope[1] * slope[1]);
  double inside = 1;
  if (std::isfinite(aperture_)) {
    const double distance = aperture_ - std::sqrt(k2);
    const double ramp = edge_ > 0 ? std::clamp(distance / edge_ + 0.5, 0.0, 1.0) : distance >= 0 ? 1 : 0;
    inside = ramp * ramp * (3 - 2 * ramp);
  }
  return std::polar(inside * std::exp(-damping), -chi);
}

TransferColumn Lens::column(double kx, double first, double step, const CoherentPart& part) const {
  const auto& turns = aberrations_.turns();
  constexpr std::size_t degree = AberrationFunction::degree;
  const double x = kx + part.qx, focus = wavelength_ * part.defocus / 2;  // turns per k^2
  TransferColumn column{};
  double along_x[degree + 1]{};
  for (std::size_t j = 0; j <= degree; ++j) {
    double sum = 0, slope = 0;
    for (std::size_t i = degree + 1 - j; i-- > 0;) {
      slope = slope * x + sum;
      sum = sum * x + turns[j][i];
    }
    column.turns[j] = sum;
    along_x[j] = slope;
  }
  column.turns[0] += focus * x * x;
  column.turns[2] += focus;
  along_x[0] += 2 * focus * x;
  for (std::size_t j = 0; j < degree; ++j) {
    column.along_x[j] = static_cast<float>(angle_envelope_ * along_x[j]);
    column.along_y[j] = static_cast<float>(angle_envelope_ * static_cast<double>(j + 1) * column.turns[j + 1]);
  }
  column.kx2 = static_cast<float>(x * x);
  column.focal = static_cast<float>(focal_envelope_);
  column.aperture = static_cast<float>(std::min(aperture_, 1e6));
  column.steepness = static_cast<float>(std::min(1 / edge_, 1e9));
  column.first = first + part.qy;
  column.step = step;
  return column;
}

}  // namespace ronchi::wave
