// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "stages/simulate_scan/specimen.hpp"

namespace ronchi::simulate_scan {

/// The nanowire: where it is, what phase, how thick, how tilted. A function of options and seed alone.
class Wire : public Specimen {
 public:
  struct Segment {
    double begin, end;
    int phase;
  };  ///< nm along the wire

  Wire(const Options& options, std::uint64_t seed);
  /// Point::in_plane is the wire's direction from the fast scan axis.
  [[nodiscard]] Point at(double x, double y) const override;
  [[nodiscard]] std::vector<std::vector<std::string>> facts() const override;
  [[nodiscard]] const std::vector<Segment>& segments() const { return segments_; }
  /// Thickness along the beam, nm, at a distance from the axis.
  [[nodiscard]] double thickness(double distance) const;

 private:
  Options options_;
  double length_, height_;
  std::vector<Segment> segments_;
  double phases_[4];  ///< of the slow waves of bend and twist
};

}  // namespace ronchi::simulate_scan
