// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <vector>

#include "framework/wave/adf.hpp"
#include "framework/wave/multislice.hpp"

namespace ronchi::wave {

/// Annular dark field images by multislice, one exit wave for each position of the probe (Kirkland 2010, section 5.4): what the
/// fast AdfModel is held against. Elastic scattering by the atoms where they stand; thermal diffuse scattering is that of the
/// snapshot.
class ScannedProbe {
 public:
  /// `settings.energy` must be the lens'. Failure(usage) if the field cannot hold the probe, or the sampling (which keeps
  /// frequencies below a third of 1 / sampling) not the detector.
  ScannedProbe(const Settings& settings, const ProbeLens& lens, const Annulus& detector, std::span<const std::string> symbols);

  /// The part of the beam's electrons that is counted when the probe stands at (y, x), A from pixel (0, 0): for all ys and xs,
  /// [ys, xs], by the threads of the host.
  [[nodiscard]] std::vector<float> image(const physics::Particle& particle, const Pose& pose, std::span<const double> ys,
                                         std::span<const double> xs) const;
  /// One position: what falls on the detector, and what falls anywhere below the band's edge (1: nothing was lost).
  struct Counted {
    double detector = 0, all = 0;
  };
  [[nodiscard]] Counted at(const physics::Particle& particle, const Pose& pose, double y, double x,
                           Multislice::Workspace& workspace, Field& field) const;

  [[nodiscard]] const Multislice& multislice() const { return multislice_; }

 private:
  Multislice multislice_;
  ProbeLens lens_;
  std::vector<std::uint8_t> counts_;  ///< [pixels] 1 where a frequency falls on the detector
};

}  // namespace ronchi::wave
