// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "framework/config/schema.hpp"
#include "framework/engine/stage.hpp"
#include "stages/decompose/masks.hpp"
#include "stages/decompose/sketch.hpp"

namespace ronchi::decompose {

struct SketchOptions : MaskOptions {
  int size = 64;
  bool poisson = true;
};
void describe(config::Schema<SketchOptions>& s);

/// A sketch of the frames that a stage before it provides, for stages that need no more than that: numbers of components, starts
/// and factorisations are tried on it, and the data are read twice for all of them. Collective.
///
/// N frames, M pixels, r directions: `scores` [N, r] f32 and `directions` [r, M] f32 with scores x directions ~ scaled data;
/// `singular_values` [r] f64; `row_sums` [N], `column_sums` [M], `column_means` [M] f64 of the scaling; `signal_mask`,
/// `navigation_mask`. Attributes: norm2, mean, counts, largest, poisson.
class SketchStage : public engine::Stage {
 public:
  using Options = SketchOptions;
  static constexpr const char* name = "sketch";
  static constexpr const char* summary = "A sketch of a scan: what decompositions need of data that do not fit into memory";
  static constexpr int version = 2;
  static constexpr bool random = true;

  explicit SketchStage(Options options) : options_(std::move(options)) {}
  [[nodiscard]] engine::Plan plan(const engine::Inputs& inputs) const override;
  void run(const engine::Task& task, engine::Team& team, const engine::Inputs& inputs, engine::Part& part) override;
  [[nodiscard]] std::string fingerprint() const override;

 private:
  Options options_;
};

/// What a finished sketch stage knows, for the rows of `x`, which has its masks. Failure(corrupt) if it does not fit them.
struct StoredSketch {
  Scaling scaling;
  Sketch sketch;
};
void save_sketch(const Sketch& sketch, const Scaling& scaling, const Matrix& x, engine::Part& part);
[[nodiscard]] StoredSketch load_sketch(const h5::Group& index, const Matrix& x);
[[nodiscard]] Masks masks_of_sketch(const h5::Group& index);

/// Sums over all frames, per pixel, that the stage before left in its index; empty if it left none.
[[nodiscard]] std::vector<double> pixel_sums(const h5::Group& index, const FrameInfo& info);

}  // namespace ronchi::decompose
