// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/survey/survey.hpp"

#include <algorithm>
#include <cmath>

#include "framework/base/error.hpp"
#include "framework/data/line_reader.hpp"
#include "framework/formats/stage_frames.hpp"
#include "stages/survey/survey_figures.hpp"
#include "stages/survey/survey_pass.hpp"

namespace ronchi::survey {

std::vector<std::int64_t> spread_lines(const FrameSource& source, const Options& options) {
  const std::int64_t lines = line_count(source.info());
  const bool all = options.centring == Centring::measured || source.grain() > line_length(source.info());
  const std::int64_t count = std::min(lines, options.sample.value_or(all ? lines : 64));
  std::vector<std::int64_t> chosen;
  for (std::int64_t i = 0; i < count; ++i) chosen.push_back((2 * i + 1) * lines / (2 * count));
  return chosen;
}

/// What all tasks of a process share.
struct Survey::Opened {
  std::shared_ptr<const FrameSource> source;
  std::vector<std::int64_t> lines;
  PassSettings settings;
};

const Survey::Opened& Survey::opened(const engine::Inputs& inputs) {
  if (opened_) return *opened_;
  auto o = std::make_shared<Opened>();
  o->source = formats::open_frames(formats::frames_input(inputs));
  o->lines = spread_lines(*o->source, options_);
  const FrameInfo& raw = o->source->info();
  if (raw.signal.empty() || raw.signal.size() > 2)
    fail(Fault::unsupported, "open the data with other axes (signal_axes)",
         "a survey takes patterns or spectra; these frames have {} signal axes", raw.signal.size());
  const Preview preview = look(*o->source, options_);
  PassSettings& s = o->settings;
  s.raw = raw;
  s.bin = options_.bin;
  s.scale = integer_scale(raw.type, preview.largest, raw.frames());
  s.square_scale = square_scale(raw.type, preview.largest, raw.frames());
  s.bound = is_integer(raw.type) && size_of(raw.type) <= 4 ? 0 : 1024 * (preview.largest > 0 ? preview.largest : 1.0);
  s.search = preview.search;
  s.listed = listed_pixels(options_, raw);
  opened_ = std::move(o);
  return *opened_;
}

engine::Plan Survey::plan(const engine::Inputs& inputs) const {
  const auto source = formats::open_frames(formats::frames_input(inputs));
  const auto lines = static_cast<std::int64_t>(spread_lines(*source, options_).size());
  const FrameInfo& raw = source->info();
  if (!raw.signal.empty()) {  // what cannot be is said before anything runs
    const std::int64_t narrow =
        std::min_element(raw.signal.begin(), raw.signal.end(), [](auto& a, auto& b) { return a.size < b.size; })->size;
    if (options_.bin > narrow) fail(Fault::usage, "reduce survey.bin", "bin {} for frames of {}", options_.bin, raw.text());
    (void)listed_pixels(options_, raw);
  }
  engine::Plan plan;
  plan.items = lines;
  plan.per_task = lines_per_task(raw, source->grain(), lines);
  plan.bytes = raw.pixels() * 48 + lines * line_length(raw) * 32;
  return plan;
}

void Survey::run(const engine::Task& task, engine::Team&, const engine::Inputs& inputs, engine::Part& part) {
  const Opened& o = opened(inputs);
  const FrameInfo& raw = o.source->info();
  const std::int64_t nx = line_length(raw);
  const bool image = raw.signal.size() == 2, all = static_cast<std::int64_t>(o.lines.size()) == line_count(raw);
  if (image) part.rows<double>("beam", {nx, 3});
  part.rows<double>("total", {nx});
  SurveyPass pass(o.settings);
  const auto read = [&](Range frames, std::span<std::byte> out) { o.source->read(frames, out); };
  // Sampled lines lie apart: they are read one by one.
  LineReader reader(raw, all ? o.source->grain() : 1, all ? task.items : Range{0, line_count(raw)}, read,
                    LineReader::share_of(inputs.memory().rank));
  std::vector<std::byte> alone;
  for (std::int64_t item = task.items.first; item < task.items.last; ++item) {
    part.item(item, [&] {
      std::span<const std::byte> frames;
      if (all) {
        frames = reader.line(item);
      } else {
        const std::int64_t line = o.lines[static_cast<std::size_t>(item)];
        alone.resize(static_cast<std::size_t>(nx * raw.frame_bytes()));
        read({line * nx, (line + 1) * nx}, alone);
        frames = alone;
      }
      const auto line = pass.line(frames);
      if (image) part.write<double>("beam", {item, item + 1}, line.beam);
      part.write<double>("total", {item, item + 1}, line.total);
    });
  }
  h5::Shape shape;
  for (const auto& a : raw.signal) shape.push_back(a.size);
  part.add("sum_pattern", pass.sum, shape);
  part.add("sum_squares", pass.squares, shape);
  part.add("nonzero", pass.nonzero, shape);
  part.add("frames", std::span<const std::int64_t>(&pass.frames, 1), {1});
  part.maximum("max_pattern", pass.maximum, shape);
  part.maximum("negated_minimum", std::span<const std::int64_t>(&pass.lowest, 1), {1});
  if (!pass.window.empty()) part.maximum("max_window", pass.window, shape);
  if (image) part.add("sum_centred", pass.centred, shape);
}

namespace {

/// Cuts the rows into one path per scan; lines in quarantine have no measurement.
std::vector<BeamPath> paths_of(const FrameInfo& raw, const std::vector<std::int64_t>& lines, const std::vector<double>& beam,
                               const std::vector<std::int64_t>& failed) {
  const std::int64_t all = line_count(raw), nx = line_length(raw);
  const std::int64_t ny = raw.navigation.size() >= 2 ? raw.navigation[raw.navigation.size() - 2].size : all;
  std::vector<BeamPath> paths(static_cast<std::size_t>(ny > 0 ? all / ny : 0));
  for (auto& p : paths) {
    p.ny = ny;
    p.nx = nx;
  }
  const auto row = static_cast<std::size_t>(3 * nx);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (std::binary_search(failed.begin(), failed.end(), static_cast<std::int64_t>(i))) continue;
    BeamPath& p = paths[static_cast<std::size_t>(lines[i] / ny)];
    p.lines.push_back(lines[i] % ny);
    p.measured.insert(p.measured.end(), beam.begin() + static_cast<std::ptrdiff_t>(i * row),
                      beam.begin() + static_cast<std::ptrdiff_t>((i + 1) * row));
  }
  return paths;
}

void save_pixels(h5::Group& index, const std::string& name, const std::vector<std::int64_t>& pixels, std::int64_t width) {
  if (pixels.empty()) return;
  std::vector<std::int64_t> pairs;
  for (const auto p : pixels) pairs.insert(pairs.end(), {p / width, p % width});
  index.write<std::int64_t>(name, std::span<const std::int64_t>(pairs), {static_cast<std::int64_t>(pixels.size()), 2});
}

}  // namespace

