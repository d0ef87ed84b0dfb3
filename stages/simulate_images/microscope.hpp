// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <span>

#include "framework/wave/fields.hpp"
#include "framework/wave/imaging.hpp"
#include "framework/wave/multislice.hpp"
#include "stages/simulate_images/conditions.hpp"

namespace ronchi::simulate_images {

/// From a structure to its images. Any number of threads may use one, each with a workspace of its own; nothing of a workspace
/// enters a result.
///
/// Without a film the exit wave is computed in a square about the particle alone, of the field's sampling, and put into a field of
/// vacuum: the multislice is by far the largest part of the work, and outside the particle there is nothing to compute.
class Microscope {
 public:
  Microscope(const Options& options, std::span<const std::string> symbols);

  [[nodiscard]] const wave::Grid& image() const { return image_; }        ///< of the images
  [[nodiscard]] const wave::Grid& field() const { return field_; }        ///< that exit waves are computed on
  [[nodiscard]] const wave::Grid& stored() const { return stored_; }      ///< of exit waves that are kept: no frequency is lost
  [[nodiscard]] double band() const { return field_.nyquist() * 2 / 3; }  ///< of the exit waves, 1/A

  /// Scratch of one thread.
  class Workspace {
   public:
    explicit Workspace(const Microscope& microscope);

   private:
    friend class Microscope;
    struct Box {
      explicit Box(const wave::Multislice& multislice);
      wave::Multislice::Workspace workspace;
      wave::Field wave;
    };
    std::map<std::int64_t, Box> boxes_;
    wave::Field field_;   ///< the exit wave, then its spectrum
    wave::Field stored_;  ///< on the stored grid
    wave::Imaging imaging_;
    wave::Detector detector_;
  };

  /// The particle's exit wave, for the calls below. Failure(bad_item) where it does not fit into the field.
  void expose(const physics::Particle& particle, const Stance& stance, Workspace& workspace,
              const std::optional<wave::Support>& film = {}) const;
  /// The clean image [pixels, pixels], mean 1 for vacuum.
  void take(const Conditions& conditions, Workspace& workspace, float* clean) const;
  /// What the camera makes of it.
  wave::Detector::Clipped record(const Conditions& conditions, std::uint64_t seed, std::int64_t item, std::int64_t image,
                                 const float* clean, Workspace& workspace, std::uint16_t* noisy) const;
  /// The exit wave on the stored grid, real and imaginary parts in turn.
  void keep(Workspace& workspace, float* wave) const;

 private:
  [[nodiscard]] const wave::Multislice& multislice(std::int64_t pixels) const;
  void limit(wave::Field& spectrum) const;

  Options options_;
  std::vector<std::string> symbols_;
  wave::Grid image_, field_, stored_;
  double least_box_ = 0;  ///< that the atoms' stamps fit into, A
  wave::Fft fft_, stored_fft_;
  mutable std::mutex making_;
  mutable std::map<std::int64_t, std::unique_ptr<wave::Multislice>> multislices_;  ///< by pixels; made when they are wanted
};

}  // namespace ronchi::simulate_images
