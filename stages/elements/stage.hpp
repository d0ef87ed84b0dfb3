// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "framework/data/frames.hpp"
#include "framework/engine/stage.hpp"
#include "framework/store/h5.hpp"

/// Stage `elements`: names the X-ray lines in the spectra of the components that `decompose` found, and the components by them.
namespace ronchi::elements {

struct ElementsOptions {
  std::vector<std::string> elements;
  bool search = false;
  double significance = 5;
  double least_share = 0.003;
  std::optional<double> resolution;
  std::optional<double> beam_energy;
  double lowest_energy = 0.15;
};
void describe(config::Schema<ElementsOptions>& s);

/// What the stage does, from the index of `decompose` and its axes into its own result: texts `component_names`, dataset
/// `net` [components, elements] (counts) with texts `elements`, attribute `warnings`, figures.
void name_components(const ElementsOptions& options, const h5::Group& decompose, const FrameInfo& info, h5::Group& result);

class ElementsStage : public engine::Stage {
 public:
  using Options = ElementsOptions;
  static constexpr const char* name = "elements";
  static constexpr const char* summary = "Names the X-ray lines of spectral components, and the components by their elements";
  static constexpr int version = 2;

  explicit ElementsStage(Options options) : options_(std::move(options)) {}
  [[nodiscard]] engine::Plan plan(const engine::Inputs& inputs) const override;
  void run(const engine::Task& task, engine::Team& team, const engine::Inputs& inputs, engine::Part& part) override;

 private:
  Options options_;
};

}  // namespace ronchi::elements
