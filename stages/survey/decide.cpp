// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/survey/decide.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/data/bad_pixels.hpp"
#include "stages/survey/beam.hpp"
#include "stages/survey/masks.hpp"
#include "stages/survey/preview.hpp"
#include "stages/survey/strobe.hpp"
#include "stages/survey/width.hpp"

namespace ronchi::survey {

std::vector<double> Findings::mean(const std::vector<std::int64_t>& sums) const {
  std::vector<double> m(sums.size());
  const double n = scale * static_cast<double>(std::max<std::int64_t>(1, frames));
  for (std::size_t i = 0; i < sums.size(); ++i) m[i] = static_cast<double>(sums[i]) / n;
  return m;
}

namespace {

void find_bad_pixels(const Findings& f, const Options& o, Decision& d) {
  d.transform.bad_pixels = listed_pixels(o, f.raw);
  if (!o.find_bad_pixels || f.raw.signal.size() != 2) return;
  const double n = static_cast<double>(std::max<std::int64_t>(1, f.frames));
  std::vector<double> sum = f.mean(f.sum);
  for (auto& v : sum) v *= n;
  d.faults = find_faults(sum, f.nonzero, f.raw.signal[0].size, f.raw.signal[1].size, o.hot_ratio);
  std::vector<std::int64_t> merged;
  const auto found = d.faults.all();
  std::set_union(found.begin(), found.end(), d.transform.bad_pixels.begin(), d.transform.bad_pixels.end(),
                 std::back_inserter(merged));
  d.transform.bad_pixels = std::move(merged);
  if (static_cast<double>(d.transform.bad_pixels.size()) > 0.01 * static_cast<double>(f.raw.pixels()))
    d.warnings.push_back(fmt::format("{} of {} pixels look bad: is the detector's gap part of the pattern, or hot_ratio too low?",
                                     d.transform.bad_pixels.size(), f.raw.pixels()));
}

/// Positions, shifts, and where the beam is after them.
void centre(const Findings& f, const Options& o, Decision& d) {
  const std::int64_t h = f.raw.signal[0].size, w = f.raw.signal[1].size;
  std::int64_t without = 0, leaving = 0, seen = 0;
  double at[2] = {0, 0}, weight = 0, worst = 0;
  for (const auto& path : f.paths) {
    const Plane plane = fit_plane(path, o.plane_border);
    d.planes.push_back(plane);
    worst = std::max({worst, plane.spread[0], plane.spread[1]});
    for (int axis = 0; axis < 2; ++axis) at[axis] += plane.at[axis] * static_cast<double>(plane.used);
    weight += static_cast<double>(plane.used);
    for (std::size_t i = 0; i + 2 < path.measured.size(); i += 3) {
      ++seen;
      const double y = path.measured[i], x = path.measured[i + 1], rim = f.beam_radius / 2;
      if (!(path.measured[i + 2] > 0))
        ++without;
      else if (y < rim || x < rim || y > static_cast<double>(h - 1) - rim || x > static_cast<double>(w - 1) - rim)
        ++leaving;
    }
  }
  for (int axis = 0; axis < 2; ++axis) d.beam[axis] = weight > 0 ? at[axis] / weight : static_cast<double>((axis == 0 ? h : w) / 2);
  if (without > 0)
    d.warnings.push_back(
        fmt::format("no direct beam was found in {} of {} frames surveyed; they get the plane's position", without, seen));
  if (leaving > 0)
    d.warnings.push_back(fmt::format(
        "the direct beam leaves the detector in {} of {} frames surveyed: their centres are not to be trusted", leaving, seen));
  if (o.centring == Centring::none || weight == 0) return;
  if (o.centring == Centring::plane && worst > 1)
    d.warnings.push_back(fmt::format(
        "beam positions scatter by {:.1f} pixels around the fitted plane; centring: measured follows every frame", worst));

  std::int64_t moved = 0;
  for (std::size_t i = 0; i < f.paths.size(); ++i) {
    Plane plane = d.planes[i];
    if (plane.used == 0) {
      plane.at[0] = d.beam[0];
      plane.at[1] = d.beam[1];
    }
    const auto path = o.centring == Centring::plane ? plane_path(f.paths[i], plane) : measured_path(f.paths[i], plane);
    d.path.insert(d.path.end(), path.begin(), path.end());
  }
  const std::int64_t middle[2] = {h / 2, w / 2};
  d.transform.shifts.reserve(d.path.size());
  for (std::size_t i = 0; i < d.path.size(); ++i) {
    d.transform.shifts.push_back(static_cast<std::int32_t>(middle[i % 2] - std::llround(d.path[i])));
    moved += d.transform.shifts.back() != 0;
  }
  if (moved == 0) d.transform.shifts.clear();
  for (int axis = 0; axis < 2; ++axis) d.beam[axis] = static_cast<double>(middle[axis]);
  d.transform.beam = {d.beam[0], d.beam[1]};
}

void mask_pattern(const Findings& f, const Options& o, Decision& d) {
  const std::int64_t h = f.raw.signal[0].size, w = f.raw.signal[1].size;
  Frame2D frame{h, w, o.bin, {d.beam[0], d.beam[1]}, {1, 1}};
  if (o.lengths == Lengths::axis)
    for (int axis = 0; axis < 2; ++axis) frame.unit[axis] = std::abs(f.raw.signal[static_cast<std::size_t>(axis)].scale);
  if (!(frame.unit[0] > 0 && frame.unit[1] > 0))
    fail(Fault::usage, "set survey.lengths: pixel", "the signal axes have the scale 0");

  const bool shifted = o.centring != Centring::none && d.transform.beam.has_value();
  d.reference = f.mean(shifted ? f.centred : f.sum);
  if (!shifted) BadPixels(d.transform.bad_pixels, h, w).repair(reinterpret_cast<std::byte*>(d.reference.data()), Scalar::f64);
  // Where frames lie on each other shifted, a bad pixel is smeared: single bright pixels are cut.
  const auto auto_inner = edge_radius(radial_profile(d.reference, h, w, d.beam[0], d.beam[1]));
  d.inner = o.inner_radius ? *o.inner_radius / std::sqrt(frame.unit[0] * frame.unit[1]) : auto_inner;
  if (o.find_spots) d.spots = find_spots(d.reference, h, w, d.beam[0], d.beam[1], std::max(d.inner, auto_inner), o.spot_threshold);
  crop_around_beam(d.transform, frame, o.crop_radius);
  d.transform.mask = pattern_mask(d.transform, frame, o, d.inner, d.spots);
  if (o.mask_uncovered) {
    Options without = o;
    without.mask_uncovered = false;
    const auto less = pattern_mask(d.transform, frame, without, d.inner, d.spots);
    const auto lost = std::accumulate(d.transform.mask.begin(), d.transform.mask.end(), std::int64_t{0}) -
                      std::accumulate(less.begin(), less.end(), std::int64_t{0});
    if (lost * 4 > static_cast<std::int64_t>(less.size()))
      d.warnings.push_back(fmt::format(
          "the shift moves {} of {} output pixels off the detector in some frame, and masks them; mask_uncovered: false keeps them",
          lost, less.size()));
  }
}

void look_at_counts(const Findings& f, Decision& d) {
  double top = 0;
  for (std::size_t p = 0; p < f.maximum.size(); ++p)
    if (!std::binary_search(d.transform.bad_pixels.begin(), d.transform.bad_pixels.end(), static_cast<std::int64_t>(p)))
      top = std::max(top, static_cast<double>(f.maximum[p]) / f.scale);
  const auto full = visit_scalar(f.raw.type, [](auto v) { return static_cast<double>(std::numeric_limits<decltype(v)>::max()); });
  if (is_integer(f.raw.type) && (top == full || top == 4095 || top == 16383)) {
    const auto units = static_cast<std::int64_t>(std::llround(top * f.scale));
    d.warnings.push_back(fmt::format("{} pixels reach {:.0f}, the top of the detector's range: they may be saturated",
                                     std::count(f.maximum.begin(), f.maximum.end(), units), top));
  }
  // Each pixel's sum fits 63 bits; all of them together need not.
  const double counts =
      std::accumulate(f.sum.begin(), f.sum.end(), 0.0) / f.scale / static_cast<double>(std::max<std::int64_t>(1, f.frames));
  if (is_integer(f.raw.type) && counts < 20)
    d.warnings.push_back(fmt::format("very low counts: {:.1f} per frame on average", counts));
}

}  // namespace

Decision decide(const Findings& f, const Options& o) {
  Decision d;
  d.transform.bin = o.bin;
  find_bad_pixels(f, o, d);
  if (f.raw.signal.size() == 2) {
    centre(f, o, d);
    mask_pattern(f, o, d);
  } else {
    const Axis& energy = f.raw.signal.back();
    if (o.mask_strobe) d.strobe = strobe_channels(f.sum, energy);
    if (energy.units.empty()) d.warnings.push_back("the spectra are not calibrated: no zero-energy peak can be looked for");
    d.reference = f.mean(f.sum);
    crop_spectrum(d.transform, energy, o);
    d.transform.mask = spectrum_mask(d.transform, energy, o, d.strobe);
  }
  if (std::count(d.transform.mask.begin(), d.transform.mask.end(), 0) == 0)
    fail(Fault::usage, "reduce inner_radius, raise outer_radius, or set mask_uncovered: false",
         "the masks leave no pixel of the pattern");
  if (std::count(d.transform.mask.begin(), d.transform.mask.end(), 1) == 0) d.transform.mask.clear();

  d.peak = largest_output(f, d.transform);
  d.transform.output = fitting_type(f.raw, o.bin, d.peak, f.lowest > 0, f.complete);
  for (const Scalar s : {Scalar::u8, Scalar::u16, Scalar::u32, Scalar::f32})
    if (name_of(s) == o.output_type) d.transform.output = s;
  d.output = d.transform.output_info(f.raw);
  look_at_counts(f, d);
  return d;
}

}  // namespace ronchi::survey
