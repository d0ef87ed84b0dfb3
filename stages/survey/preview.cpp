// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/survey/preview.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "framework/base/error.hpp"
#include "framework/data/fixed_point.hpp"
#include "framework/data/line_reader.hpp"
#include "stages/survey/detector_faults.hpp"

namespace ronchi::survey {

namespace {

/// Runs of frames, evenly spread over the scan and, by the golden ratio, over its lines.
std::vector<Range> spread_runs(const FrameInfo& info) {
  const std::int64_t frames = info.frames(), lines = line_count(info), length = line_length(info);
  const std::int64_t run = std::min<std::int64_t>(8, length), runs = std::min<std::int64_t>(16, lines);
  std::vector<Range> all;
  for (std::int64_t k = 0; k < runs; ++k) {
    const double along = std::fmod(0.6180339887498949 * static_cast<double>(k + 1), 1.0);
    const std::int64_t line = (2 * k + 1) * lines / (2 * runs);
    const std::int64_t first = line * length + static_cast<std::int64_t>(along * static_cast<double>(length - run + 1));
    all.push_back({first, std::min(frames, first + run)});
  }
  return all;
}

}  // namespace

std::vector<std::int64_t> listed_pixels(const Options& options, const FrameInfo& raw) {
  const bool image = raw.signal.size() == 2;
  const std::int64_t h = image ? raw.signal[0].size : 1, w = raw.signal.back().size;
  std::vector<std::int64_t> pixels;
  for (const auto& p : options.bad_pixels) {
    if (p.y >= h || p.x >= w)
      fail(Fault::usage, "correct survey.bad_pixels", "bad pixel ({}, {}) lies outside patterns of {} x {}", p.y, p.x, h, w);
    pixels.push_back(p.y * w + p.x);
  }
  std::sort(pixels.begin(), pixels.end());
  pixels.erase(std::unique(pixels.begin(), pixels.end()), pixels.end());
  return pixels;
}

Preview look(const FrameSource& source, const Options& options) {
  const FrameInfo& info = source.info();
  const std::int64_t pixels = info.pixels();
  const bool image = info.signal.size() == 2;
  std::vector<std::int64_t> ignore = listed_pixels(options, info);
  std::vector<double> frames, sum(static_cast<std::size_t>(pixels), 0);
  std::vector<std::int64_t> nonzero(sum.size(), 0);
  std::int64_t count = 0;
  Preview preview;
  std::optional<Error> unreadable;
  for (const Range run : spread_runs(info)) {
    std::vector<std::byte> bytes(static_cast<std::size_t>(run.size() * info.frame_bytes()));
    try {
      source.read(run, bytes);
    } catch (const Failure& f) {
      unreadable = f.error();
      continue;
    }
    visit_scalar(info.type, [&](auto t) {
      const auto* values = reinterpret_cast<const decltype(t)*>(bytes.data());
      for (std::int64_t f = 0; f < run.size(); ++f)
        for (std::int64_t p = 0; p < pixels; ++p) {
          double v = static_cast<double>(values[f * pixels + p]);
          if (!std::isfinite(v) || std::binary_search(ignore.begin(), ignore.end(), p)) v = 0;
          preview.largest = std::max(preview.largest, std::abs(v));
          sum[static_cast<std::size_t>(p)] += v;
          nonzero[static_cast<std::size_t>(p)] += v != 0;
          if (image) frames.push_back(v);
        }
    });
    count += run.size();
  }
  if (count == 0 && unreadable) throw Failure(*unreadable);
  if (!image || count == 0) return preview;

  const std::int64_t h = info.signal[0].size, w = info.signal[1].size;
  if (options.find_bad_pixels) {
    const auto faults = find_faults(sum, nonzero, h, w, options.hot_ratio);
    std::vector<std::int64_t> merged;
    std::set_union(ignore.begin(), ignore.end(), faults.hot.begin(), faults.hot.end(), std::back_inserter(merged));
    ignore = std::move(merged);
  }
  for (const auto p : ignore) sum[static_cast<std::size_t>(p)] = 0;
  const BeamDisk smeared = find_beam(sum, h, w);
  BeamSearch& search = preview.search;
  search = {options.beam_y.value_or(smeared.y), options.beam_x.value_or(smeared.x), smeared.radius,
            options.beam_radius.value_or(smeared.radius), ignore};
  search.wide = std::max(search.wide, search.radius);
  if (options.beam_radius) return preview;

  // The beam wanders over the scan: its own size shows where frames are laid on each other by their centres of mass.
  std::vector<double> centred(sum.size(), 0);
  for (std::int64_t f = 0; f < count; ++f) {
    const double* frame = frames.data() + f * pixels;
    const auto c = centre_of_mass(frame, h, w, search);
    if (c.intensity <= 0) continue;
    const std::int64_t dy = h / 2 - std::llround(c.y), dx = w / 2 - std::llround(c.x);
    for (std::int64_t y = std::max<std::int64_t>(0, dy); y < std::min(h, h + dy); ++y)
      for (std::int64_t x = std::max<std::int64_t>(0, dx); x < std::min(w, w + dx); ++x)
        if (!std::binary_search(ignore.begin(), ignore.end(), (y - dy) * w + x - dx))
          centred[static_cast<std::size_t>(y * w + x)] += frame[(y - dy) * w + x - dx];
  }
  search.radius = std::min(search.wide, find_beam(centred, h, w).radius);
  return preview;
}

double integer_scale(Scalar type, double largest, std::int64_t count) {
  if (is_integer(type) && size_of(type) <= 4) return 1;
  return fixed_point_scale((largest > 0 ? largest : 1.0) * 1024 * static_cast<double>(std::max<std::int64_t>(1, count)));
}

double square_scale(Scalar type, double largest, std::int64_t count) {
  if (is_integer(type) && size_of(type) <= 2) return 1;
  return fixed_point_scale(std::pow((largest > 0 ? largest : 1.0) * 1024, 2) *
                           static_cast<double>(std::max<std::int64_t>(1, count)));
}

}  // namespace ronchi::survey
