// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Prints the exit wave of a particle for the oracle: ronchi_exit_wave PARTICLE OUTPUT. The first line of PARTICLE has the method
// (atoms, textbook), pixels of a side, width in A, kV, the table, the number of slices and the tilt in mrad; each further one an
// atom. OUTPUT is complex64, [ky, kx].
#include <cstdio>
#include <fstream>
#include <map>

#include "framework/base/error.hpp"
#include "framework/wave/textbook.hpp"

int main(int argc, char** argv) try {
  using namespace ronchi;
  if (argc != 3) fail(Fault::usage, "ronchi_exit_wave PARTICLE OUTPUT", "{} arguments", argc - 1);
  std::ifstream in(argv[1]);
  std::string method, table, symbol;
  std::int64_t n = 0;
  double width = 0;
  wave::Settings settings;
  in >> method >> n >> width >> settings.energy >> table >> settings.slices >> settings.tilt[0] >> settings.tilt[1];
  settings.grid = {n, n, width / static_cast<double>(n)};
  settings.table = table == "kirkland" ? physics::Parametrization::kirkland : physics::Parametrization::lobato;
  physics::Particle particle;
  std::map<std::string, std::uint8_t> kinds;
  for (double x, y, z; in >> symbol >> x >> y >> z;) {
    const auto [kind, fresh] = kinds.try_emplace(symbol, static_cast<std::uint8_t>(kinds.size()));
    if (fresh) particle.symbols.push_back(symbol);
    particle.species.push_back(kind->second);
    particle.positions.insert(particle.positions.end(), {x, y, z});
  }
  const wave::Pose pose{physics::no_rotation, width / 2, width / 2};
  wave::Field spectrum(static_cast<std::size_t>(n * n));
  if (method == "textbook") {
    spectrum = wave::textbook_exit_wave(settings, particle, pose);
  } else {
    const wave::Multislice multislice(settings, particle.symbols);
    wave::Multislice::Workspace workspace(multislice);
    multislice.exit_wave(particle, pose, workspace, spectrum.data());
  }
  std::ofstream(argv[2], std::ios::binary)
      .write(reinterpret_cast<const char*>(spectrum.data()), static_cast<std::streamsize>(spectrum.size() * sizeof(wave::Complex)));
} catch (const ronchi::Failure& failure) {
  std::fprintf(stderr, "%s\n", failure.what());
  return 1;
}
