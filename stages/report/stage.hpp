// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "framework/engine/stage.hpp"

/// Stage `report`: one self-contained HTML file with what the stages before it left to be seen.
namespace ronchi::report {

struct ReportOptions {
  bool measured = true;
  std::int64_t positions = 1000;
  config::Bytes most_bytes{25'000'000};
};
void describe(config::Schema<ReportOptions>& s);

class ReportStage : public engine::Stage {
 public:
  using Options = ReportOptions;
  static constexpr const char* name = "report";
  static constexpr const char* summary = "One self-contained HTML page with everything the stages before it show";
  static constexpr int version = 1;

  explicit ReportStage(Options options) : options_(options) {}
  [[nodiscard]] engine::Plan plan(const engine::Inputs& inputs) const override;
  /// Product report.html. Its key is fixed by its inputs; its bytes are not, as it shows their timings.
  void run(const engine::Task& task, engine::Team& team, const engine::Inputs& inputs, engine::Part& part) override;

 private:
  Options options_;
};

}  // namespace ronchi::report
