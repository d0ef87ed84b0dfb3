// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/engine/stage.hpp"
#include "stages/powder_diffraction/options.hpp"

namespace ronchi::powder_diffraction {

/// Powder patterns of the particles of a `simulate_particles` stage, and their means by class if a `describe_particles` stage is
/// there, without particles that could not be measured. A map: an item is a particle. Rows:
///   intensity f32 [points], per atom, A^2 (electrons) or squared electrons (X-rays);    pdf f32 [distances], 1/A^2, if asked for.
/// The index adds `q` (1/A), `r` (A), `class_names`, `mean_intensity` f64 [classes, points] and `particles_of_class`.
class PowderDiffraction : public engine::Stage {
 public:
  using Options = powder_diffraction::Options;
  static constexpr const char* name = "powder_diffraction";
  static constexpr const char* summary = "Computes powder diffraction patterns of particles by the Debye sum";
  static constexpr int version = 2;

  explicit PowderDiffraction(Options options) : options_(std::move(options)) {}
  void check() const override;
  [[nodiscard]] engine::Plan plan(const engine::Inputs& inputs) const override;
  void run(const engine::Task& task, engine::Team& team, const engine::Inputs& inputs, engine::Part& part) override;
  void finish(const engine::Parts& parts, const engine::Inputs& inputs, engine::Output& output) override;

 private:
  Options options_;
};

}  // namespace ronchi::powder_diffraction
