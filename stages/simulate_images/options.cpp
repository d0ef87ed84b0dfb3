// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/simulate_images/options.hpp"

namespace ronchi::simulate_images {

std::vector<std::string> variable_settings() {
  std::vector<std::string> names;
  for (const auto& term : wave::aberration_terms()) names.emplace_back(term.name);
  names.insert(names.end(), {"focal_spread", "source_angle"});
  return names;
}

std::vector<Variation> corrected_lens() {
  return {{"C10", -8, 12}, {"C30", -10, 0}, {"C12", 0, 2}, {"C21", 0, 40}, {"C23", 0, 40}, {"focal_spread", 2, 4}};
}

void describe(config::Schema<Variation>& s) {
  s.field("what", &Variation::what)
      .required()
      .choices(variable_settings())
      .help("An aberration in its own unit (its azimuth is drawn too), focal_spread (nm) or source_angle (mrad)");
  s.field("from", &Variation::from).range(-1e6, 1e6).help("Least value");
  s.field("to", &Variation::to).range(-1e6, 1e6).help("Largest value");
  s.field("distribution", &Variation::distribution)
      .choices({"uniform", "normal", "log_uniform"})
      .help("normal: the mean is halfway between the two values, which are one standard deviation from it");
}

void describe(config::Schema<Options>& s) {
  s.field("images", &Options::images).range(1, 1000).help("Images of each particle");
  s.field("waves", &Options::waves)
      .range(1, 255)
      .help(
          "Exit waves of each particle, in orientations and at positions of their own; image i is one of wave i modulo their "
          "number");
  s.field("pixels", &Options::pixels).range(16, 4096).unit("px").help("Edge of the square images");
  s.field("sampling", &Options::sampling).range(0.001, 1).unit("nm").help("Edge of a pixel");
  s.field("wave_sampling", &Options::wave_sampling)
      .range(0.002, 1)
      .unit("nm")
      .help("Pixels of the exit waves are at most so large: the images are as wrong as these are coarse (docs/data_set.md)");
  s.field("margin", &Options::margin)
      .range(0.2, 100)
      .unit("nm")
      .help("Exit waves are computed in a square that is larger than the particle by this on every side; outside they are 1");
  s.field("wander", &Options::wander)
      .range(0, 1000)
      .unit("nm")
      .help("Largest distance of the particle from the middle of the field, in x and in y");
  s.field("carbon", &Options::carbon)
      .range(0, 1000)
      .unit("nm")
      .help(
          "Thickness of an amorphous carbon film below each particle, another one for each exit wave; 0: none. With a film the "
          "whole "
          "field is computed");
  s.field("carbon_density", &Options::carbon_density).range(0.1, 3.5).unit("g/cm^3").help("Density of the film");
  s.field("energy", &Options::energy).range(10, 3000).unit("kV").help("Beam energy");
  s.field("scattering", &Options::scattering).choices({"kirkland", "lobato"}).help("Table of scattering factors");
  s.field("slices", &Options::slices).range(1, 10000).help("Slices of each particle");
  s.field("slice_thickness", &Options::slice_thickness)
      .range(0, 1000)
      .unit("A")
      .help("Thickness of a slice; more than 0: instead of `slices`");
  s.field("lens", &Options::lens).help("The lens, as far as it does not vary");
  s.field("vary", &Options::vary).help("Lens settings that are drawn for each image, in place of those under `lens`; []: none");
  s.field("dose", &Options::dose)
      .range(1e-6, 1e9)
      .unit("electrons/A^2")
      .help("[least, most], drawn for each image, uniform in its logarithm; one number: always that; []: detector.dose");
  s.field("detector", &Options::detector).help("The camera");
  s.field("store", &Options::store)
      .choices({"images", "exit_waves", "both"})
      .help("Images, or the exit waves that any number of images can be made from later, or both");
  s.field("number", &Options::number).choices({"float16", "float32"}).help("Type of the clean images and of the exit waves");
  s.field("shares", &Options::shares)
      .range(0, 1)
      .help(
          "Shares of the structures for training, validation and test: each structure is drawn into one of them with all its "
          "images; of every ten, as near as can be, as many as the shares say");
  s.field("shard", &Options::shard)
      .at_least(1024)
      .help("Size of a shard, a file of the set; auto: 256 MiB, and up to 1 GiB where that would be more than 1000 shards");
}

}  // namespace ronchi::simulate_images
