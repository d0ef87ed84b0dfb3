// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "stages/simulate_scan/specimen.hpp"

namespace ronchi::simulate_scan {

/// A foil of the first phase, bent and wedge-shaped, with cylinders of the other phases in it: plates (diameter > height) and
/// needles (height > diameter), their axes along the beam or across it. Centres are uniform in space, so that the foil's surfaces
/// cut some of them and some lie over others; where they do, their patterns add to that of what is left of the matrix.
class Precipitates : public Specimen {
 public:
  /// One precipitate. Lengths in nm; z from the foil's lower surface.
  struct Body {
    int phase = 0;
    double x = 0, y = 0, z = 0;  ///< centre
    double diameter = 0, height = 0;
    bool lying = false;         ///< its axis lies in the foil's plane, else along the beam
    double direction = 0;       ///< rad, of a lying axis from the fast scan axis
    physics::Tilt misoriented;  ///< rad, from its ideal orientation
  };

  Precipitates(const Options& options, std::uint64_t seed);
  [[nodiscard]] Point at(double x, double y) const override;
  [[nodiscard]] std::vector<std::vector<std::string>> facts() const override;
  void save(h5::Group& truth) const override;

  [[nodiscard]] const std::vector<Body>& bodies() const { return bodies_; }
  /// Of the foil along the beam, nm.
  [[nodiscard]] double foil(double x, double y) const;
  /// Length of the beam's way through a body at (x, y) that is inside the foil, nm.
  [[nodiscard]] double chord(const Body& body, double x, double y) const;

 private:
  void place(const Population& population, int phase, std::uint32_t number, std::uint64_t seed);
  void sort_into_cells();
  [[nodiscard]] std::vector<std::int64_t> near(double x, double y, double reach) const;
  [[nodiscard]] static double reach(const Body& body);

  Options options_;
  double width_, height_;  ///< of the scan, nm
  double phases_[4];       ///< of the slow waves of bend and twist
  std::vector<Body> bodies_;
  double cell_ = 1;  ///< edge of the squares by which bodies are found, nm
  std::int64_t columns_ = 0, rows_ = 0;
  std::vector<std::vector<std::int64_t>> cells_;
};

}  // namespace ronchi::simulate_scan
