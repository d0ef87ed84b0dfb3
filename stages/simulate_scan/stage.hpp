// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "framework/engine/stage.hpp"
#include "stages/simulate_scan/simulation.hpp"

namespace ronchi::simulate_scan {

/// A simulated precession diffraction scan of a nanowire with its ground truth. Item = scan line. Rows per line:
///   frames [nx, ky, kx] uint8 or uint16, counts;          truth_phase [nx] uint8, 0 = outside, then 1 + index into the phases;
///   truth_fraction [nx, phases] float32, part of each phase by volume;
///   truth_thickness [nx] float32, nm;                     truth_tilt [nx, 2] float32, deg, along and across the wire;
///   truth_beam [nx, 2] float32, direct beam (y, x) in px; truth_scattered [nx] float32, expected electrons outside the direct
///   beam.
/// The index adds the frames (provide_rows), `truth/phase_names` and attribute `dose`.
class SimulateScan : public engine::Stage {
 public:
  using Options = simulate_scan::Options;
  static constexpr const char* name = "simulate_scan";
  static constexpr const char* summary =
      "Simulates a precession diffraction scan of a nanowire or of precipitates, with its ground truth";
  static constexpr int version = 4;
  static constexpr bool random = true;

  explicit SimulateScan(Options options) : options_(std::move(options)) {}
  [[nodiscard]] engine::Plan plan(const engine::Inputs& inputs) const override;
  [[nodiscard]] std::optional<Range> needs(const std::string&, Range) const override { return Range{}; }
  void run(const engine::Task& task, engine::Team& team, const engine::Inputs& inputs, engine::Part& part) override;
  void finish(const engine::Parts& parts, const engine::Inputs& inputs, engine::Output& output) override;

 private:
  [[nodiscard]] const Simulation& simulation(std::uint64_t seed);
  Options options_;
  std::optional<Simulation> simulation_;  ///< made once per process
  std::uint64_t seed_ = 0;
};

}  // namespace ronchi::simulate_scan
