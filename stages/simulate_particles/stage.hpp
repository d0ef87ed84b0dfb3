// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/engine/stage.hpp"
#include "stages/simulate_particles/options.hpp"

namespace ronchi::simulate_particles {

/// Nanoparticles by molecular dynamics, after random recipes. A map: an item is a particle, a task a batch of them that is advanced
/// together. Rows: `atoms` i32; `species` u8 [most]; `positions` f32 [most, 3] in A, thermal, about the centre of mass (stray
/// fragments included); `protocol` u8; `counts` i32 [2]; `quench_rate` f32, K/ps; `temperature` f32, K; `potential_energy` and
/// `relaxed_energy` f64, eV; `fragments` and `largest_fragment` i32; `steps` i64, from the start to the end,
/// one droplet's preparation included. What explodes or stays in pieces fails. Sums by protocol: `particles_of_protocol`,
/// `atom_steps`.
class SimulateParticles : public engine::Stage {
 public:
  using Options = simulate_particles::Options;
  static constexpr const char* name = "simulate_particles";
  static constexpr const char* summary =
      "Simulates nanoparticles by molecular dynamics: quenched gases, joined droplets, heated clusters";
  static constexpr int version = 2;
  static constexpr bool random = true;
  explicit SimulateParticles(Options options) : options_(std::move(options)) {}

  void check() const override;
  [[nodiscard]] engine::Plan plan(const engine::Inputs& inputs) const override;
  [[nodiscard]] std::string cost(const engine::Inputs& inputs) const override;
  void run(const engine::Task& task, engine::Team& team, const engine::Inputs& inputs, engine::Part& part) override;
  void finish(const engine::Parts& parts, const engine::Inputs& inputs, engine::Output& output) override;
  [[nodiscard]] std::string fingerprint() const override;

 private:
  Options options_;
};

}  // namespace ronchi::simulate_particles
