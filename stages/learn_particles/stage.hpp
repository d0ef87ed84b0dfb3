// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/engine/stage.hpp"
#include "stages/learn_particles/options.hpp"

namespace ronchi::learn_particles {

/// Trains a small network (learn::Network) on the noisy images of a `simulate_images` stage to tell class and number of atoms, and
/// says how it does on structures that it has never seen. Collective, but one process learns while the others wait. Results, of the
/// test split's images [n]: `test/item`, `test/image`, `test/class`, `test/predicted_class`, `test/atoms`, `test/predicted_atoms`,
/// `test/probabilities` [n, classes]; `confusion` [class, predicted class]; per epoch `loss`, `validation_loss`,
/// `validation_right`; `model/...`, the weights; attributes `accuracy`, `largest_class` (share of the test images that the largest
/// class makes up), `atoms_error` (mean absolute); `particles_accuracy`, `particles_atoms_error`, where class and size of a
/// particle come from the means of what is said of all its images.
class LearnParticles : public engine::Stage {
 public:
  using Options = learn_particles::Options;
  static constexpr const char* name = "learn_particles";
  static constexpr const char* summary = "Trains a small network to tell class and size of particles from their images";
  static constexpr int version = 2;
  static constexpr bool random = true;

  explicit LearnParticles(Options options) : options_(std::move(options)) {}
  void check() const override;
  [[nodiscard]] engine::Plan plan(const engine::Inputs& inputs) const override;
  [[nodiscard]] std::string cost(const engine::Inputs& inputs) const override;
  void run(const engine::Task& task, engine::Team& team, const engine::Inputs& inputs, engine::Part& part) override;

 private:
  Options options_;
};

}  // namespace ronchi::learn_particles
