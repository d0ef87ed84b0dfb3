// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/ingest/ingest_figures.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "framework/data/line_reader.hpp"
#include "framework/report/figures.hpp"

namespace ronchi::ingest {

namespace {

/// The map of a virtual detector; of a series (tilts, files) all of them, as slices. Nothing for a single frame.
void add_maps(h5::Group& index, const FrameInfo& info, const std::vector<double>& values, const std::string& title,
              const std::string& caption) {
  if (info.navigation.empty() || values.size() < 2) return;
  std::vector<Axis> axes = info.navigation;
  if (axes.size() == 1) axes.insert(axes.begin(), Axis{"", "", 1, 0, 1});
  while (axes.size() > 3) {
    axes[1].size *= axes[0].size;
    axes.erase(axes.begin());
  }
  report::add(index,
              report::Image{
                  title, caption, report::Image::Kind::map, "counts", axes, {values.begin(), values.end()}, {}, "Virtual images"});
}

}  // namespace

void add_figures(h5::Group& index, const engine::Parts& parts, const FrameInfo& info, const std::vector<VirtualDetector>& detectors,
                 double scale) {
  const Range lines{0, line_count(info)};
  for (const auto& d : detectors) add_maps(index, info, parts.rows<double>("virtual_" + d.name, lines), d.name, d.caption);
  add_maps(index, info, parts.rows<double>("total_counts", lines), "total counts", "sum of every frame after the masks");

  const auto sum = parts.sum("sum_pattern"), maximum = parts.max("max_pattern");
  const double frames = static_cast<double>(std::max<std::int64_t>(1, info.frames()));
  if (info.signal.size() == 2) {
    const auto image = [&](const std::string& title, const std::vector<std::int64_t>& values, double divisor) {
      report::Image i{title,
                      "After the transform; masked pixels dark",
                      report::Image::Kind::pattern,
                      "counts",
                      info.signal,
                      {},
                      {},
                      "Patterns after the transform"};
      for (const auto v : values) i.values.push_back(static_cast<float>(static_cast<double>(v) / divisor));
      report::add(index, i);
    };
    image("Mean pattern", sum, scale * frames);
    image("Maximum pattern", maximum, scale);
    return;
  }
  const Axis& e = info.signal.back();
  report::Curve curve{"Sum spectrum",
                      "After the transform; masked channels are left out",
                      fmt::format("{} ({})", e.name, e.units),
                      "counts",
                      false,
                      true,
                      false,
                      {},
                      {}};
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
