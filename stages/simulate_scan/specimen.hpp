// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "framework/physics/diffraction.hpp"
#include "framework/store/h5.hpp"
#include "stages/simulate_scan/options.hpp"

namespace ronchi::simulate_scan {

/// The random streams of this stage are Random(seed, stream, frame, use); the specimen itself has an item of its own.
inline constexpr std::uint32_t stream = 0x51CA0001;
inline constexpr std::uint64_t geometry_item = ~std::uint64_t{0};

/// What is scanned: where it is, which crystals the beam meets there, how thick and how tilted they are. A function of options and
/// seed alone; const functions are safe to call from several threads.
class Specimen {
 public:
  /// A crystal in the beam's way. Patterns of grains add without interference.
  struct Grain {
    int phase = 0;         ///< index into options.phases
    double weight = 0;     ///< part of the probe that meets it
    double thickness = 0;  ///< nm along the beam, mean over that part
    physics::Tilt tilt;    ///< rad
  };
  /// What the probe sees at one scan position.
  struct Point {
    bool inside = false;          ///< the centre of the probe is on the specimen
    int phase = 0;                ///< at the centre: index into options.phases
    double share = 0;             ///< part of the probe that is on the specimen
    double thickness = 0;         ///< nm, of all grains together, mean over that part
    physics::Tilt tilt;           ///< rad, of the wire or the matrix
    double in_plane = 0;          ///< rad: rotation of all patterns
    std::vector<double> weights;  ///< part of what the probe sees that is in each phase, by volume; sum 1
    std::vector<Grain> grains;
  };

  virtual ~Specimen() = default;
  /// x along the fast axis, y along the slow one, nm from the first scan position.
  [[nodiscard]] virtual Point at(double x, double y) const = 0;
  /// Rows of the report's table.
  [[nodiscard]] virtual std::vector<std::vector<std::string>> facts() const = 0;
  /// Adds to the group `truth` what belongs to no scan position.
  virtual void save(h5::Group& /*truth*/) const {}
};

/// Failure(usage) when options contradict each other.
[[nodiscard]] std::shared_ptr<const Specimen> make_specimen(const Options& options, std::uint64_t seed);

/// Between -1 and 1: two incommensurate waves of `u` (one period per unit), the longer one first; `phases` are their angles, rad.
[[nodiscard]] double slow_wave(double u, const double* phases);

}  // namespace ronchi::simulate_scan
