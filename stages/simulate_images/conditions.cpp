// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/simulate_images/conditions.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <set>

#include "framework/base/error.hpp"
#include "framework/base/random.hpp"
#include "framework/wave/fields.hpp"

namespace ronchi::simulate_images {

namespace {

double draw(const Variation& v, Random& random) {
  switch (v.distribution) {
    case Distribution::uniform:
      return random.uniform(v.from, v.to);
    case Distribution::normal:
      return 0.5 * (v.from + v.to) + 0.5 * (v.to - v.from) * random.normal();
    case Distribution::log_uniform:
      return std::exp(random.uniform(std::log(v.from), std::log(v.to)));
  }
  return 0;
}

/// `azimuth` in turns of the aberration's symmetry.
void set(wave::LensOptions& lens, const Variation& v, double value, double azimuth) {
  if (v.what == "focal_spread") lens.focal_spread = std::max(0.0, value);
  if (v.what == "source_angle") lens.source_angle = std::max(0.0, value);
  for (const auto& term : wave::aberration_terms())
    if (v.what == term.name) {
      lens.aberrations.*term.value = value;
      if (term.azimuth != nullptr) lens.aberrations.*term.azimuth = azimuth * 360 / term.m;
    }
}

Random random_for(Use use, std::uint64_t seed, std::int64_t item, std::int64_t image) {
  return Random(seed, stream, static_cast<std::uint64_t>(item), use_of(use, image));
}

/// Uniform in (0, 1), and of every `stratum` structures that follow each other (from a multiple of it on) one lies in each of as
/// many equal parts: no share of a tenth or more is empty in a set of ten.
double stratified(std::uint64_t seed, std::int64_t item) {
  constexpr std::int64_t stratum = 10;
  std::array<int, stratum> order;
  std::iota(order.begin(), order.end(), 0);
  Random shuffle = random_for(Use::split, seed, item / stratum, 0);
  for (std::size_t k = stratum; k-- > 1;)
    std::swap(order[k], order[static_cast<std::size_t>(shuffle.uniform() * static_cast<double>(k + 1))]);
  Random within = random_for(Use::split, seed, item, 1);
  return (order[static_cast<std::size_t>(item % stratum)] + within.uniform()) / stratum;
}

/// Lenses at the ends of what varies, and the one with all of its aberrations as large as they become: can images be taken?
void check_lenses(const Options& options) {
  const double band = field_of(options).nyquist() * 2 / 3;
  for (const int which : {0, 1, 2}) {
    wave::LensOptions lens = options.lens;
    for (const auto& v : options.vary)
      set(lens, v, which == 0 ? v.from : which == 1 ? v.to : std::max(std::abs(v.from), std::abs(v.to)), 0);
    (void)wave::Lens(lens, options.energy).parts(band);
  }
}

}  // namespace

std::uint32_t use_of(Use use, std::int64_t image_or_wave) {
  return static_cast<std::uint32_t>(image_or_wave) * 16 + static_cast<std::uint32_t>(use);
}

Stance draw_stance(const Options& options, std::uint64_t seed, std::int64_t item, std::int64_t wave) {
  Stance stance;
  Random random = random_for(Use::orientation, seed, item, wave);
  stance.quaternion = physics::uniform_quaternion(random);
  Random place = random_for(Use::position, seed, item, wave);
  stance.x = 10 * options.wander * place.uniform(-1, 1);
  stance.y = 10 * options.wander * place.uniform(-1, 1);
  return stance;
}

wave::Grid field_of(const Options& o) {
  const double width = 10 * o.sampling * static_cast<double>(o.pixels);
  const auto n = wave::good_side(std::max(o.pixels, static_cast<std::int64_t>(std::ceil(width / (10 * o.wave_sampling) - 1e-9))));
  return {n, n, width / static_cast<double>(n)};
}

std::optional<wave::Support> draw_film(const Options& options, const wave::Grid& field, std::uint64_t seed, std::int64_t item,
                                       std::int64_t wave) {
  if (options.carbon == 0) return std::nullopt;
  Random random = random_for(Use::film, seed, item, wave);
  return wave::amorphous_carbon(field.width(), field.height(), 10 * options.carbon, random, options.carbon_density);
}

Conditions draw_conditions(const Options& options, std::uint64_t seed, std::int64_t item, std::int64_t image) {
  Conditions c{options.lens, options.detector.dose};
  Random random = random_for(Use::lens, seed, item, image);
  for (const auto& v : options.vary) {
    const double value = draw(v, random), azimuth = random.uniform();  // drawn always: those that follow stay as they are
    set(c.lens, v, value, azimuth);
  }
  if (options.dose.empty()) return c;
  Random dose = random_for(Use::dose, seed, item, image);
  c.dose = std::exp(dose.uniform(std::log(options.dose.front()), std::log(options.dose.back())));
  return c;
}

std::uint8_t draw_split(const Options& options, std::uint64_t seed, std::int64_t item) {
  const double all = std::accumulate(options.shares.begin(), options.shares.end(), 0.0);
  double at = stratified(seed, item) * all;
  for (std::size_t s = 0; s + 1 < options.shares.size(); ++s) {
    if (at < options.shares[s]) return static_cast<std::uint8_t>(s);
    at -= options.shares[s];
  }
  return static_cast<std::uint8_t>(options.shares.size() - 1);
}

void check(const Options& options) {
  if (options.shares.size() != 3 || !(std::accumulate(options.shares.begin(), options.shares.end(), 0.0) > 0))
    fail(Fault::usage, "give three shares, training, validation and test, which are not all 0", "shares has {} numbers",
         options.shares.size());
  if (options.dose.size() > 2)
    fail(Fault::usage, "give [least, most], one number or []", "dose has {} numbers", options.dose.size());
  std::set<std::string> varied;
  for (const auto& v : options.vary) {
    if (v.distribution == Distribution::log_uniform && !(v.from > 0 && v.to > 0))
      fail(Fault::usage, "take another distribution, or limits above 0", "{} from {} to {} has no logarithm", v.what, v.from, v.to);
    if (!varied.insert(v.what).second) fail(Fault::usage, "leave one of them out", "{} stands twice in vary", v.what);
  }
  check_lenses(options);
  wave::Detector detector(options.detector, {options.pixels, options.pixels, 10 * options.sampling});
  for (const double dose : options.dose) detector.set_dose(dose);
}

}  // namespace ronchi::simulate_images
