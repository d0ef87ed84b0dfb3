// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "framework/engine/stage.hpp"
#include "stages/simulate_stem/microscope.hpp"

namespace ronchi::simulate_stem {

/// Annular dark field images of the particles of a `simulate_particles` stage. A map: an item is a structure, a part a shard. Rows:
///   clean f16|f32 [images, pixels, pixels], part of the beam's electrons that the detector counts;
///   noisy u16 [images, pixels, pixels], electrons counted;    saturated i32 [images], pixels with more than 65,535;    dose f32
///   [images], electrons / A^2; C10 f32 [images], nm;    C30 f32 [images], um;            orientation f32 [images, 4], quaternion
///   w, x, y, z; position f32 [images, 2], x, y of the particle's middle from that of the field, nm;    atoms i32, 0: there was no
///   particle.
/// The index adds `symbols` and attributes `sampling` (nm), `energy`, `semi_angle`, `inner`, `outer` (mrad).
class SimulateStem : public engine::Stage {
 public:
  using Options = simulate_stem::Options;
  static constexpr const char* name = "simulate_stem";
  static constexpr const char* summary = "Simulates annular dark field STEM images of particles, clean and noisy";
  static constexpr int version = 2;
  static constexpr bool random = true;

  explicit SimulateStem(Options options) : options_(std::move(options)) {}
  void check() const override;
  [[nodiscard]] engine::Plan plan(const engine::Inputs& inputs) const override;
  void run(const engine::Task& task, engine::Team& team, const engine::Inputs& inputs, engine::Part& part) override;
  void finish(const engine::Parts& parts, const engine::Inputs& inputs, engine::Output& output) override;

 private:
  Options options_;
  std::unique_ptr<const Microscope> microscope_;  ///< made once per process
};

}  // namespace ronchi::simulate_stem
