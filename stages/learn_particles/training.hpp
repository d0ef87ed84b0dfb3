// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "framework/engine/team.hpp"
#include "framework/learn/learner.hpp"
#include "stages/learn_particles/samples.hpp"

namespace ronchi::learn_particles {

/// What the network says of a split, image by image.
struct Predictions {
  std::vector<float> probabilities;  ///< [images, classes]
  std::vector<float> atoms;          ///< [images]
  double right = 0;                  ///< share of the images whose most probable class is theirs
  double atoms_error = 0;            ///< mean absolute
  double loss = 0;                   ///< mean cross entropy + mean smooth absolute error of the number in its spread

  [[nodiscard]] std::size_t most_probable(std::size_t image, std::size_t classes) const;
};

/// The training of one network on one process, and its test: batch by batch, of which each epoch has those of the training images
/// and then those of the validation images; those of the test images come last. Order and turning of the images are addressed by
/// epoch and image. What is tested is the network after the epoch with the least loss on the validation images.
class Training {
 public:
  Training(Samples& samples, const Options& options, std::uint64_t seed);

  /// Does up to `count` batches; false when all is done.
  bool advance(std::int64_t count);
  [[nodiscard]] double fraction() const;  ///< of all batches
  [[nodiscard]] std::string text() const;

  void save(const engine::Checkpoints& checkpoints) const;
  void load(const engine::Checkpoints& checkpoints);  ///< goes on from the newest, if there is one that fits

  /// One entry per epoch.
  struct History {
    std::vector<double> loss, validation_loss, validation_right, validation_error;
  };
  [[nodiscard]] const History& history() const { return history_; }
  [[nodiscard]] std::int64_t best_epoch() const { return best_epoch_; }
  /// What the best network says of the test images, when all is done.
  [[nodiscard]] const Predictions& test() const { return said_; }
  [[nodiscard]] const std::vector<learn::Values>& best() const { return best_; }

 private:
  [[nodiscard]] std::int64_t batches(Split split) const;
  [[nodiscard]] std::int64_t batches_per_epoch() const;
  [[nodiscard]] std::int64_t all_batches() const;
  [[nodiscard]] double rate(std::int64_t step) const;
  void shuffle(std::int64_t epoch);
  double step(std::int64_t epoch, std::int64_t batch);
  void look(Split split);
  void judge(Split split);
  void end_epoch();

  Samples& samples_;
  Options options_;
  std::uint64_t seed_;
  std::unique_ptr<learn::Learner> learner_;
  std::int64_t done_ = 0;  ///< batches
  double sum_ = 0;         ///< of this epoch's losses
  Predictions said_;       ///< of the split that is being looked at, as far as it has been
  History history_;
  std::vector<learn::Values> best_;
  std::int64_t best_epoch_ = -1;
  std::vector<std::int64_t> order_;  ///< of the training images in `order_epoch_`
  std::int64_t order_epoch_ = -1;
  std::vector<float> images_, numbers_;
  std::vector<std::int64_t> classes_;
};

}  // namespace ronchi::learn_particles
