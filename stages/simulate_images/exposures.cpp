// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/simulate_images/exposures.hpp"

#include <array>

#include "framework/base/error.hpp"

namespace ronchi::simulate_images {

namespace {

constexpr std::uint8_t no_split = 255;

bool keeps_images(const Options& o) { return o.store != Store::exit_waves; }
bool keeps_waves(const Options& o) { return o.store != Store::images; }

}  // namespace

std::vector<Setting> varying_settings(const Options& options) {
  std::vector<Setting> settings;
  for (const auto& v : options.vary) {
    if (v.what == "focal_spread")
      settings.push_back({v.what, "nm", [](const wave::LensOptions& l, const Setting&) { return l.focal_spread.value_or(0); }});
    if (v.what == "source_angle")
      settings.push_back({v.what, "mrad", [](const wave::LensOptions& l, const Setting&) { return l.source_angle; }});
    for (const auto& term : wave::aberration_terms()) {
      if (v.what != term.name) continue;
      const char* unit = term.unit < 1e2 ? "nm" : term.unit < 1e5 ? "um" : "mm";
      settings.push_back(
          {v.what, unit, [](const wave::LensOptions& l, const Setting& s) { return l.aberrations.*s.term->value; }, &term});
      if (term.azimuth != nullptr)
        settings.push_back({"phi" + v.what.substr(1), "deg",
                            [](const wave::LensOptions& l, const Setting& s) { return l.aberrations.*s.term->azimuth; }, &term});
    }
  }
  return settings;
}

Exposures::Exposures(const Options& options, const Microscope& microscope)
    : stances(static_cast<std::size_t>(options.waves)),
      conditions(static_cast<std::size_t>(options.images)),
      saturated(static_cast<std::size_t>(options.images)) {
  if (keeps_images(options)) {
    clean.resize(static_cast<std::size_t>(options.images * microscope.image().pixels()));
    noisy.resize(clean.size());
  }
  if (keeps_waves(options)) waves.resize(static_cast<std::size_t>(2 * options.waves * microscope.stored().pixels()));
}

void Exposures::make(const Microscope& microscope, const Options& options, const physics::Particle& particle, std::uint64_t seed,
                     std::int64_t item, Microscope::Workspace& workspace) {
  const std::int64_t pixels = microscope.image().pixels(), wave_size = 2 * microscope.stored().pixels();
  for (std::int64_t w = 0; w < options.waves; ++w) {
    Stance& stance = stances[static_cast<std::size_t>(w)];
    stance = draw_stance(options, seed, item, w);
    microscope.expose(particle, stance, workspace, draw_film(options, microscope.field(), seed, item, w));
    if (!waves.empty()) microscope.keep(workspace, waves.data() + w * wave_size);
    for (std::int64_t image = w; image < options.images; image += options.waves) {
      const auto i = static_cast<std::size_t>(image);
      conditions[i] = draw_conditions(options, seed, item, image);
      if (clean.empty()) continue;
      microscope.take(conditions[i], workspace, clean.data() + image * pixels);
      saturated[i] = static_cast<std::int32_t>(
          microscope
              .record(conditions[i], seed, item, image, clean.data() + image * pixels, workspace, noisy.data() + image * pixels)
              .saturated);
    }
  }
}

Columns::Columns(engine::Part& part, const Options& options, const Microscope& microscope, std::int64_t most_atoms)
    : part_(part), options_(options), microscope_(microscope), most_atoms_(most_atoms) {}

void Columns::declare() const {
  const Scalar number = options_.number == Number::float16 ? Scalar::f16 : Scalar::f32;
  const std::int64_t images = options_.images, waves = options_.waves;
  if (keeps_images(options_)) {
    const std::int64_t p = microscope_.image().nx;
    part_.rows("clean", number, {images, p, p});
    part_.rows<std::uint16_t>("noisy", {images, p, p});
    part_.rows<std::int32_t>("saturated", {images});
  }
  if (keeps_waves(options_)) part_.rows("exit_wave", number, {waves, microscope_.stored().ny, microscope_.stored().nx, 2});
  part_.rows<float>("dose", {images});
  for (const auto& s : varying_settings(options_)) part_.rows<float>(s.name, {images});
  part_.rows<std::uint8_t>("wave", {images});
  part_.rows<float>("orientation", {waves, 4});
  part_.rows<float>("position", {waves, 2});
  part_.rows<std::uint8_t>("split", {});
  part_.rows<std::uint8_t>("label_class", {});
  part_.rows<std::int32_t>("label_atoms", {});
  part_.rows<float>("label_composition", {});
  part_.rows<std::uint8_t>("species", {most_atoms_});
  part_.rows<float>("positions", {most_atoms_, 3});
}

void Columns::write_numbers(const char* name, Range here, std::span<const float> values) {
  if (options_.number == Number::float32) return part_.write<float>(name, here, values);
  halves_.resize(values.size());
  to_half(values, halves_);
  part_.write<Half>(name, here, halves_);
}

void Columns::write_images(Range here, const Exposures& e) {
  if (!e.clean.empty()) {
    write_numbers("clean", here, e.clean);
    part_.write<std::uint16_t>("noisy", here, e.noisy);
    part_.write<std::int32_t>("saturated", here, e.saturated);
  }
  if (!e.waves.empty()) write_numbers("exit_wave", here, e.waves);
}

void Columns::write_settings(Range here, const Exposures& e) const {
  std::vector<float> values(e.conditions.size());
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(e.conditions[i].dose);
  part_.write<float>("dose", here, values);
  for (const auto& s : varying_settings(options_)) {
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(s.value(e.conditions[i].lens, s));
    part_.write<float>(s.name, here, values);
  }
  std::vector<std::uint8_t> wave(e.conditions.size());
  for (std::size_t i = 0; i < wave.size(); ++i) wave[i] = static_cast<std::uint8_t>(i % e.stances.size());
  part_.write<std::uint8_t>("wave", here, wave);
  std::vector<float> orientation, position;
  for (const auto& s : e.stances) {
    orientation.insert(orientation.end(), s.quaternion.begin(), s.quaternion.end());
    position.insert(position.end(), {static_cast<float>(s.x / 10), static_cast<float>(s.y / 10)});
  }
  part_.write<float>("orientation", here, orientation);
  part_.write<float>("position", here, position);
}

void Columns::write(const Structures& structures, std::uint64_t seed, std::int64_t item, const Exposures& e) {
  const Range here{item, item + 1};
  write_images(here, e);
  write_settings(here, e);
  const std::uint8_t split = draw_split(options_, seed, item);
  const Measured measured = structures.measured(item);
  const std::int32_t atoms = structures.particles.atoms(item);
  part_.write<std::uint8_t>("split", here, std::span(&split, 1));
  part_.write<std::uint8_t>("label_class", here, std::span(&measured.kind, 1));
  part_.write<std::int32_t>("label_atoms", here, std::span(&atoms, 1));
  part_.write<float>("label_composition", here, std::span(&measured.composition, 1));
  part_.write<std::uint8_t>("species", here, structures.particles.species(item));
  part_.write<float>("positions", here, structures.particles.positions(item));
}

void Columns::leave_out(std::int64_t item) const { part_.write<std::uint8_t>("split", {item, item + 1}, std::span(&no_split, 1)); }

}  // namespace ronchi::simulate_images
