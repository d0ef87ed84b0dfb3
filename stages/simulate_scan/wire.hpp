// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "framework/physics/diffraction.hpp"
#include "stages/simulate_scan/options.hpp"

namespace ronchi::simulate_scan {

/// The random streams of this stage are Random(seed, stream, frame, use); the wire itself has an item of its own.
inline constexpr std::uint32_t stream = 0x51CA0001;
inline constexpr std::uint64_t geometry_item = ~std::uint64_t{0};

/// The nanowire: where it is, what phase, how thick, how tilted. A function of options and seed alone.
class Wire {
 public:
  struct Segment {
    double begin, end;
    int phase;
  };  ///< nm along the wire
  /// What the probe sees at one scan position.
  struct Point {
    bool inside = false;          ///< the centre of the probe is on the wire
    int phase = 0;                ///< at the centre: index into options.phases
    double share = 0;             ///< part of the probe that is on the wire
    double thickness = 0;         ///< nm, mean over that part
    physics::Tilt tilt;           ///< rad
    double in_plane = 0;          ///< rad: the wire's direction from the fast scan axis
    std::vector<double> weights;  ///< part of the probe in each phase, sum 1
  };

  Wire(const Options& options, std::uint64_t seed);
  /// x along the fast axis, y along the slow one, nm from the first scan position.
  [[nodiscard]] Point at(double x, double y) const;
  [[nodiscard]] const std::vector<Segment>& segments() const { return segments_; }
  /// Thickness along the beam, nm, at a distance from the axis.
  [[nodiscard]] double thickness(double distance) const;

 private:
  [[nodiscard]] double slow_wave(double x, int which) const;
  Options options_;
  double length_, height_;
  std::vector<Segment> segments_;
  double phases_[4];  ///< of the slow waves of bend and twist
};

}  // namespace ronchi::simulate_scan
