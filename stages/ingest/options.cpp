// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "framework/base/error.hpp"
#include "stages/ingest/ingest.hpp"

namespace ronchi::ingest {

void describe(config::Schema<VirtualImage>& s) {
  s.field("name", &VirtualImage::name).help("Name of the image: letters, digits, _");
  s.field("inner", &VirtualImage::inner).at_least(0).help("Patterns: inner radius of the ring around the direct beam");
  s.field("outer", &VirtualImage::outer).at_least(0).help("Patterns: outer radius");
  s.field("from", &VirtualImage::from).help("Spectra: lower end of the window, in units of the axis; auto: the first channel");
  s.field("to", &VirtualImage::to).help("Spectra: upper end; auto: the last channel");
}

void describe(config::Schema<Options>& s) {
  s.field("virtual_images", &Options::virtual_images)
      .help("Virtual images, [{name: bf, inner: 0, outer: 0.1}, ...]; none given: bright_field and dark_field, for spectra total");
  s.field("lengths", &Options::lengths)
      .choices({"axis", "pixel"})
      .help("What radii are in: units of the signal axes, or raw pixels");
  s.field("materialise", &Options::materialise)
      .help("Write the transformed frames to disk; otherwise later stages read the raw frames through the transform");
  s.field("navigation_threshold", &Options::navigation_threshold)
      .at_least(0)
      .unit("counts")
      .help("Frames with fewer counts after the masks are left out of decompositions");
}

std::vector<VirtualDetector> detectors_of(const Options& options, const FrameInfo& raw, const double (&beam)[2],
                                          double inner_radius, std::int64_t strobe) {
  const bool image = raw.signal.size() == 2;
  const Axis& fast = raw.signal.back();
  const std::int64_t h = image ? raw.signal[0].size : 1, w = fast.size;
  double unit[2] = {1, 1};
  if (options.lengths == Lengths::axis && image)
    for (int axis = 0; axis < 2; ++axis) unit[axis] = std::abs(raw.signal[static_cast<std::size_t>(axis)].scale);
  const std::string length = options.lengths == Lengths::axis && image && !fast.units.empty() ? fast.units : "pixels";
  std::vector<VirtualDetector> all;
  if (options.virtual_images.empty() && image) {
    constexpr double pixels[2] = {1, 1};
    const double edge = std::min({beam[0], beam[1], static_cast<double>(h - 1) - beam[0], static_cast<double>(w - 1) - beam[1]});
    all.push_back(ring("bright_field", h, w, beam, pixels, 0, inner_radius));
    all.back().caption = fmt::format("up to {:.3g} {} from the direct beam", inner_radius * unit[1], length);
    if (edge > 1.5 * inner_radius) {
      all.push_back(ring("dark_field", h, w, beam, pixels, 1.5 * inner_radius, edge));
      all.back().caption =
          fmt::format("{:.3g} to {:.3g} {} from the direct beam", 1.5 * inner_radius * unit[1], edge * unit[1], length);
    }
  }
  if (options.virtual_images.empty() && !image) {
    all.push_back(window("total", fast, fast.offset + fast.scale * (static_cast<double>(strobe) - 0.5),
                         std::numeric_limits<double>::infinity()));
    all.back().caption = "all channels above the zero-energy peak";
  }
  std::set<std::string> names;
  for (const auto& v : options.virtual_images) {
    const bool plain = !v.name.empty() &&
                       std::all_of(v.name.begin(), v.name.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
    if (!plain || !names.insert(v.name).second)
      fail(Fault::usage, "give every virtual image its own name of letters, digits and _", "virtual image '{}'", v.name);
    if (image) {
      all.push_back(ring(v.name, h, w, beam, unit, v.inner, v.outer));
      all.back().caption = fmt::format("{:.3g} to {:.3g} {} from the direct beam", v.inner, v.outer, length);
    } else {
      const double low = -std::numeric_limits<double>::infinity(), high = std::numeric_limits<double>::infinity();
      all.push_back(window(v.name, fast, v.from.value_or(low), v.to.value_or(high)));
      all.back().caption = fmt::format("{:.4g} to {:.4g} {}", v.from.value_or(fast.offset),
                                       v.to.value_or(fast.offset + fast.scale * static_cast<double>(w - 1)), fast.units);
    }
    if (all.back().runs.empty())
      fail(Fault::usage, "correct its limits; radii are in units of the signal axes unless lengths: pixel",
           "virtual image {} ({}) covers no pixel", v.name, all.back().caption);
  }
  return all;
}

}  // namespace ronchi::ingest
