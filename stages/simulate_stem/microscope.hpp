// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "framework/wave/adf.hpp"
#include "stages/simulate_stem/options.hpp"

namespace ronchi::simulate_stem {

inline constexpr std::uint32_t stream = 0x5354454D;  ///< "STEM", of this stage's random numbers
/// Uses of a structure's random numbers: 4 for each image.
enum class Use : std::uint32_t { pose = 0, lens = 1, noise = 2 };
[[nodiscard]] inline std::uint32_t use_of(Use use, std::int64_t image) {
  return 4 * static_cast<std::uint32_t>(image) + static_cast<std::uint32_t>(use);
}

/// How an image is taken: drawn from (seed of the job, structure, image) alone.
struct Conditions {
  physics::Quaternion quaternion{1, 0, 0, 0};  ///< the particle's orientation
  double x = 0, y = 0;                         ///< of its middle, from the middle of the field, A
  double c10 = 0, c30 = 0;                     ///< A
  double dose = 0;                             ///< electrons / A^2
};
[[nodiscard]] Conditions draw(const Options& options, std::uint64_t seed, std::int64_t item, std::int64_t image);

/// Settings of the fast model. Failure(usage) where the options do not make sense.
[[nodiscard]] wave::AdfSettings adf_settings(const Options& options);

/// Takes images of particles. Constant once made: any number of threads may use it, each with a workspace.
class Microscope {
 public:
  Microscope(const Options& options, std::span<const std::string> symbols);

  struct Workspace {
    wave::AdfModel::Workspace model;
    std::vector<float> means;
  };
  /// Images of one structure: `clean` is the part of the beam's electrons that the detector counts, `noisy` the electrons counted,
  /// at most 65,535; [images, pixels, pixels] each. `saturated`: pixels where there were more, [images]. Failure(bad_item) where
  /// the particle does not fit into the field.
  void take(const physics::Particle& particle, std::uint64_t seed, std::int64_t item, Workspace& workspace, std::span<float> clean,
            std::span<std::uint16_t> noisy, std::span<std::int32_t> saturated) const;

 private:
  Options options_;
  wave::AdfModel model_;
};

}  // namespace ronchi::simulate_stem
