// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/accuracy_curve/stage.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "framework/base/error.hpp"
#include "framework/report/figures.hpp"

namespace ronchi::accuracy_curve {

void describe(config::Schema<Options>& s) {
  s.field("x", &Options::x).help("Attribute of the stages' results that is varied");
  s.field("y", &Options::y).help("Attribute of the stages' results that is drawn");
  s.field("x_label", &Options::x_label).help("Label of the x axis");
  s.field("y_label", &Options::y_label).help("Label of the y axis");
  s.field("log_x", &Options::log_x).help("Logarithmic x axis");
}

std::vector<Point> sorted(std::vector<Point> points) {
  std::sort(points.begin(), points.end(),
            [](const Point& a, const Point& b) { return a.x != b.x ? a.x < b.x : a.stage < b.stage; });
  return points;
}

engine::Plan AccuracyCurve::plan(const engine::Inputs& inputs) const {
  if (inputs.all().empty())
    fail(Fault::usage, "Name the stages to compare, such as after: phases@*.", "the curve has no stages in `after:`");
  return {.items = 1, .per_task = 1, .team = engine::all_ranks};
}

void AccuracyCurve::run(const engine::Task&, engine::Team& team, const engine::Inputs& inputs, engine::Part& part) {
  if (!team.leads()) return;
  std::vector<Point> points;
  for (const auto& input : inputs.all()) {
    const h5::File index = input.index();
    if (index.has_attribute(options_.x) && index.has_attribute(options_.y))
      points.push_back({index.attribute<double>(options_.x), index.attribute<double>(options_.y), input.name});
  }
  if (points.empty())
    fail(Fault::usage, "Put stages that write both into `after:` (phases writes them when simulate_scan is among its inputs).",
         "none of {} stages has the attributes '{}' and '{}'", inputs.all().size(), options_.x, options_.y);
  points = sorted(std::move(points));

  report::Curve curve{.title = fmt::format("{} against {}", options_.y_label, options_.x),
                      .x_label = options_.x_label,
                      .y_label = options_.y_label,
                      .log_x = options_.log_x,
                      .series = {{options_.y, {}, {}}}};
  report::Table table{fmt::format("{} against {}", options_.y_label, options_.x), "", {options_.x, options_.y, "stage"}, {}};
  std::vector<double> flat;
  std::vector<std::string> stages;
  for (const Point& p : points) {
    curve.series[0].x.push_back(p.x);
    curve.series[0].y.push_back(p.y);
    table.rows.push_back({fmt::format("{:g}", p.x), fmt::format("{:.4f}", p.y), p.stage});
    flat.insert(flat.end(), {p.x, p.y});
    stages.push_back(p.stage);
  }
  auto& result = part.h5();
  result.write<double>("points", flat, {static_cast<std::int64_t>(points.size()), 2});
  result.write_texts("stages", stages);
  report::add(result, curve);
  report::add(result, table);
}

}  // namespace ronchi::accuracy_curve
