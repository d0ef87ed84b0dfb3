// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/ingest/ingest.hpp"

#include <algorithm>

#include "framework/base/error.hpp"
#include "framework/data/fixed_point.hpp"
#include "framework/formats/stage_frames.hpp"
#include "stages/ingest/ingest_figures.hpp"

namespace ronchi::ingest {

/// What all tasks of a process share.
struct Ingest::Opened {
  std::shared_ptr<const FrameSource> source;
  Transform transform;
  std::vector<VirtualDetector> detectors;
  double scale = 1, bound = 0;
};

std::shared_ptr<const Ingest::Opened> Ingest::open(const engine::Inputs& inputs) const {
  auto o = std::make_shared<Opened>();
  const h5::File survey = inputs.of_type("survey").index();
  o->source = formats::open_frames(formats::frames_input(inputs));
  o->transform = Transform::load(survey.group("transform"));
  const FrameInfo& raw = o->source->info();
  const double beam[2] = {survey.attribute_or("beam_y", 0.0), survey.attribute_or("beam_x", 0.0)};
  double inner = survey.attribute_or("inner_radius", 0.0);
  if (inner <= 0) inner = survey.attribute_or("beam_radius", 0.0) / 2;
  o->detectors = detectors_of(options_, raw, beam, inner, survey.attribute_or<std::int64_t>("strobe_channels", 0));
  if (o->transform.output == Scalar::f32) {
    const double largest = survey.attribute<double>("largest");
    o->bound = 1024 * (largest > 0 ? largest : 1.0);
    o->scale = fixed_point_scale(o->bound * static_cast<double>(std::max<std::int64_t>(1, raw.frames())));
  }
  return o;
}

const Ingest::Opened& Ingest::opened(const engine::Inputs& inputs) {
  if (!opened_) opened_ = open(inputs);
  return *opened_;
}

engine::Plan Ingest::plan(const engine::Inputs& inputs) const {
  const auto o = open(inputs);
  const FrameInfo& raw = o->source->info();
  const FrameInfo info = o->transform.output_info(raw);
  engine::Plan plan;
  plan.items = line_count(raw);
  plan.per_task = lines_per_task(raw, o->source->grain(), plan.items);
  plan.bytes = raw.frames() * 8 * static_cast<std::int64_t>(o->detectors.size() + 1) +
               (options_.materialise ? raw.frames() * info.frame_bytes() : 0);
  return plan;
}

void Ingest::run(const engine::Task& task, engine::Team&, const engine::Inputs& inputs, engine::Part& part) {
  const Opened& o = opened(inputs);
  IngestPass pass(o.source, o.transform, o.detectors, task.items, o.scale, o.bound, LineReader::share_of(inputs.memory().rank));
  const FrameInfo& info = pass.info();
  const std::int64_t nx = line_length(info);
  for (const auto& d : o.detectors) part.rows<double>("virtual_" + d.name, {nx});
  part.rows<double>("total_counts", {nx});
  h5::Shape shape{nx};
  for (const auto& a : info.signal) shape.push_back(a.size);
  if (options_.materialise) part.rows("frames", info.type, shape);
  for (std::int64_t item = task.items.first; item < task.items.last; ++item) {
    part.item(item, [&] {
      const auto line = pass.line(item);
      const Range row{item, item + 1};
      for (std::size_t d = 0; d < o.detectors.size(); ++d)
        part.write<double>("virtual_" + o.detectors[d].name, row, line.images[d]);
      part.write<double>("total_counts", row, line.total);
      if (options_.materialise) part.write("frames", info.type, row, line.frames.data());
    });
  }
  shape.erase(shape.begin());
  part.add("sum_pattern", pass.sum, shape);
  part.maximum("max_pattern", pass.maximum, shape);
}

void Ingest::finish(const engine::Parts& parts, const engine::Inputs& inputs, engine::Output& output) {
  const Opened& o = opened(inputs);
  const FrameInfo& raw = o.source->info();
  const std::int64_t lines = line_count(raw), nx = line_length(raw);
  Transform transform = o.transform;
  const auto failed = parts.failed();
  for (const auto line : failed) {
    if (!transform.left_out.empty() && transform.left_out.back().last == line * nx)
      transform.left_out.back().last += nx;
    else
      transform.left_out.push_back({line * nx, (line + 1) * nx});
  }
  FrameInfo info = transform.output_info(raw);
  info.format = "ronchi";
  h5::Group& index = output.h5();
  if (options_.materialise)
    formats::provide_rows(index, info, "frames");
  else
    formats::provide_view(index, info, formats::frames_input(inputs), transform);

  std::vector<std::uint8_t> mask = transform.mask;
  mask.resize(static_cast<std::size_t>(info.pixels()), 0);
  index.write("mask", mask);
  std::vector<std::uint8_t> left_out(static_cast<std::size_t>(raw.frames()), 0);
  for (const Range r : transform.left_out) std::fill(left_out.begin() + r.first, left_out.begin() + r.last, std::uint8_t{1});
  const auto total = lines > 0 ? parts.rows<double>("total_counts", {0, lines}) : std::vector<double>{};
  std::int64_t faint = 0;
  for (std::size_t i = 0; i < total.size(); ++i)
    if (left_out[i] == 0 && total[i] < options_.navigation_threshold) {
      left_out[i] = 1;
      ++faint;
    }
  if (!left_out.empty()) index.write("navigation_mask", left_out);
  for (const char* name : {"sum_pattern", "max_pattern"})
    if (index.is_dataset(name)) index.dataset(name).set_attribute("scale", o.scale);

  if (!failed.empty())
    output.warn(
        fmt::format("{} of {} scan lines could not be treated: they are zero and masked (see failed/)", failed.size(), lines));
  if (faint > 0) output.warn(fmt::format("{} of {} frames lie below navigation_threshold and are masked", faint, raw.frames()));
  if (lines > 0) add_figures(index, parts, info, o.detectors, o.scale);
}

}  // namespace ronchi::ingest
