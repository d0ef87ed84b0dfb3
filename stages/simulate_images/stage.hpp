// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "framework/engine/stage.hpp"
#include "stages/simulate_images/options.hpp"

namespace ronchi::simulate_images {

/// The data set: images of the particles of a `simulate_particles` stage, with what `describe_particles` says of each. An item is a
/// structure, a part a shard. docs/data_set.md has the rows: `clean` f16|f32 and `noisy` u16 [images, pixels, pixels] (or
/// `exit_wave` f16|f32 [waves, pixels, pixels, 2]); per image `dose`, the lens settings that vary, `saturated`; `wave` u8 [images],
/// and per wave `orientation` [4], `position` [2] nm; per structure `split`, `label_*`, `atoms`, `species`, `positions`. Every
/// image can be made again from (seed, structure, image): `ronchi remake`.
class SimulateImages : public engine::Stage {
 public:
  using Options = simulate_images::Options;
  static constexpr const char* name = "simulate_images";
  static constexpr const char* summary = "Simulates HRTEM images of particles, clean and noisy: the shards of a training set";
  static constexpr int version = 3;
  static constexpr bool random = true;

  explicit SimulateImages(Options options);
  ~SimulateImages() override;
  void check() const override;
  [[nodiscard]] engine::Plan plan(const engine::Inputs& inputs) const override;
  [[nodiscard]] std::string cost(const engine::Inputs& inputs) const override;
  void run(const engine::Task& task, engine::Team& team, const engine::Inputs& inputs, engine::Part& part) override;
  void finish(const engine::Parts& parts, const engine::Inputs& inputs, engine::Output& output) override;
  [[nodiscard]] std::string fingerprint() const override;

 private:
  class Gang;
  Options options_;
  std::unique_ptr<Gang> gang_;  ///< made once per process: tables and plans are the same for every shard
};

/// What the rows of a structure take, bytes.
[[nodiscard]] std::int64_t bytes_per_structure(const Options& options, std::int64_t most_atoms);
/// How many structures of so many bytes make a shard of a set.
[[nodiscard]] std::int64_t structures_per_shard(const Options& options, std::int64_t structures, std::int64_t bytes);

}  // namespace ronchi::simulate_images
