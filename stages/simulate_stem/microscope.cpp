// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/simulate_stem/microscope.hpp"

#include <algorithm>
#include <cmath>

#include "framework/base/error.hpp"
#include "framework/base/random.hpp"
#include "framework/base/random_block.hpp"

namespace ronchi::simulate_stem {

namespace {

constexpr float most_counts = 65535;

std::array<double, 2> range(const std::vector<double>& values, const char* option) {
  if (values.size() == 1) return {values[0], values[0]};
  if (values.size() != 2 || values[0] > values[1])
    fail(Fault::usage, "give [least, most] or one number", "simulate_stem.{} has {} values, or they fall", option, values.size());
  return {values[0], values[1]};
}

wave::Annulus annulus(const Options& o) {
  if (o.detector.size() != 2 || o.detector[0] >= o.detector[1])
    fail(Fault::usage, "give [inner, outer] in mrad", "simulate_stem.detector is not two angles that rise");
  if (o.detector[0] < o.semi_angle)
    fail(Fault::usage, "take a larger inner angle: what is counted must be scattered electrons alone",
         "the detector begins at {} mrad, within the probe's {} mrad", o.detector[0], o.semi_angle);
  return {o.detector[0], o.detector[1]};
}

std::vector<wave::AdfAtom> atoms(const Options& o, std::span<const std::string> symbols) {
  const auto settings = adf_settings(o);
  std::vector<wave::AdfAtom> list;
  for (const auto& symbol : symbols)
    list.emplace_back(settings.lens, o.scattering, physics::atomic_number(symbol, o.scattering), settings.detector);
  return list;
}

}  // namespace

wave::AdfSettings adf_settings(const Options& o) {
  if (o.pixels % 8 != 0) fail(Fault::usage, "take a multiple of 8", "simulate_stem.pixels is {}", o.pixels);
  (void)range(o.c10, "C10");
  (void)range(o.c30, "C30");
  (void)range(o.dose, "dose");
  wave::AdfSettings s;
  s.grid = {o.pixels, o.pixels, 10 * o.sampling};
  s.lens.energy = o.energy;
  s.lens.semi_angle = o.semi_angle;
  s.detector = annulus(o);
  s.source = 10 * o.source;
  s.displacement = 10 * o.displacement;
  return s;
}

Conditions draw(const Options& o, std::uint64_t seed, std::int64_t item, std::int64_t image) {
  Conditions c;
  const auto structure = static_cast<std::uint64_t>(item);
  Random pose(seed, stream, structure, use_of(Use::pose, image)), lens(seed, stream, structure, use_of(Use::lens, image));
  c.quaternion = physics::uniform_quaternion(pose);
  c.x = pose.uniform(-10 * o.wander, 10 * o.wander);
  c.y = pose.uniform(-10 * o.wander, 10 * o.wander);
  const auto c10 = range(o.c10, "C10"), c30 = range(o.c30, "C30"), dose = range(o.dose, "dose");
  c.c10 = 10 * lens.uniform(c10[0], c10[1]);
  c.c30 = 1e4 * lens.uniform(c30[0], c30[1]);
  c.dose = std::exp(lens.uniform(std::log(dose[0]), std::log(dose[1])));
  return c;
}

Microscope::Microscope(const Options& options, std::span<const std::string> symbols)
    : options_(options), model_(adf_settings(options), atoms(options, symbols)) {}

void Microscope::take(const physics::Particle& particle, std::uint64_t seed, std::int64_t item, Workspace& w,
                      std::span<float> clean, std::span<std::uint16_t> noisy, std::span<std::int32_t> saturated) const {
  const wave::Grid& grid = model_.settings().grid;
  const auto pixels = static_cast<std::size_t>(grid.pixels());
  w.means.resize(pixels);
  for (std::int64_t image = 0; image < options_.images; ++image) {
    const Conditions c = draw(options_, seed, item, image);
    const wave::Pose pose{physics::rotation_of(c.quaternion), grid.width() / 2 + c.x, grid.height() / 2 + c.y};
    wave::require_room(particle, pose, grid);
    wave::ProbeLens lens = model_.settings().lens;
    lens.c10 = c.c10;
    lens.c30 = c.c30;
    const auto here = clean.subspan(static_cast<std::size_t>(image) * pixels, pixels);
    model_.image(particle, pose, lens, w.model, here);
    const auto electrons = static_cast<float>(c.dose * grid.sampling * grid.sampling);
    // Poisson numbers are exact to means of 2^24; counts end long before.
    for (std::size_t p = 0; p < pixels; ++p) w.means[p] = std::min(electrons * here[p], 1e6f);
    RandomBlock(seed, stream, static_cast<std::uint64_t>(item), use_of(Use::noise, image)).poisson(0, w.means, w.means);
    std::int32_t& above = saturated[static_cast<std::size_t>(image)] = 0;
    for (std::size_t p = 0; p < pixels; ++p) {
      noisy[static_cast<std::size_t>(image) * pixels + p] = static_cast<std::uint16_t>(std::min(w.means[p], most_counts));
      above += w.means[p] > most_counts ? 1 : 0;
    }
  }
}

}  // namespace ronchi::simulate_stem
