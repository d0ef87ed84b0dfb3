// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "framework/engine/stage.hpp"

namespace ronchi::accuracy_curve {

struct Options {
  std::string x = "dose", y = "accuracy";
  std::string x_label = "Electrons per pattern outside the direct beam", y_label = "Accuracy";
  bool log_x = true;
};
void describe(config::Schema<Options>& s);

/// One point of the curve and the stage that it comes from.
struct Point {
  double x, y;
  std::string stage;
};
/// Ascending in x; equal x by the stage's name.
[[nodiscard]] std::vector<Point> sorted(std::vector<Point> points);

/// Collects a number from every stage before it that has both attributes x and y in its index (the copies of a sweep), as a curve
/// and a table. Collective, one item. Index: `points` [n, 2] float64 (x, y), `stages` texts, figures.
class AccuracyCurve : public engine::Stage {
 public:
  using Options = accuracy_curve::Options;
  static constexpr const char* name = "accuracy_curve";
  static constexpr const char* summary = "Draws a number that copies of a stage found against what was varied";
  static constexpr int version = 1;

  explicit AccuracyCurve(Options options) : options_(std::move(options)) {}
  [[nodiscard]] engine::Plan plan(const engine::Inputs& inputs) const override;
  void run(const engine::Task& task, engine::Team& team, const engine::Inputs& inputs, engine::Part& part) override;

 private:
  Options options_;
};

}  // namespace ronchi::accuracy_curve
