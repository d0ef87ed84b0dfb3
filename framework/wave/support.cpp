// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/support.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "framework/base/error.hpp"

namespace ronchi::wave {

namespace {

/// Atoms in cells that are at least `distance` wide, periodic in x and y: who is near is in one of 27 cells.
class Cells {
 public:
  Cells(const std::array<double, 3>& size, double distance) : size_(size), distance2_(distance * distance) {
    for (std::size_t c = 0; c < 3; ++c) counts_[c] = std::max<std::int64_t>(1, static_cast<std::int64_t>(size[c] / distance));
    atoms_.resize(static_cast<std::size_t>(counts_[0] * counts_[1] * counts_[2]));
  }

  bool add(const std::array<double, 3>& r) {
    std::array<std::int64_t, 3> here;
    for (std::size_t c = 0; c < 3; ++c)
      here[c] = std::min(counts_[c] - 1, static_cast<std::int64_t>(r[c] / size_[c] * static_cast<double>(counts_[c])));
    for (std::int64_t dz = -1; dz <= 1; ++dz)
      for (std::int64_t dy = -1; dy <= 1; ++dy)
        for (std::int64_t dx = -1; dx <= 1; ++dx) {
          if (here[2] + dz < 0 || here[2] + dz >= counts_[2]) continue;
          for (const auto& other : cell(here[0] + dx, here[1] + dy, here[2] + dz))
            if (near(r, other)) return false;
        }
    cell(here[0], here[1], here[2]).push_back(r);
    return true;
  }

 private:
  std::vector<std::array<double, 3>>& cell(std::int64_t x, std::int64_t y, std::int64_t z) {
    x = (x + counts_[0]) % counts_[0];
    y = (y + counts_[1]) % counts_[1];
    return atoms_[static_cast<std::size_t>((z * counts_[1] + y) * counts_[0] + x)];
  }
  [[nodiscard]] bool near(const std::array<double, 3>& a, const std::array<double, 3>& b) const {
    double d2 = 0;
    for (std::size_t c = 0; c < 3; ++c) {
      double d = std::abs(a[c] - b[c]);
      if (c < 2) d = std::min(d, size_[c] - d);
      d2 += d * d;
    }
    return d2 < distance2_;
  }

  std::array<double, 3> size_;
  double distance2_;
  std::array<std::int64_t, 3> counts_{};
  std::vector<std::vector<std::array<double, 3>>> atoms_;
};

}  // namespace

Support amorphous_carbon(double width, double height, double thickness, Random& random, double density, double distance) {
  constexpr double atoms_of_density = 0.602214076 / 12.011;  // per A^3 and g/cm^3
  const auto atoms = static_cast<std::int64_t>(std::llround(density * atoms_of_density * width * height * thickness));
  Support support;
  support.thickness = thickness;
  Cells cells({width, height, thickness}, distance);
  for (std::int64_t placed = 0, tries = 0; placed < atoms; ++tries) {
    if (tries > 200 * atoms)
      fail(Fault::usage, "Take a lower density or a smaller distance.",
           "{} of {} carbon atoms found a place ({} g/cm3, none nearer than {} A to another)", placed, atoms, density, distance);
    const double x = width * random.uniform(), y = height * random.uniform(), z = thickness * random.uniform();
    if (!cells.add({x, y, z})) continue;
    support.positions.insert(support.positions.end(), {x, y, z});
    ++placed;
  }
  return support;
}

}  // namespace ronchi::wave
