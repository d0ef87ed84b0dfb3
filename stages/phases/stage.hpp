// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/engine/stage.hpp"
#include "stages/phases/options.hpp"

namespace ronchi::phases {

/// Names the components of a decomposition by templates computed from crystal structures and maps the phases. Collective, one item;
/// reads a `decompose` stage and, for the accuracy alone, a `simulate_scan` stage if there is one. Index:
///   phase_map [ny, nx] uint8, 0 = outside, 1 + index of the phase; phase_names, component_names texts;
///   scores [components, phases] float64; fractions [phases] float64, of the positions inside;
///   with a truth: confusion [truth names, phase names] int64, attributes accuracy and dose.
class Phases : public engine::Stage {
 public:
  using Options = phases::Options;
  static constexpr const char* name = "phases";
  static constexpr const char* summary = "Names components by comparison with computed diffraction patterns and maps the phases";
  static constexpr int version = 2;

  explicit Phases(Options options) : options_(std::move(options)) {}
  void check() const override;
  [[nodiscard]] engine::Plan plan(const engine::Inputs& inputs) const override;
  void run(const engine::Task& task, engine::Team& team, const engine::Inputs& inputs, engine::Part& part) override;

 private:
  Options options_;
};

}  // namespace ronchi::phases
