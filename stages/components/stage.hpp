// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "framework/config/schema.hpp"
#include "framework/engine/stage.hpp"
#include "stages/components/sweep.hpp"
#include "stages/decompose/masks.hpp"

namespace ronchi::components {

struct Options : decompose::MaskOptions {
  SweepOptions sweep;
  std::int64_t sample = 100000;
};
void describe(config::Schema<SweepOptions>& s);
void describe(config::Schema<Options>& s);

/// How many distinct mean patterns a scan has, and with how many components to factorise it. Collective. The index has the
/// attributes `distinct`, `components`, `confidence`, `summary` and
///   spectrum [sketch] f64, squared singular values over the noise edge;   sizes [models] i64, numbers of components;
///   distinct_runs [models, runs] i64;   deviance [models, runs] f64;       stability [models, 2] f64, least and mean silhouette.
class Components : public engine::Stage {
 public:
  using Options = components::Options;
  static constexpr const char* name = "components";
  static constexpr const char* summary = "How many components: count splitting, stability and the noise edge in one sweep";
  static constexpr int version = 2;
  static constexpr bool random = true;

  explicit Components(Options options) : options_(std::move(options)) {}
  void check() const override;
  [[nodiscard]] engine::Plan plan(const engine::Inputs& inputs) const override;
  void run(const engine::Task& task, engine::Team& team, const engine::Inputs& inputs, engine::Part& part) override;
  [[nodiscard]] std::string fingerprint() const override;

 private:
  Options options_;
};

/// Datasets, attributes and figures of a result.
void write(const SweepResult& result, const Recommendation& recommendation, h5::Group& file);

}  // namespace ronchi::components
