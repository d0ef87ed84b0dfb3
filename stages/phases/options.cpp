// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/phases/options.hpp"

namespace ronchi::phases {

void describe(config::Schema<Options>& s) {
  s.field("phases", &Options::phases).help("Phases to look for; their order is that of the labels on the map");
  s.field("energy", &Options::energy).range(10, 3000).unit("kV").help("Beam energy; auto: as the data's metadata say");
  s.field("precession", &Options::precession)
      .range(0, 5)
      .unit("deg")
      .help("Half angle of the precession cone; auto: as the metadata say (rocking_angle, mrad), else 0");
  s.field("convergence", &Options::convergence)
      .range(0.01, 20)
      .unit("mrad")
      .help("Half angle of convergence, the disks' radius; auto: as the metadata say");
  s.field("thickness", &Options::thickness).range(0.1, 1e4).unit("nm").help("Thicknesses that templates are averaged over");
  s.field("tilt", &Options::tilt).range(0, 10).unit("deg").help("Largest tilt off the zone axis that templates are averaged over");
  s.field("rotation", &Options::rotation)
      .range(-180, 180)
      .unit("deg")
      .help("Angle from the pattern's kx axis to the phases' growth direction");
  s.field("search_rotation", &Options::search_rotation)
      .range(0, 180)
      .unit("deg")
      .help("Templates are tried at rotations up to this far off, in steps of 1 deg");
  s.field("search_centre", &Options::search_centre)
      .range(0, 10)
      .unit("px")
      .help("Templates are tried at centres up to this far off, in steps of half a pixel");
  s.field("exponent", &Options::exponent)
      .range(0.05, 4)
      .help("Power of the intensities before they are compared; below 1 weak reflections count more");
  s.field("least_score", &Options::least_score)
      .range(-1, 1)
      .help("Components that match every template worse than this stay unassigned");
  s.field("least_margin", &Options::least_margin)
      .range(0, 2)
      .help("Components whose best two phases differ less than this stay unassigned");
  s.field("vacuum", &Options::vacuum)
      .at_least(0)
      .unit("counts")
      .help("Positions with fewer counts in named components are outside; auto: Li's threshold");
}

}  // namespace ronchi::phases
