// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/simulate_scan/options.hpp"

namespace ronchi::simulate_scan {

void describe(config::Schema<Population>& s) {
  s.field("phase", &Population::phase).required().help("Name of the phase, one of `phases` after the first");
  s.field("area_fraction", &Population::area_fraction)
      .range(0, 1)
      .help("Part of the scan positions that they cover: precipitates are added until they do");
  s.field("diameter", &Population::diameter).range(0.1, 1e5).unit("nm").help("Mean diameter of the cylinders");
  s.field("height", &Population::height)
      .range(0.1, 1e5)
      .unit("nm")
      .help("Mean height: below the diameter for plates, above it for needles");
  s.field("axis", &Population::axis)
      .choices({"beam", "plane"})
      .help("Direction of the axis: along the beam, or in the foil's plane");
  s.field("direction", &Population::direction)
      .range(-180, 180)
      .unit("deg")
      .help("Angle of an axis in the plane from the fast scan direction");
  s.field("spread", &Population::spread).range(0, 2).help("Width of the distribution of sizes (of their logarithm)");
}

void describe(config::Schema<Options>& s) {
  s.field("scan", &Options::scan).range(1, 1 << 20).help("Scan positions: [lines, positions per line]");
  s.field("step", &Options::step).range(0.01, 1000).unit("nm").help("Distance of scan positions");
  s.field("probe", &Options::probe)
      .range(0, 1000)
      .unit("nm")
      .help("Full width at half maximum of the probe; patterns mix at interfaces and edges");
  s.field("phases", &Options::phases)
      .help("Phases that the segments of the wire take; of a foil: the matrix, then the precipitates");
  s.field("diameter", &Options::diameter).range(0.1, 1e5).unit("nm").help("Width of the wire as seen by the beam");
  s.field("cross_section", &Options::cross_section)
      .choices({"facets_edge_on", "facets_face_on", "circular"})
      .help("Hexagon with facets along the beam (sharp edges), hexagon with facets across the beam (tapered edges), or circle");
  s.field("segment_length", &Options::segment_length)
      .range(0.1, 1e6)
      .unit("nm")
      .help("Mean length of the segments (exponential, above the shortest)");
  s.field("shortest_segment", &Options::shortest_segment).range(0, 1e6).unit("nm").help("Least length of a segment");
  s.field("interface_inclination", &Options::interface_inclination)
      .range(-80, 80)
      .unit("deg")
      .help("Inclination of the interfaces in the plane of the scan");
  s.field("bend", &Options::bend)
      .range(0, 20)
      .unit("deg")
      .help("Amplitude of the tilt about the axis across the wire, along its length; of a foil: of one of the two tilts");
  s.field("twist", &Options::twist)
      .range(0, 20)
      .unit("deg")
      .help("Amplitude of the tilt about the wire's axis, along its length and across it; of a foil: of the other tilt");
  s.field("sag", &Options::sag)
      .range(-1e5, 1e5)
      .unit("nm")
      .help("How far the middle of the wire lies off its ends, in the plane of the scan; patterns turn with it");
  s.field("mistilt", &Options::mistilt)
      .range(-20, 20)
      .unit("deg")
      .help("Constant tilt off the zone axis: along and across the wire");
  s.field("specimen", &Options::specimen)
      .choices({"nanowire", "precipitates"})
      .help("A nanowire of segments, or a foil of the first phase with precipitates of the others");
  s.field("foil_thickness", &Options::foil_thickness).range(0.1, 1e4).unit("nm").help("Foil: thickness in the middle of the scan");
  s.field("wedge", &Options::wedge)
      .range(0, 1.9)
      .help("Foil: difference of thickness from corner to corner, in parts of the thickness");
  s.field("misorientation", &Options::misorientation)
      .range(0, 20)
      .unit("deg")
      .help("Foil: each precipitate's own tilt, standard deviation about both axes");
  s.field("precipitates", &Options::precipitates).help("Foil: kinds of precipitates; none: one kind of each phase but the first");
  s.field("energy", &Options::energy).range(10, 3000).unit("kV").help("Beam energy");
  s.field("precession", &Options::precession).range(0, 5).unit("deg").help("Half angle of the precession cone");
  s.field("convergence", &Options::convergence).range(0, 20).unit("mrad").help("Half angle of convergence; radius of the disks");
  s.field("dose", &Options::dose)
      .range(0, 1e6)
      .unit("electrons")
      .help("Electrons per pattern outside the direct beam; mean over the specimen");
  s.field("beam", &Options::beam).range(1, 1000).help("Electrons per pattern in all, in units of the dose");
  s.field("diffuse", &Options::diffuse).range(0, 0.99).help("Diffuse share of what the specimen scatters");
  s.field("diffuse_width", &Options::diffuse_width)
      .range(0.01, 10)
      .unit("1/A")
      .help("Width k0 of the diffuse scattering (1 + (k/k0)^2)^-2");
  s.field("vacuum_background", &Options::vacuum_background).range(0, 1).help("Diffuse background everywhere, in units of the dose");
  s.field("carbon_film", &Options::carbon_film)
      .range(0, 1)
      .help("Rings of an amorphous carbon film everywhere, in units of the dose");
  s.field("descan_linear", &Options::descan_linear)
      .range(-1000, 1000)
      .unit("px")
      .help("Drift of the direct beam over the scan, linear part");
  s.field("descan_quadratic", &Options::descan_quadratic)
      .range(-1000, 1000)
      .unit("px")
      .help("Drift of the direct beam over the scan, quadratic part");
  s.field("detector", &Options::detector).range(8, 4096).unit("px").help("Edge of the square detector");
  s.field("pixel", &Options::pixel).range(1e-5, 1).unit("1/A").help("Calibration per detector pixel");
  s.field("pitch", &Options::pitch)
      .range(1, 1000)
      .unit("um")
      .help("Pixel pitch; gives the camera length that is written to the metadata");
  s.field("rotation", &Options::rotation)
      .range(-180, 180)
      .unit("deg")
      .help("Angle from the scan's fast axis to the same direction in the pattern");
  s.field("charge_sharing", &Options::charge_sharing)
      .range(0, 1)
      .help("Probability that an electron is counted in the nearest neighbouring pixel too");
  s.field("hot_pixels", &Options::hot_pixels).range(0, 1e6).help("Number of hot pixels");
  s.field("hot_rate", &Options::hot_rate).range(0, 1e4).unit("counts").help("Mean counts per pattern of a hot pixel");
  s.field("dead_pixels", &Options::dead_pixels).range(0, 1e6).help("Number of dead pixels");
}

}  // namespace ronchi::simulate_scan
