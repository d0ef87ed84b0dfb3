// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Dark field images and powder patterns of particles, one core each; multislice of one probe position beside them.
#include <benchmark/benchmark.h>

#include <cmath>

#include "framework/base/random.hpp"
#include "framework/wave/stem.hpp"
#include "stages/powder_diffraction/debye.hpp"
#include "stages/simulate_stem/microscope.hpp"

namespace {

using namespace ronchi;
const std::vector<std::string> symbols{"Ag", "Co"};

/// Atoms at random in a ball, at the density of silver.
physics::Particle ball(std::int64_t atoms) {
  physics::Particle p{symbols, {}, {}};
  Random random(1, 2, 3, 4);
  const double radius = std::cbrt(3 * static_cast<double>(atoms) * 17.1 / (4 * 3.14159265));
  while (std::ssize(p.species) < atoms) {
    const double r[] = {random.uniform(-radius, radius), random.uniform(-radius, radius), random.uniform(-radius, radius)};
    if (r[0] * r[0] + r[1] * r[1] + r[2] * r[2] > radius * radius) continue;
    p.species.push_back(random.uniform() < 0.5 ? 1 : 0);
    p.positions.insert(p.positions.end(), r, r + 3);
  }
  return p;
}

/// With labels drawn and Poisson noise, as the stage makes them.
void dark_field(benchmark::State& state) {
  simulate_stem::Options options;
  options.images = 1;
  const simulate_stem::Microscope microscope(options, symbols);
  simulate_stem::Microscope::Workspace workspace;
  const auto particle = ball(state.range(0));
  std::vector<float> clean(256 * 256);
  std::vector<std::uint16_t> noisy(clean.size());
  std::int64_t item = 0;
  std::vector<std::int32_t> saturated(static_cast<std::size_t>(options.images));
  for (auto _ : state) microscope.take(particle, 1, item++, workspace, clean, noisy, saturated);
  state.counters["images/s"] = benchmark::Counter(static_cast<double>(item), benchmark::Counter::kIsRate);
}
BENCHMARK(dark_field)->Arg(135)->Arg(550)->Arg(1000)->Unit(benchmark::kMillisecond);

/// One position of the probe by multislice; an image of 256 x 256 has 65,536.
void probe_by_multislice(benchmark::State& state) {
  wave::Settings settings;
  settings.grid = {512, 512, 0.065};
  const wave::ScannedProbe scan(settings, {}, {60, 110}, symbols);
  wave::Multislice::Workspace workspace(scan.multislice());
  wave::Field field;
  const auto particle = ball(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(scan.at(particle, {physics::no_rotation, 16, 16}, 16, 16, workspace, field));
}
BENCHMARK(probe_by_multislice)->Arg(550)->Unit(benchmark::kMillisecond);

void powder_pattern(benchmark::State& state) {
  std::vector<double> q;
  for (int i = 0; i < 512; ++i) q.push_back(0.1 + 1.4 * i / 511);
  const powder_diffraction::DebyeSum sum({}, symbols, q);
  powder_diffraction::DebyeSum::Workspace workspace;
  const auto particle = ball(state.range(0));
  std::vector<double> intensity(q.size());
  for (auto _ : state) sum(particle, workspace, intensity);
  state.counters["patterns/s"] = benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK(powder_pattern)->Arg(135)->Arg(550)->Arg(1000)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
