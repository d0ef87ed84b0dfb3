// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "framework/config/schema.hpp"

namespace ronchi::survey {

enum class Centring { none, measured, plane };
enum class Lengths { axis, pixel };

/// A pixel of the raw pattern.
struct Pixel {
  std::int64_t y = 0, x = 0;
};
/// A disk to mask, relative to the direct beam, in `lengths`.
struct Disk {
  double y = 0, x = 0, radius = 0;
};
/// A range of a spectrum, in units of its axis.
struct Interval {
  double from = 0, to = 0;
};

struct Options {
  std::optional<std::int64_t> sample;

  Centring centring = Centring::plane;
  std::optional<double> beam_y, beam_x, beam_radius;
  std::int64_t plane_border = 0;

  bool find_bad_pixels = true;
  double hot_ratio = 5;
  std::vector<Pixel> bad_pixels;

  std::int64_t bin = 1;
  Lengths lengths = Lengths::axis;
  double crop_radius = 0;
  std::optional<double> inner_radius;
  double outer_radius = 0;
  bool find_spots = false;
  double spot_threshold = 0.1;
  double spot_margin = 1.5;
  std::vector<Disk> spots;
  bool mask_uncovered = true;

  std::optional<double> keep_from, keep_to;
  bool mask_strobe = true;
  std::vector<Interval> mask_ranges;

  std::string output_type = "auto";
};

void describe(config::Schema<Pixel>& s);
void describe(config::Schema<Disk>& s);
void describe(config::Schema<Interval>& s);
void describe(config::Schema<Options>& s);

}  // namespace ronchi::survey