void Survey::finish(const engine::Parts& parts, const engine::Inputs& inputs, engine::Output& output) {
  const Opened& o = opened(inputs);
  Findings f;
  f.raw = o.source->info();
  f.scale = o.settings.scale;
  f.beam_radius = o.settings.search.radius;
  const bool image = f.raw.signal.size() == 2;
  const auto items = static_cast<std::int64_t>(o.lines.size());
  if (items == 0 || parts.files().empty())
    fail(Fault::corrupt, "look at the file with `ronchi info`", "the data set has no frames");
  const auto failed = parts.failed();
  f.sum = parts.sum("sum_pattern");
  f.nonzero = parts.sum("nonzero");
  f.frames = parts.sum("frames").at(0);
  f.maximum = parts.max("max_pattern");
  f.lowest = parts.max("negated_minimum").at(0);
  if (options_.bin > 1) f.window = parts.max("max_window");
  f.complete = f.frames == f.raw.frames();
  if (f.frames == 0)
    fail(Fault::corrupt, "see failed/ in the survey's folder for the reasons", "not one scan line could be surveyed");
  if (image) {
    f.centred = parts.sum("sum_centred");
    f.paths = paths_of(f.raw, o.lines, parts.rows<double>("beam", {0, items}), failed);
  }
  const Decision d = decide(f, options_);

  h5::Group& index = output.h5();
  d.transform.save(index.make_group("transform"));
  const std::int64_t width = f.raw.signal.back().size;
  save_pixels(index, "bad_pixels/hot", d.faults.hot, width);
  save_pixels(index, "bad_pixels/dead", d.faults.dead, width);
  if (!d.path.empty())
    index.write<double>("beam_path", std::span<const double>(d.path), {static_cast<std::int64_t>(d.path.size() / 2), 2});
  h5::Shape shape;
  for (const auto& a : f.raw.signal) shape.push_back(a.size);
  index.write<double>("mean_pattern", std::span<const double>(d.reference), shape);
  if (!d.spots.empty()) {
    std::vector<double> rows;
    for (const auto& s : d.spots) rows.insert(rows.end(), {s.y, s.x, s.radius});
    index.write<double>("spots", std::span<const double>(rows), {static_cast<std::int64_t>(d.spots.size()), 3});
  }
  index.write<std::int64_t>("lines", o.lines);
  if (image) {
    index.set_attribute("beam_y", d.beam[0]);
    index.set_attribute("beam_x", d.beam[1]);
    index.set_attribute("beam_radius", f.beam_radius);
    index.set_attribute("inner_radius", d.inner);
  }
  index.set_attribute("strobe_channels", d.strobe);
  index.set_attribute("peak", d.peak);
  index.set_attribute("largest", std::max(d.peak, static_cast<double>(f.lowest) / f.scale));
  index.set_attribute("frames_surveyed", f.frames);
  for (const char* name : {"sum_pattern", "max_pattern", "sum_centred", "max_window", "negated_minimum"})
    if (index.is_dataset(name)) index.dataset(name).set_attribute("scale", f.scale);
  if (index.is_dataset("sum_squares")) index.dataset("sum_squares").set_attribute("scale", o.settings.square_scale);
  add_figures(index, f, d, options_);
  for (const auto& w : d.warnings) output.warn(w);
  if (!failed.empty()) output.warn(fmt::format("{} scan lines could not be surveyed; see failed/", failed.size()));
}

}  // namespace ronchi::survey
