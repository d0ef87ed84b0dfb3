// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/ingest/ingest_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "framework/data/line_reader.hpp"
#include "framework/report/figures.hpp"

namespace ronchi::ingest {

namespace {

constexpr std::int64_t most_scans = 12;  // of a series (tilts, files): the report stays readable

/// One map per scan; nothing for a single frame.
void add_maps(h5::Group& index, const FrameInfo& info, const std::vector<double>& values, const std::string& title, const std::string& caption) {
  if (info.navigation.empty() || values.size() < 2) return;
  std::vector<Axis> axes;
  if (info.navigation.size() >= 2) axes.assign(info.navigation.end() - 2, info.navigation.end());
  else axes = {Axis{"", "", 1, 0, 1}, info.navigation.back()};
  const std::int64_t pixels = axes[0].size * axes[1].size, scans = static_cast<std::int64_t>(values.size()) / pixels;
  for (std::int64_t s = 0; s < std::min(scans, most_scans); ++s) {
    report::Image image{title, caption, report::Image::Kind::map, "counts", axes, {}, {}, "Virtual images"};
    if (scans > 1) {
      image.title = fmt::format("{}, {} {}", title, info.navigation.size() == 3 ? info.navigation[0].name : "scan", s);
      image.group = fmt::format("Virtual images: {}", title);
    }
    image.values.assign(values.begin() + s * pixels, values.begin() + (s + 1) * pixels);
    report::add(index, image);
  }
}

}  // namespace

void add_figures(h5::Group& index, const engine::Parts& parts, const FrameInfo& info, const std::vector<VirtualDetector>& detectors, double scale) {
  const Range lines{0, line_count(info)};
  for (const auto& d : detectors) add_maps(index, info, parts.rows<double>("virtual_" + d.name, lines), d.name, d.caption);
  add_maps(index, info, parts.rows<double>("total_counts", lines), "total counts", "sum of every frame after the masks");

  const auto sum = parts.sum("sum_pattern"), maximum = parts.max("max_pattern");
  const double frames = static_cast<double>(std::max<std::int64_t>(1, info.frames()));
  if (info.signal.size() == 2) {
    const auto image = [&](const std::string& title, const std::vector<std::int64_t>& values, double divisor) {
      report::Image i{title, "log10, after the transform; masked and empty pixels at the lowest value", report::Image::Kind::pattern, "log10 counts", info.signal, {}, {}, "Patterns after the transform"};
      double least = 0;
      for (const auto v : values)
        if (v > 0 && (least == 0 || static_cast<double>(v) < least)) least = static_cast<double>(v);
      for (const auto v : values) i.values.push_back(least == 0 ? 0.0F : static_cast<float>(std::log10(std::max(static_cast<double>(v), least) / divisor)));
      report::add(index, i);
    };
    image("Mean pattern", sum, scale * frames);
    image("Maximum pattern", maximum, scale);
    return;
  }
  const Axis& e = info.signal.back();
  report::Curve curve{"Sum spectrum", "After the transform; masked channels are left out", fmt::format("{} ({})", e.name, e.units), "counts", false, true, false, {}, {}};
  report::Curve::Series total{"sum", {}, {}}, top{"maximum", {}, {}};
  for (std::size_t c = 0; c < sum.size(); ++c) {
    if (sum[c] <= 0) continue;
    const double x = e.offset + e.scale * static_cast<double>(c);
    total.x.push_back(x);
    total.y.push_back(static_cast<double>(sum[c]) / scale);
    top.x.push_back(x);
    top.y.push_back(static_cast<double>(maximum[c]) / scale);
  }
  curve.series = {std::move(total), std::move(top)};
  report::add(index, curve);
}

}  // namespace ronchi::ingest
