// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <string>
#include <vector>

#include "framework/engine/inputs.hpp"
#include "stages/learn_particles/options.hpp"

namespace ronchi::learn_particles {

enum class Split : std::uint8_t { train, validation, test };
inline constexpr int splits = 3;
inline constexpr std::size_t most_shards = 64;  ///< that are open at a time

/// One noisy image of the set, with what is to be learned from it.
struct Sample {
  std::int64_t item = 0, image = 0;
  std::int64_t category = 0;  ///< the class, an index into class_names()
  double atoms = 0;
};

/// Failure(usage) where so many layers leave nothing of images with an edge of so many pixels.
void require_layers(const Options& options, std::int64_t pixels);

/// The noisy images of a `simulate_images` stage as the network sees them: read one by one from where they lie in the shards,
/// their middle averaged over bin x bin pixels, with mean 0 and standard deviation 1. Nothing but the labels is held in memory.
class Samples {
 public:
  Samples(const engine::Input& images, const Options& options);

  [[nodiscard]] const std::vector<Sample>& of(Split split) const { return samples_[static_cast<std::size_t>(split)]; }
  [[nodiscard]] const std::vector<std::string>& class_names() const { return class_names_; }
  [[nodiscard]] std::int64_t pixels() const { return pixels_; }    ///< edge of what the network sees
  [[nodiscard]] double mean_atoms() const { return mean_atoms_; }  ///< of the training images
  [[nodiscard]] double spread_of_atoms() const { return spread_of_atoms_; }

  /// `turn`, 0 to 7: quarters, and mirrored from 4 on. out: [pixels, pixels].
  void read(const Sample& sample, int turn, float* out);

 private:
  struct Shard {
    Range items;
    h5::Dataset noisy;
  };
  const Shard& shard_of(std::int64_t item);

  engine::Parts parts_;
  std::list<Shard> shards_;  ///< that are open, the last used first; a full set has more than a process may open
  std::array<std::vector<Sample>, splits> samples_;
  std::vector<std::string> class_names_;
  std::int64_t height_ = 0, width_ = 0, bin_ = 1, pixels_ = 0;
  double mean_atoms_ = 0, spread_of_atoms_ = 1;
  std::vector<std::uint16_t> raw_;
  std::vector<float> small_;
};

}  // namespace ronchi::learn_particles
