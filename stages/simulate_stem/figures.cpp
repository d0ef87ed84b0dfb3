// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/simulate_stem/figures.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "framework/report/figures.hpp"
#include "stages/simulate_stem/microscope.hpp"

namespace ronchi::simulate_stem {

void add_figures(const Options& o, const engine::Parts& parts, const engine::Inputs& inputs, h5::Group& index) {
  const engine::Input& particles = inputs.of_type("simulate_particles");
  const auto symbols = particles.index().read_texts("symbols");
  index.write_texts("symbols", symbols);
  index.set_attribute("sampling", o.sampling);
  index.set_attribute("energy", o.energy);
  index.set_attribute("semi_angle", o.semi_angle);
  index.set_attribute("inner", o.detector[0]);
  index.set_attribute("outer", o.detector[1]);

  const auto atoms = parts.rows<std::int32_t>("atoms", {0, particles.items});
  const std::int64_t pixels = o.pixels * o.pixels;
  std::vector<float> clean, noisy;
  std::int64_t shown = 0;
  constexpr std::int64_t most_shown = 6;
  std::string which;
  for (std::int64_t item = 0; item < particles.items && shown < most_shown; ++item) {
    if (atoms[static_cast<std::size_t>(item)] == 0) continue;
    const auto c = parts.rows<float>("clean", {item, item + 1});
    const auto n = parts.rows<std::uint16_t>("noisy", {item, item + 1});
    clean.insert(clean.end(), c.begin(), c.begin() + pixels);
    noisy.insert(noisy.end(), n.begin(), n.begin() + pixels);
    which += fmt::format("{}{} ({} atoms)", shown == 0 ? "" : ", ", item, atoms[static_cast<std::size_t>(item)]);
    ++shown;
  }
  const auto made = static_cast<std::int64_t>(std::count_if(atoms.begin(), atoms.end(), [](auto n) { return n > 0; }));
  report::Table table{
      "Annular dark field images",
      fmt::format("{} kV, probe of {} mrad, detector from {} to {} mrad", o.energy, o.semi_angle, o.detector[0], o.detector[1]),
      {"quantity", "value"},
      {{"particles", std::to_string(made)}, {"images", std::to_string(made * o.images)}}};
  const auto settings = adf_settings(o);
  for (const auto& symbol : symbols) {
    const int z = physics::atomic_number(symbol, o.scattering);
    const wave::AdfAtom atom(settings.lens, o.scattering, z, settings.detector);
    table.rows.push_back({fmt::format("cross-section of {}", symbol), fmt::format("{:.4g} pm^2", 1e4 * atom.cross_section())});
  }
  report::add(index, table);
  if (shown == 0) return;
  const std::vector<Axis> axes{
      {"structure", "", 1, 0, shown}, {"y", "nm", o.sampling, 0, o.pixels}, {"x", "nm", o.sampling, 0, o.pixels}};
  report::add(index, report::Image{.title = "Dark field, clean",
                                   .caption = "The first image of structures " + which,
                                   .kind = report::Image::Kind::map,
                                   .unit = "of the beam",
                                   .axes = axes,
                                   .values = std::move(clean),
                                   .group = "Dark field"});
  report::add(index, report::Image{.title = "Dark field, noisy",
                                   .caption = "The same with its dose",
                                   .kind = report::Image::Kind::map,
                                   .unit = "electrons",
                                   .axes = axes,
                                   .values = std::move(noisy),
                                   .group = "Dark field"});
}

}  // namespace ronchi::simulate_stem
