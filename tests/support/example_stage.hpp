// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/engine/stage.hpp"

/// The example of docs/engine.md: row i holds the mean of `samples` numbers i, i + 1, ...
namespace ronchi::example {

struct MeansOptions {
  std::int64_t items = 100;
  int samples = 4;
  std::int64_t per_task = 10;
};

inline void describe(config::Schema<MeansOptions>& s) {
  s.field("items", &MeansOptions::items).at_least(0).help("Number of items");
  s.field("samples", &MeansOptions::samples).range(1, 1000).help("Numbers per mean");
  s.field("per_task", &MeansOptions::per_task).at_least(1).speed().help("Items per task");
}

class Means : public engine::Stage {
 public:
  using Options = MeansOptions;
  static constexpr const char* name = "means";
  static constexpr const char* summary = "Means of consecutive numbers (the example of docs/engine.md)";
  static constexpr int version = 1;
  explicit Means(Options options) : options_(options) {}

  engine::Plan plan(const engine::Inputs&) const override { return {options_.items, options_.per_task}; }

  void run(const engine::Task& task, engine::Team&, const engine::Inputs&, engine::Part& part) override {
    part.rows<double>("mean", {});
    for (auto item = task.items.first; item < task.items.last; ++item)
      part.item(item, [&] {
        double sum = 0;
        for (int i = 0; i < options_.samples; ++i) sum += static_cast<double>(item + i);
        const double mean = sum / options_.samples;
        part.write<double>("mean", {item, item + 1}, std::span(&mean, 1));
      });
  }

 private:
  Options options_;
};

}  // namespace ronchi::example
