// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/engine/stage.hpp"
#include "framework/physics/fragments.hpp"
#include "stages/describe_particles/options.hpp"

namespace ronchi::describe_particles {

/// Measures each particle of a `simulate_particles` stage and says what it is: labels come from here, never from the recipe. An
/// item is a particle. Rows (docs/particles.md has the definitions): `class` u8, an index into `class_names`, 0 where there is no
/// particle; `atoms`, `fragments`, `largest_fragment`, `bonds`, `unlike_bonds` i32; `counts` i32 [2]; f32: `composition` (share of
/// the second species), `separation` A, `asymmetry`, `enclosure`, `mean_radius` A [2], `surface_fraction` [2], `short_range_order`,
/// `q4`, `q6`, `fcc`, `hcp`, `fivefold`, `gyration_radius` A, `asphericity`; `radial_profile` u16 [2, bins]. Sum
/// `pair_distribution` [3, 200]: distances 00, 11, 01 in steps of 0.05 A. The index adds `class_names` and `symbols`.
class DescribeParticles : public engine::Stage {
 public:
  using Options = describe_particles::Options;
  static constexpr const char* name = "describe_particles";
  static constexpr const char* summary = "Measures simulated particles and names what they are: core-shell, Janus, mixed, ...";
  static constexpr int version = 2;

  explicit DescribeParticles(Options options) : options_(std::move(options)) {}
  [[nodiscard]] engine::Plan plan(const engine::Inputs& inputs) const override;
  void run(const engine::Task& task, engine::Team& team, const engine::Inputs& inputs, engine::Part& part) override;
  void finish(const engine::Parts& parts, const engine::Inputs& inputs, engine::Output& output) override;

 private:
  Options options_;
};

}  // namespace ronchi::describe_particles
