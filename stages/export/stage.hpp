// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "framework/config/schema.hpp"
#include "framework/engine/stage.hpp"

namespace ronchi::exporting {

enum class Data { automatic, frames, none };

struct Options {
  std::string name;
  std::vector<std::string> products{"hspy", "loadings", "factors", "emd"};
  Data data = Data::automatic;
  config::Bytes largest{std::int64_t{2} << 30};
  int compression = 1;
};
void describe(config::Schema<Options>& s);

/// Writes a decomposition for other programs: <name>.hspy (HyperSpy's learning_results on a signal of the scan's shape),
/// <name>_loadings.hspy and <name>_factors.hspy (stacks over the components), <name>.emd (EMD 1.0: loadings and factors).
/// One item, done by the leader. Index: `products` texts.
class Export : public engine::Stage {
 public:
  using Options = exporting::Options;
  static constexpr const char* name = "export";
  static constexpr const char* summary = "Writes a decomposition for HyperSpy and py4DSTEM";
  static constexpr int version = 1;

  explicit Export(Options options) : options_(std::move(options)) {}
  [[nodiscard]] engine::Plan plan(const engine::Inputs& inputs) const override;
  void run(const engine::Task& task, engine::Team& team, const engine::Inputs& inputs, engine::Part& part) override;

 private:
  Options options_;
};

}  // namespace ronchi::exporting
