// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/engine/part.hpp"
#include "stages/simulate_images/microscope.hpp"
#include "stages/simulate_images/structures.hpp"

namespace ronchi::simulate_images {

/// All that is stored of one structure.
struct Exposures {
  explicit Exposures(const Options& options, const Microscope& microscope);

  std::vector<float> clean;             ///< [images, pixels, pixels]; empty if images are not stored
  std::vector<std::uint16_t> noisy;     ///< [images, pixels, pixels]
  std::vector<float> waves;             ///< [waves, pixels, pixels, 2]; empty if waves are not stored
  std::vector<Stance> stances;          ///< [waves]
  std::vector<Conditions> conditions;   ///< [images]
  std::vector<std::int32_t> saturated;  ///< [images] pixels

  void make(const Microscope& microscope, const Options& options, const physics::Particle& particle, std::uint64_t seed,
            std::int64_t item, Microscope::Workspace& workspace);
};

/// Declares the rows of a shard and writes structures to it.
class Columns {
 public:
  Columns(engine::Part& part, const Options& options, const Microscope& microscope, std::int64_t most_atoms);
  void declare() const;
  void write(const Structures& structures, std::uint64_t seed, std::int64_t item, const Exposures& exposures);
  /// For an item without a particle.
  void leave_out(std::int64_t item) const;

 private:
  void write_images(Range here, const Exposures& exposures);
  void write_settings(Range here, const Exposures& exposures) const;
  void write_numbers(const char* name, Range here, std::span<const float> values);

  engine::Part& part_;
  const Options& options_;
  const Microscope& microscope_;
  std::int64_t most_atoms_;
  std::vector<Half> halves_;
};

/// Names of the rows with lens settings that vary from image to image: "C10", "C12", "phi12", ..., and how to read them.
struct Setting {
  std::string name;
  std::string unit;
  double (*value)(const wave::LensOptions& lens, const Setting& setting);
  const wave::AberrationTerm* term = nullptr;
};
[[nodiscard]] std::vector<Setting> varying_settings(const Options& options);

}  // namespace ronchi::simulate_images
