// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// ronchi_energies POTENTIAL [relax]: reads frames of extended or plain XYZ (A) from standard input, each relaxed first if asked
// for; prints for each the energy in eV and then a line per atom with its force in eV/A.
#include <cstdio>
#include <iostream>
#include <string>

#include "framework/base/error.hpp"
#include "framework/md/gupta.hpp"
#include "framework/md/trajectory.hpp"

namespace {

using namespace ronchi;

bool read(physics::Particle& particle) {
  std::size_t atoms = 0;
  std::string line, symbol;
  if (!(std::cin >> atoms)) return false;
  std::getline(std::cin, line);
  std::getline(std::cin, line);
  particle.species.clear();
  particle.positions.clear();
  for (std::size_t i = 0; i < atoms; ++i) {
    double r[3];
    if (!(std::cin >> symbol >> r[0] >> r[1] >> r[2])) fail(Fault::corrupt, "", "the frame ends after {} of {} atoms", i, atoms);
    if (symbol != particle.symbols[0] && symbol != particle.symbols[1])
      fail(Fault::usage, "", "'{}' is not in the potential", symbol);
    particle.species.push_back(symbol == particle.symbols[1]);
    particle.positions.insert(particle.positions.end(), r, r + 3);
  }
  return true;
}

int energies(const std::string& name, bool relaxed) {
  const md::Gupta potential = md::potential(name);
  physics::Particle particle;
  particle.symbols = {potential.symbols[0], potential.symbols[1]};
  while (read(particle)) {
    if (relaxed) (void)md::relax(particle, potential);
    std::vector<double> forces(3 * particle.size());
    std::printf("%.17g\n", md::energy(particle, potential, forces));
    for (std::size_t i = 0; i < forces.size(); i += 3) std::printf("%.17g %.17g %.17g\n", forces[i], forces[i + 1], forces[i + 2]);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return energies(argc > 1 ? argv[1] : "AgCo-P1", argc > 2 && std::string(argv[2]) == "relax");
  } catch (const Failure& failure) {
    std::fprintf(stderr, "%s\n", failure.what());
    return exit_code(failure.error().fault);
  }
}
