// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Prints the reflections of the built-in phases up to 1 1/A: "phase up across |F|/V".
#include <cstdio>
#include <numbers>

#include "framework/physics/electrons.hpp"
#include "framework/physics/phase.hpp"

int main() {
  using namespace ronchi::physics;
  const Illumination beam{wavelength(200), relativistic_mass(200), 0};
  for (const Phase& phase : gallium_arsenide())
    for (const Reflection& r : reflections_of(phase, 1, beam))
      std::printf("%s %.9f %.9f %.9g\n", phase.name.c_str(), r.up, r.across,
                  r.inverse_extinction * std::numbers::pi / (beam.mass * beam.wavelength));
}
