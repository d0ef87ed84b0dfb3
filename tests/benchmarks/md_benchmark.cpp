// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// usage: md_benchmark [--steps N] [--temperature K] [--kernels NAME] [--double] [--potential NAME] FILE...
// Each FILE is a cluster: a line per atom, "species x y z vx vy vz" (0 or 1, A, A/fs). Prints atoms, seconds and atom-steps/s for
// each, by one thread.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "framework/md/advance.hpp"

namespace {

ronchi::md::Trajectory read(const std::string& name) {
  ronchi::md::Trajectory t;
  t.particle.symbols = {"Ag", "Co"};
  std::ifstream in(name);
  int species = 0;
  double x[6];
  while (in >> species >> x[0] >> x[1] >> x[2] >> x[3] >> x[4] >> x[5]) {
    t.particle.species.push_back(static_cast<std::uint8_t>(species));
    t.particle.positions.insert(t.particle.positions.end(), x, x + 3);
    t.velocities.insert(t.velocities.end(), x + 3, x + 6);
  }
  return t;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace ronchi::md;
  double steps = 10000, temperature = 500;
  std::string kernels, set = "AgCo-P1";
  Settings settings;
  std::vector<std::string> files;
  for (int i = 1; i < argc; ++i) {
    const std::string a = argv[i];
    if (a == "--double")
      settings.precision = Precision::double_precision;
    else if (a == "--steps")
      steps = std::atof(argv[++i]);
    else if (a == "--temperature")
      temperature = std::atof(argv[++i]);
    else if (a == "--kernels")
      kernels = argv[++i];
    else if (a == "--potential")
      set = argv[++i];
    else
      files.push_back(a);
  }
  const auto list = available_kernels();
  const KernelSet* chosen = list.sets[0];
  for (int k = 0; k < list.count; ++k)
    if (kernels == list.sets[k]->single_precision.name) chosen = list.sets[k];
  for (const auto& name : files) {
    Trajectory t = read(name);
    t.legs = {{steps * 1e-3, temperature, temperature, Thermostat::bussi, 0.1}};
    const auto start = std::chrono::steady_clock::now();
    if (!advance_one(t, potential(set), settings, *chosen)) return 1;
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const auto n = static_cast<double>(t.particle.size());
    std::printf("%s %zu %.4f %.4g %s rebuilds %ld E %.6f eV %s\n", name.c_str(), t.particle.size(), seconds, n * steps / seconds,
                chosen->single_precision.name, static_cast<long>(t.rebuilds), t.potential_energy, t.fault.c_str());
  }
}
