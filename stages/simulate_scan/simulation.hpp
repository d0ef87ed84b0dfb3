// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "framework/data/frames.hpp"
#include "stages/simulate_scan/specimen.hpp"

namespace ronchi::simulate_scan {

/// The scan, electron by electron. Every frame is a pure function of (options, seed, frame number), so frames may be made in any
/// order, by any rank or thread. Const functions are safe to call from several threads.
class Simulation {
 public:
  Simulation(const Options& options, std::uint64_t seed);  ///< Failure(usage) when options contradict each other

  struct Spot {
    double y, x, electrons;
  };  ///< centre in detector pixels, expected electrons
  /// What is expected at one scan position, before any chance.
  struct Expected {
    Specimen::Point point;
    double beam_y = 0, beam_x = 0;   ///< direct beam, detector pixels (pixel i covers i - 0.5 to i + 0.5)
    double direct = 0;               ///< electrons in the direct beam
    double diffuse = 0, carbon = 0;  ///< electrons in the diffuse background, in the carbon film's rings
    std::vector<Spot> spots;
    [[nodiscard]] double scattered() const;  ///< electrons outside the direct beam
  };
  [[nodiscard]] Expected expected(std::int64_t frame) const;

  /// Counts of one frame, detector x detector, C order; overwritten. Counts saturate at 65535.
  void frame(std::int64_t frame, std::span<std::uint16_t> counts) const { count(frame, expected(frame), counts); }
  void count(std::int64_t frame, const Expected& expected, std::span<std::uint16_t> counts) const;

  [[nodiscard]] std::int64_t frames() const { return options_.scan[0] * options_.scan[1]; }
  [[nodiscard]] std::int64_t pixels() const { return options_.detector * options_.detector; }
  [[nodiscard]] const Options& options() const { return options_; }
  [[nodiscard]] const Specimen& specimen() const { return *specimen_; }
  [[nodiscard]] const std::vector<std::int64_t>& hot() const { return hot_; }
  [[nodiscard]] const std::vector<std::int64_t>& dead() const { return dead_; }
  /// Axes in nm and 1/A, microscope settings; uint8 if no count is likely to exceed it, else uint16.
  [[nodiscard]] FrameInfo info() const;

 private:
  /// Intensities relative to the incident beam, without dose.
  void diffract(const Specimen::Point& point, double beam_y, double beam_x, std::vector<Spot>& spots) const;

  [[nodiscard]] Specimen::Point at(std::int64_t frame) const;

  Options options_;
  std::uint64_t seed_;
  physics::Illumination illumination_;
  std::vector<std::vector<physics::Reflection>> reflections_;  ///< of each phase
  std::shared_ptr<const Specimen> specimen_;
  double disk_ = 0;            ///< radius of the disks, px
  double per_intensity_ = 0;   ///< electrons per unit of relative intensity
  double diffuse_per_nm_ = 0;  ///< diffuse electrons per nm of specimen
  std::vector<std::int64_t> hot_, dead_;
};

}  // namespace ronchi::simulate_scan
