// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/survey/survey_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "framework/base/text.hpp"
#include "framework/report/figures.hpp"

namespace ronchi::survey {

namespace {

std::vector<double> positions(const Axis& a) {
  std::vector<double> x;
  for (std::int64_t i = 0; i < a.size; ++i) x.push_back(a.offset + a.scale * static_cast<double>(i));
  return x;
}

void add_patterns(h5::Group& index, const Findings& f, const Decision& d) {
  const auto add = [&](const char* title, std::string caption, const std::vector<Axis>& axes, const std::vector<double>& values) {
    report::add(
        index,
        report::Image{
            title, std::move(caption), report::Image::Kind::pattern, "counts", axes, {values.begin(), values.end()}, {}, "Survey"});
  };
  std::vector<double> maximum;
  for (const auto v : f.maximum) maximum.push_back(static_cast<double>(v) / f.scale);
  add("Mean pattern", fmt::format("Mean of {} raw frames", human_count(f.frames)), f.raw.signal, f.mean(f.sum));
  add("Maximum pattern", "Largest value of every raw pixel", f.raw.signal, maximum);
  // The mean pattern as the transform leaves it: masked pixels at 0.
  const Transform& t = d.transform;
  const std::int64_t rows = d.output.signal[0].size, columns = d.output.signal[1].size, w = f.raw.signal[1].size;
  std::vector<double> left(static_cast<std::size_t>(rows * columns), 0);
  for (std::int64_t p = 0; p < rows * columns; ++p) {
    if (!t.mask.empty() && t.mask[static_cast<std::size_t>(p)] != 0) continue;
    for (std::int64_t j = 0; j < t.bin; ++j)
      for (std::int64_t i = 0; i < t.bin; ++i)
        left[static_cast<std::size_t>(p)] += d.reference[static_cast<std::size_t>(
            ((p / columns + t.crop_first[0]) * t.bin + j) * w + (p % columns + t.crop_first[1]) * t.bin + i)];
  }
  add("What the masks leave", "Mean pattern after shift, binning and crop; masked pixels dark", d.output.signal, left);
}

void add_beam_path(h5::Group& index, const Findings& f, const Decision& d) {
  report::Curve curve{"Path of the direct beam",
                      "Centre of mass, mean over each surveyed scan line, and the fitted plane",
                      "scan line",
                      "raw pixels from the first",
                      false,
                      false,
                      false,
                      {},
                      {}};
  for (int axis = 0; axis < 2; ++axis) {
    report::Curve::Series measured{axis == 0 ? "y measured" : "x measured", {}, {}},
        fitted{axis == 0 ? "y plane" : "x plane", {}, {}};
    double origin = 0;
    bool first = true;
    for (std::size_t s = 0; s < f.paths.size(); ++s) {
      const BeamPath& path = f.paths[s];
      for (std::size_t l = 0; l < path.lines.size(); ++l) {
        double sum = 0, n = 0;
        for (std::int64_t c = 0; c < path.nx; ++c) {
          const double* m = &path.measured[3 * (l * static_cast<std::size_t>(path.nx) + static_cast<std::size_t>(c))];
          if (m[2] > 0) {
            sum += m[axis];
            n += 1;
          }
        }
        if (n == 0) continue;
        if (first) origin = std::round(sum / n);
        first = false;
        const double line = static_cast<double>(static_cast<std::int64_t>(s) * path.ny + path.lines[l]);
        measured.x.push_back(line);
        measured.y.push_back(sum / n - origin);
        fitted.x.push_back(line);
        fitted.y.push_back(d.planes[s].value(axis, static_cast<double>(path.lines[l]) - 0.5 * static_cast<double>(path.ny - 1), 0) -
                           origin);
      }
    }
    curve.series.push_back(std::move(measured));
    curve.series.push_back(std::move(fitted));
  }
  report::add(index, curve);
}

void add_bad_pixels(h5::Group& index, const Findings& f, const Decision& d) {
  const auto& all = d.transform.bad_pixels;
  if (all.empty()) return;
  const std::int64_t w = f.raw.signal.back().size;
  report::Table table{"Bad pixels",
                      fmt::format("{} hot, {} dead, {} in all with those listed; the first 50", d.faults.hot.size(),
                                  d.faults.dead.size(), all.size()),
                      {"y", "x", "kind", "mean", "maximum"},
                      {}};
  const auto mean = f.mean(f.sum);
  for (std::size_t i = 0; i < std::min<std::size_t>(50, all.size()); ++i) {
    const auto p = all[i];
    const bool hot = std::binary_search(d.faults.hot.begin(), d.faults.hot.end(), p),
               dead = std::binary_search(d.faults.dead.begin(), d.faults.dead.end(), p);
    table.rows.push_back({std::to_string(p / w), std::to_string(p % w),
                          hot    ? "hot"
                          : dead ? "dead"
                                 : "listed",
                          fmt::format("{:.4g}", mean[static_cast<std::size_t>(p)]),
                          fmt::format("{:.4g}", static_cast<double>(f.maximum[static_cast<std::size_t>(p)]) / f.scale)});
  }
  report::add(index, table);
}

void add_spectrum(h5::Group& index, const Findings& f, const Decision& d) {
  const Axis& e = f.raw.signal.back();
  report::Curve curve{"Mean spectrum",
                      fmt::format("Of {} raw spectra, and what the mask leaves", human_count(f.frames)),
                      fmt::format("{} ({})", e.name, e.units),
                      "counts",
                      false,
                      true,
                      false,
                      {},
                      {}};
  curve.series.push_back({"raw", positions(e), d.reference});
  report::Curve::Series left{"kept", {}, {}};
  const Transform& t = d.transform;
  for (std::int64_t c = 0; c < d.output.signal.back().size; ++c) {
    if (!t.mask.empty() && t.mask[static_cast<std::size_t>(c)] != 0) continue;
    double sum = 0;
    for (std::int64_t i = 0; i < t.bin; ++i) sum += d.reference[static_cast<std::size_t>((c + t.crop_first[1]) * t.bin + i)];
    left.x.push_back(d.output.signal.back().offset + d.output.signal.back().scale * static_cast<double>(c));
    left.y.push_back(sum / static_cast<double>(t.bin));
  }
  curve.series.push_back(std::move(left));
  report::add(index, curve);
}

void add_decisions(h5::Group& index, const Findings& f, const Decision& d, const Options& o) {
  const auto masked = std::count(d.transform.mask.begin(), d.transform.mask.end(), 1);
  report::Table table{"What the survey decided", "Every row can be overruled by an option of the survey", {"", "", "option"}, {}};
  const auto row = [&](std::string what, std::string value, std::string option) {
    table.rows.push_back({std::move(what), std::move(value), std::move(option)});
  };
  row("frames looked at", fmt::format("{} of {}", human_count(f.frames), human_count(f.raw.frames())), "sample");
  row("raw frames", f.raw.text(), "");
  row("frames after the transform", d.output.text(), "bin, crop_radius, keep_from, keep_to");
  if (f.raw.signal.size() == 2) {
    const char* names[] = {"none", "measured", "plane"};
    row("centring", names[static_cast<int>(o.centring)], "centring");
    row("direct beam after the shift",
        fmt::format("({:.1f}, {:.1f}) raw pixels, disk of {:.1f}", d.beam[0], d.beam[1], f.beam_radius),
        "beam_y, beam_x, beam_radius");
    for (std::size_t i = 0; i < std::min<std::size_t>(8, d.planes.size()); ++i) {
      const Plane& p = d.planes[i];
      const double ny = static_cast<double>(f.paths[i].ny), nx = static_cast<double>(f.paths[i].nx);
      row(d.planes.size() > 1 ? fmt::format("drift over scan {}", i) : "drift over the scan",
          fmt::format("y {:+.2f} down, {:+.2f} across; x {:+.2f} down, {:+.2f} across; scatter {:.2f}, {:.2f} raw pixels",
                      p.per_line[0] * (ny - 1), p.per_column[0] * (nx - 1), p.per_line[1] * (ny - 1), p.per_column[1] * (nx - 1),
                      p.spread[0], p.spread[1]),
          "plane_border");
    }
    row("bad pixels", fmt::format("{} hot, {} dead", d.faults.hot.size(), d.faults.dead.size()),
        "find_bad_pixels, hot_ratio, bad_pixels");
    row("direct beam masked up to", fmt::format("{:.1f} raw pixels", d.inner), "inner_radius");
    if (o.find_spots) row("reflections masked", std::to_string(d.spots.size()), "find_spots, spot_threshold, spot_margin");
  } else {
    row("zero-energy channels masked", std::to_string(d.strobe), "mask_strobe");
  }
  row("masked", fmt::format("{} of {}", masked, d.output.pixels()),
      "inner_radius, outer_radius, spots, mask_uncovered, mask_ranges");
  row("largest value after the transform", fmt::format("{:.6g}{}", d.peak, f.complete ? "" : " in the sample"), "");
  row("number type", std::string(name_of(d.transform.output)), "output_type");
  report::add(index, table);
}

}  // namespace

void add_figures(h5::Group& index, const Findings& f, const Decision& d, const Options& o) {
  add_decisions(index, f, d, o);
  if (f.raw.signal.size() == 2) {
    add_patterns(index, f, d);
    add_beam_path(index, f, d);
  } else {
    add_spectrum(index, f, d);
  }
  add_bad_pixels(index, f, d);
}

}  // namespace ronchi::survey
