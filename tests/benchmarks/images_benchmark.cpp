// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Whole images, from the atoms to the counts, on one core: images per second of processor time. The field is that of the data set
// (23 px/nm), the exit wave's pixels are 0.22 A, particles have 100 to 250 atoms.
#include <benchmark/benchmark.h>

#include "stages/simulate_images/exposures.hpp"
#include "tests/support/particles.hpp"

namespace ronchi::simulate_images {

std::vector<physics::Particle> some_particles() {
  std::vector<physics::Particle> particles;
  for (std::uint64_t which = 0; particles.size() < 16; ++which)
    if (auto p = testing::lattice_ball(which, 250); p.size() > 100) particles.push_back(std::move(p));
  return particles;
}

/// Exit waves alone: `wave_seconds` of SimulateImages::cost.
void wave(benchmark::State& state) {
  Options o;
  o.pixels = state.range(0);
  const auto particles = some_particles();
  const Microscope microscope(o, particles[0].symbols);
  Microscope::Workspace workspace(microscope);
  std::int64_t item = 0;
  const auto one = [&] {
    microscope.expose(particles[static_cast<std::size_t>(item % 16)], draw_stance(o, 1, item, 0), workspace);
    ++item;
  };
  for (int i = 0; i < 16; ++i) one();
  for (auto _ : state) one();
}
BENCHMARK(wave)->ArgName("pixels")->Arg(256)->Arg(512)->Unit(benchmark::kMillisecond);

/// Images alone, clean and noisy, of one exit wave: `image_seconds`.
void image(benchmark::State& state) {
  Options o;
  o.pixels = state.range(0);
  const auto particles = some_particles();
  const Microscope microscope(o, particles[0].symbols);
  Microscope::Workspace workspace(microscope);
  microscope.expose(particles[0], draw_stance(o, 1, 0, 0), workspace);
  std::vector<float> clean(static_cast<std::size_t>(microscope.image().pixels()));
  std::vector<std::uint16_t> noisy(clean.size());
  std::int64_t i = 0;
  const auto one = [&] {
    const Conditions conditions = draw_conditions(o, 1, 0, i);
    microscope.take(conditions, workspace, clean.data());
    benchmark::DoNotOptimize(microscope.record(conditions, 1, 0, i, clean.data(), workspace, noisy.data()));
    ++i;
  };
  for (int k = 0; k < 5; ++k) one();
  for (auto _ : state) one();
}
BENCHMARK(image)->ArgName("pixels")->Arg(256)->Arg(512)->Unit(benchmark::kMillisecond);

void images(benchmark::State& state) {
  Options o;
  o.pixels = state.range(0);
  o.images = 5;
  o.waves = state.range(1);
  const auto particles = some_particles();
  const Microscope microscope(o, particles[0].symbols);
  Microscope::Workspace workspace(microscope);
  Exposures exposures(o, microscope);
  std::int64_t item = 0;
  const auto one = [&] {
    exposures.make(microscope, o, particles[static_cast<std::size_t>(item % 16)], 1, item, workspace);
    ++item;
  };
  for (int i = 0; i < 16; ++i) one();  // tables, plans and scratch
  for (auto _ : state) one();
  state.counters["images/s"] = benchmark::Counter(static_cast<double>(state.iterations() * o.images), benchmark::Counter::kIsRate);
}
BENCHMARK(images)
    ->ArgNames({"pixels", "waves"})
    ->Args({256, 1})
    ->Args({256, 5})
    ->Args({512, 1})
    ->Args({512, 5})
    ->Unit(benchmark::kMillisecond);

}  // namespace ronchi::simulate_images

BENCHMARK_MAIN();
