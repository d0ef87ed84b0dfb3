// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/survey/options.hpp"

namespace ronchi::survey {

void describe(config::Schema<Pixel>& s) {
  s.field("y", &Pixel::y).at_least(0).help("Row of the raw pattern");
  s.field("x", &Pixel::x).at_least(0).help("Column of the raw pattern, or channel");
}

void describe(config::Schema<Disk>& s) {
  s.field("y", &Disk::y).help("Position along the slow signal axis, from the direct beam");
  s.field("x", &Disk::x).help("Position along the fast signal axis, from the direct beam");
  s.field("radius", &Disk::radius).at_least(0).help("Radius");
}

void describe(config::Schema<Interval>& s) {
  s.field("from", &Interval::from).help("Lower end, in units of the signal axis");
  s.field("to", &Interval::to).help("Upper end, in units of the signal axis");
}

void describe(config::Schema<Options>& s) {
  s.field("sample", &Options::sample)
      .at_least(1)
      .unit("scan lines")
      .help(
          "How many scan lines to survey, evenly spread; auto: 64, or all where every frame's own beam position is needed "
          "(centring: measured), "
          "where stored chunks span several lines, or where the scan has no more");
  s.field("centring", &Options::centring)
      .choices({"none", "measured", "plane"})
      .help(
          "Shift patterns so that the direct beam is at the middle pixel (size / 2): by each frame's own centre of mass, or by a "
          "plane fitted to them over the scan");
  s.field("beam_y", &Options::beam_y)
      .unit("pixel")
      .help("Where to look for the direct beam, row; auto: at the brightest spot of the mean pattern");
  s.field("beam_x", &Options::beam_x).unit("pixel").help("Where to look for the direct beam, column");
  s.field("beam_radius", &Options::beam_radius)
      .at_least(1)
      .unit("pixel")
      .help("Radius of the disk whose centre of mass is the beam position; auto: from the mean pattern");
  s.field("plane_border", &Options::plane_border)
      .at_least(0)
      .unit("frames")
      .help("Frames along the edge of the scan that the plane fit ignores");
  s.field("find_bad_pixels", &Options::find_bad_pixels).help("Find hot and dead pixels (patterns only)");
  s.field("hot_ratio", &Options::hot_ratio)
      .at_least(1.5)
      .help("A pixel is hot if its sum exceeds this multiple of its third-brightest neighbour's, beyond counting noise");
  s.field("bad_pixels", &Options::bad_pixels).help("Further bad pixels of the raw pattern, [{y: 12, x: 200}, ...]");
  s.field("bin", &Options::bin).range(1, 256).unit("pixel").help("Sum bin x bin pixels (spectra: bin channels)");
  s.field("lengths", &Options::lengths)
      .choices({"axis", "pixel"})
      .help("What the radii below are in: units of the signal axes (1/A, mrad), or raw pixels");
  s.field("crop_radius", &Options::crop_radius)
      .at_least(0)
      .help("Keep the square of this half side around the direct beam; 0: all");
  s.field("inner_radius", &Options::inner_radius)
      .at_least(0)
      .help("Mask the direct beam up to this radius; auto: where its profile has fallen to 5 %; 0: not");
  s.field("outer_radius", &Options::outer_radius).at_least(0).help("Mask everything beyond this radius; 0: nothing");
  s.field("find_spots", &Options::find_spots)
      .help("Mask strong reflections of the mean pattern (those of the matrix), found as blobs");
  s.field("spot_threshold", &Options::spot_threshold)
      .range(0, 1)
      .help("Blobs below this fraction of the strongest blob outside inner_radius are left");
  s.field("spot_margin", &Options::spot_margin).range(0.5, 10).help("Radius of the masked disk as a multiple of the blob's");
  s.field("spots", &Options::spots).help("Disks to mask, relative to the direct beam, [{y: 0.49, x: 0, radius: 0.05}, ...]");
  s.field("mask_uncovered", &Options::mask_uncovered).help("Mask pixels that the shift moves off the detector in some frame");
  s.field("keep_from", &Options::keep_from).help("Spectra: first energy kept; auto: all");
  s.field("keep_to", &Options::keep_to).help("Spectra: last energy kept; auto: all");
  s.field("mask_strobe", &Options::mask_strobe)
      .help("Spectra: mask the zero-energy (strobe, noise) peak and the channels below it");
  s.field("mask_ranges", &Options::mask_ranges).help("Spectra: ranges to mask, [{from: 7.9, to: 8.2}, ...]");
  s.field("output_type", &Options::output_type)
      .choices({"auto", "uint8", "uint16", "uint32", "float32"})
      .help(
          "Number type after binning; auto: the narrowest that surely holds what the survey saw (4 times that if only a sample was "
          "seen)");
}

}  // namespace ronchi::survey
