// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// ronchi_measures BOND: reads frames "atoms", a remark, then "species x y z" per atom (species 0 or 1, A) from standard input and
// prints the measures of each as a line "name value name value ...".
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>

#include "stages/describe_particles/measures.hpp"

int main(int, char** argv) {
  using namespace ronchi;
  const double bond = std::atof(argv[1]);
  std::size_t atoms = 0;
  for (std::string remark; std::cin >> atoms;) {
    std::getline(std::cin, remark);
    std::getline(std::cin, remark);
    physics::Particle p;
    for (std::size_t i = 0; i < atoms; ++i) {
      int species = 0;
      double r[3];
      std::cin >> species >> r[0] >> r[1] >> r[2];
      p.species.push_back(static_cast<std::uint8_t>(species));
      p.positions.insert(p.positions.end(), r, r + 3);
    }
    const describe_particles::Options options;
    const auto m = describe_particles::measure(p, {bond, bond, bond}, options);
    std::printf(
        "q4 %.12g q6 %.12g fcc %.12g hcp %.12g fivefold %.12g gyration %.12g asphericity %.12g surface %.12g fragments %d\n",
        m.packing.q4, m.packing.q6, m.packing.fcc, m.packing.hcp, m.packing.fivefold, m.shape.gyration_radius, m.shape.asphericity,
        m.surface[0], m.fragments);
  }
}
