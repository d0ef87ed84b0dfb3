// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/simulate_stem/options.hpp"

namespace ronchi::simulate_stem {

void describe(config::Schema<Options>& s) {
  s.field("images", &Options::images).range(1, 1000).help("Images of each particle, each in an orientation of its own");
  s.field("pixels", &Options::pixels).range(16, 4096).unit("px").help("Edge of the square images, a multiple of 8");
  s.field("sampling", &Options::sampling).range(0.001, 1).unit("nm").help("Distance of the probe's positions");
  s.field("wander", &Options::wander)
      .range(0, 1000)
      .unit("nm")
      .help("Largest distance of the particle from the middle of the field, in x and in y");
  s.field("energy", &Options::energy).range(10, 3000).unit("kV").help("Beam energy");
  s.field("scattering", &Options::scattering).choices({"kirkland", "lobato"}).help("Table of scattering factors");
  s.field("semi_angle", &Options::semi_angle).range(1, 100).unit("mrad").help("Half angle of the probe's convergence");
  s.field("C10", &Options::c10)
      .range(-1e4, 1e4)
      .unit("nm")
      .help(
          "Defocus at the particle's middle, negative: the focus is below it; [least, most], drawn for each image, or one number");
  s.field("C30", &Options::c30)
      .range(-1e5, 1e5)
      .unit("um")
      .help("Spherical aberration; [least, most], drawn for each image, or one number");
  s.field("detector", &Options::detector).range(0, 1000).unit("mrad").help("Inner and outer angle of the annular detector");
  s.field("source", &Options::source)
      .range(0, 10)
      .unit("nm")
      .help("Full width at half maximum of the source's image on the particle, a Gaussian");
  s.field("displacement", &Options::displacement)
      .range(0, 1)
      .unit("nm")
      .help("Root mean square thermal displacement of atoms along an axis beyond that of the simulation's snapshot");
  s.field("dose", &Options::dose)
      .range(1e-6, 1e12)
      .unit("electrons/A^2")
      .help("[least, most], drawn for each image, uniform in its logarithm; one number: always that");
  s.field("number", &Options::number).choices({"float16", "float32"}).help("Type of the clean images");
  s.field("shard", &Options::shard)
      .at_least(1024)
      .help("Size of a shard, a file of the set; less where there would be fewer than 8");
}

}  // namespace ronchi::simulate_stem
