// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Exit waves on one core beside the two-dimensional transforms that a plain multislice of as many slices does, in FFTW alone.
// Random compact particles of Ag and Co at 0.217 A per pixel.
#include <benchmark/benchmark.h>
#include <fftw3.h>

#include <algorithm>
#include <cmath>
#include <ctime>

#include "framework/base/random.hpp"
#include "framework/wave/multislice.hpp"

namespace {

using namespace ronchi;

constexpr int slices = 20;

/// A ball out of an fcc crystal, thermally displaced, Ag and Co at random.
physics::Particle ball(int atoms) {
  Random random(1, 2, 3, 4);
  std::vector<std::pair<double, std::array<double, 3>>> sites;
  for (int i = -12; i <= 12; ++i)
    for (int j = -12; j <= 12; ++j)
      for (int k = -12; k <= 12; ++k)
        if ((i + j + k) % 2 == 0) sites.push_back({static_cast<double>(i * i + j * j + k * k), {2.04 * i, 2.04 * j, 2.04 * k}});
  std::stable_sort(sites.begin(), sites.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  physics::Particle particle{{"Ag", "Co"}, {}, {}};
  for (int a = 0; a < atoms; ++a) {
    particle.species.push_back(random.uniform() < 0.5 ? 0 : 1);
    for (const double x : sites[static_cast<std::size_t>(a)].second) particle.positions.push_back(x + 0.1 * random.normal());
  }
  return particle;
}

/// The transforms that a plain multislice does, whole and in place, by FFTW alone.
class Transforms {
 public:
  Transforms(const wave::Grid& grid, unsigned planning) {
    wave::Field field(static_cast<std::size_t>(grid.pixels()));
    for (const int sign : {FFTW_FORWARD, FFTW_BACKWARD})
      plans_.push_back(
          fftwf_plan_dft_2d(static_cast<int>(grid.ny), static_cast<int>(grid.nx), raw(field), raw(field), sign, planning));
    fftwf_forget_wisdom();  // or plans by rule would be those that were tried out
  }
  ~Transforms() {
    for (const auto plan : plans_) fftwf_destroy_plan(plan);
  }
  void operator()(wave::Field& field) const {
    std::fill(field.begin(), field.end(), wave::Complex(1));
    for (int i = 0; i < 2 * slices - 1; ++i) fftwf_execute_dft(plans_[static_cast<std::size_t>(i % 2)], raw(field), raw(field));
  }

 private:
  static fftwf_complex* raw(wave::Field& field) { return reinterpret_cast<fftwf_complex*>(field.data()); }
  std::vector<fftwf_plan> plans_;
};

/// The same by wave::Fft.
void transforms(const wave::Fft& fft, wave::Field& field) {
  std::fill(field.begin(), field.end(), wave::Complex(1));
  for (int i = 0; i < 2 * slices - 1; ++i) i % 2 == 0 ? fft.forward(field.data()) : fft.inverse(field.data());
}

double seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// Arguments: pixels of a side, atoms. Waves per second of processor time, and what that is over the rate of the transforms alone,
/// measured in turn with it: FFTW planned by rule (ESTIMATE), by trial (MEASURE, of which the bytes depend on the clock), and
/// Ronchi's Fft.
void exit_wave(benchmark::State& state) {
  wave::Settings settings;
  settings.grid = {state.range(0), state.range(0), 0.217};
  settings.slices = slices;
  const auto particle = ball(static_cast<int>(state.range(1)));
  const wave::Multislice multislice(settings, particle.symbols);
  wave::Multislice::Workspace workspace(multislice);
  wave::Field spectrum(static_cast<std::size_t>(settings.grid.pixels())), field(spectrum.size());
  Random random(5, 6, 7, 8);
  const Transforms by_trial(settings.grid, FFTW_MEASURE), by_rule(settings.grid, FFTW_ESTIMATE);
  double wave = 0, trial = 0, rule = 0, ours = 0;
  const auto timed = [](double& total, const auto& work) {
    const double start = seconds();
    work();
    total += seconds() - start;
  };
  for (auto _ : state) {
    state.PauseTiming();
    timed(trial, [&] { by_trial(field); });
    timed(rule, [&] { by_rule(field); });
    timed(ours, [&] { transforms(multislice.fft(), field); });
    benchmark::DoNotOptimize(field.data());
    const wave::Pose pose{physics::rotation_of(physics::uniform_quaternion(random)), settings.grid.width() / 2,
                          settings.grid.height() / 2};
    state.ResumeTiming();
    timed(wave, [&] { multislice.exit_wave(particle, pose, workspace, spectrum.data()); });
    benchmark::DoNotOptimize(spectrum.data());
  }
  const auto waves = static_cast<double>(state.iterations());
  state.counters["waves/s"] = waves / wave;
  state.counters["ESTIMATE_ms"] = 1e3 * rule / waves;
  state.counters["over_ESTIMATE"] = rule / wave;
  state.counters["MEASURE_ms"] = 1e3 * trial / waves;
  state.counters["over_MEASURE"] = trial / wave;
  state.counters["Fft_ms"] = 1e3 * ours / waves;
}
BENCHMARK(exit_wave)
    ->Args({192, 500})
    ->Args({256, 100})
    ->Args({256, 500})
    ->Args({256, 1000})
    ->Args({384, 1000})
    ->Args({512, 1000})
    ->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
