// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// usage: md_benchmark [--steps N] [--temperature K] [--kernels NAME] [--double] [--potential NAME] [--write] FILE...
// Each FILE is a cluster: a line per atom, "species x y z vx vy vz" (0 or 1, A, A/fs). Prints file, atoms, seconds of processor
// time and millions of atom-steps per second for each, by one thread. With --write the file is replaced by where the cluster came.
#include <cstdio>
#include <cstdlib>
#include <ctime>
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

void write(const std::string& name, const ronchi::md::Trajectory& t) {
  std::FILE* out = std::fopen(name.c_str(), "w");
  if (out == nullptr) return;
  const auto at = [](const std::vector<double>& v, std::size_t i, std::size_t c) { return v[3 * i + c]; };
  for (std::size_t i = 0; i < t.particle.size(); ++i) {
    std::fprintf(out, "%d", t.particle.species[i]);
    for (std::size_t c = 0; c < 3; ++c) std::fprintf(out, " %.17g", at(t.particle.positions, i, c));
    for (std::size_t c = 0; c < 3; ++c) std::fprintf(out, " %.17g", at(t.velocities, i, c));
    std::fprintf(out, "\n");
  }
  std::fclose(out);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace ronchi::md;
  double steps = 10000, temperature = 500;
  std::string kernels, set = "AgCo-P1";
  Settings settings;
  bool keep = false;
  std::vector<std::string> files;
  for (int i = 1; i < argc; ++i) {
    const std::string a = argv[i];
    if (a == "--double")
      settings.precision = Precision::double_precision;
    else if (a == "--write")
      keep = true;
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
    const std::clock_t start = std::clock();
    advance_one(t, potential(set), settings, *chosen);
    const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    const auto n = static_cast<double>(t.particle.size());
    std::printf("%s %zu %.4f %.3f %s, %ld lists, %.4f eV/atom %s\n", name.c_str(), t.particle.size(), seconds,
                n * steps / seconds * 1e-6, chosen->single_precision.name, static_cast<long>(t.rebuilds), t.potential_energy / n,
                t.fault.c_str());
    if (keep) write(name, t);
  }
}
