// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "framework/config/schema.hpp"
#include "framework/engine/stage.hpp"
#include "stages/decompose/masks.hpp"
#include "stages/decompose/matrix.hpp"
#include "stages/decompose/memory.hpp"
#include "stages/decompose/results.hpp"
#include "stages/decompose/starts.hpp"
#include "stages/decompose/within.hpp"

namespace ronchi::decompose {

enum class Arithmetic { integer, floating };

struct Options : MaskOptions {
  std::optional<int> wanted = 8;  ///< the option `components`; absent: what a stage `components` recommends
  int components = 8;             ///< the number itself
  bool poisson = true;
  Loss loss = Loss::frobenius;
  double sparsity = 0;
  std::optional<double> sparsity_factors;
  Start start = Start::nndsvda;
  int starts = 1;
  int trial_iterations = 30;
  int iterations = 500;
  double tolerance = 1e-4;
  int sweeps = 8;
  Arithmetic arithmetic = Arithmetic::floating;
  int scree = 20;
  bool centre = false;
  Within within;
  int bin_scan = 1;
  bool friedel = false;
  std::optional<int> sketch;
  int polish = 1;
  double checkpoint_every = 60;
};
void describe(config::Schema<Options>& s);

/// PCA and NMF of the frames that a stage before it provides. Collective: one task of all ranks. Data that do not fit into the
/// job's `memory` are factorised by way of a sketch.
class Decompose : public engine::Stage {
 public:
  using Options = decompose::Options;
  static constexpr const char* name = "decompose";
  static constexpr const char* summary = "PCA and non-negative matrix factorisation of a scan";
  static constexpr int version = 3;
  static constexpr bool random = true;
  static constexpr bool memory = true;

  explicit Decompose(Options options) : options_(std::move(options)) {}
  [[nodiscard]] engine::Plan plan(const engine::Inputs& inputs) const override;
  void run(const engine::Task& task, engine::Team& team, const engine::Inputs& inputs, engine::Part& part) override;
  [[nodiscard]] std::string fingerprint() const override;

 private:
  Options options_;
};

/// What a decomposition knows beside its data and options.
struct Setting {
  std::uint64_t seed = 1;
  std::int64_t memory = 0;                     ///< bytes that all ranks of a node may take together; 0 = no limit
  std::int64_t process = memory_of_a_process;  ///< of them, what a rank takes before it has any data
  std::vector<double> pixel_sums;     ///< about the sums over all frames, per pixel, where they are known; helps the sketch
  const h5::Group* sketch = nullptr;  ///< the index of a sketch stage, in whose masks the components are sought
};

/// The stage without its inputs: decomposes `source` and writes all results but figures into `part`. Collective.
/// Returns what figures are made of. Datasets: see docs/nmf.md. Failure(no_space) if `memory` is too little even for a sketch.
[[nodiscard]] Outcome decompose(const FrameSource& source, const Masks& masks, const Options& options, const Setting& setting,
                                engine::Team& team, engine::Part& part);

}  // namespace ronchi::decompose
