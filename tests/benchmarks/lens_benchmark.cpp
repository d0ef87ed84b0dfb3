// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Image formation and the detector, per image and part by part, one core. Run: lens_benchmark [--benchmark_filter=...]
#include <benchmark/benchmark.h>

#include <cmath>
#include <random>

#include "framework/base/random_block.hpp"
#include "framework/wave/detector.hpp"
#include "framework/wave/imaging.hpp"

namespace {

using namespace ronchi;
using namespace ronchi::wave;

/// A lens with all aberrations, both envelopes and an aperture.
LensOptions lens_options() {
  LensOptions o;
  for (const auto& term : aberration_terms()) {
    o.aberrations.*term.value = 3;
    if (term.azimuth != nullptr) o.aberrations.*term.azimuth = 20;
  }
  o.aberrations.C10 = -8;
  o.focal_spread = 3;
  o.source_angle = 0.1;
  o.aperture = 40;
  return o;
}

/// The spectrum of a strong phase object within two thirds of the Nyquist frequency.
Field spectrum(const Grid& grid) {
  const Fft fft(grid);
  Field wave(static_cast<std::size_t>(grid.pixels()));
  std::vector<float> phase(wave.size());
  RandomBlock(1, 2, 3, 4).normal(0, phase);
  for (std::size_t i = 0; i < wave.size(); ++i) wave[i] = std::polar(1.f, 0.5f * phase[i]);
  fft.forward(wave.data());
  for (std::int64_t y = 0; y < grid.ny; ++y)
    for (std::int64_t x = 0; x < grid.nx; ++x)
      if (std::hypot(grid.frequency(y, grid.ny), grid.frequency(x, grid.nx)) > grid.nyquist() * 2 / 3)
        wave[static_cast<std::size_t>(y * grid.nx + x)] = 0;
  return wave;
}

/// Wave of `from` pixels at 0.217 A, image of `to` pixels of the same field.
struct Setting {
  Setting(std::int64_t from, std::int64_t to)
      : wave{from, from, 0.217},
        image{to, to, 0.217 * static_cast<double>(from) / static_cast<double>(to)},
        psi(spectrum(wave)),
        imaging(wave, wave.nyquist() * 2 / 3, image),
        clean(static_cast<std::size_t>(image.pixels())) {}
  Grid wave, image;
  Field psi;
  Imaging imaging;
  RealField clean;
};

void images(benchmark::State& state) {
  Setting s(state.range(0), state.range(1));
  Detector detector({}, s.image);
  std::vector<std::uint16_t> noisy(s.clean.size());
  LensOptions o = lens_options();
  std::uint64_t item = 0;
  for (auto _ : state) {  // another lens for each image
    o.aberrations.C10 = -8 + 0.1 * static_cast<double>(item % 5);
    s.imaging(Lens(o, 200), s.psi.data(), s.clean.data());
    benchmark::DoNotOptimize(detector.record(s.clean.data(), 1, 2, item++, 0, noisy.data()));
  }
  state.SetItemsProcessed(state.iterations());
  const Grid working = s.imaging.working_grid(Lens(o, 200));
  state.SetLabel("working grid " + std::to_string(working.nx));
}

void lens_alone(benchmark::State& state) {
  Setting s(state.range(0), state.range(1));
  const Lens lens(lens_options(), 200);
  for (auto _ : state) s.imaging(lens, s.psi.data(), s.clean.data());
  state.SetItemsProcessed(state.iterations());
}

void transfer_function(benchmark::State& state) {
  const auto sets = available_transfer_kernels();
  const auto& kernels = *sets.sets[std::min<std::int64_t>(state.range(1), sets.count - 1)];
  Setting s(state.range(0), state.range(0));
  const Lens lens(lens_options(), 200);
  Field out(s.psi.size());
  const std::int64_t n = s.wave.nx;
  for (auto _ : state)
    for (std::int64_t y = 0; y < n; ++y)
      kernels.apply(lens.column(s.wave.frequency(y, n), -1.1, 0.01, {}), n, reinterpret_cast<const float*>(s.psi.data() + y * n),
                    reinterpret_cast<float*>(out.data() + y * n));
  state.SetItemsProcessed(state.iterations());
  state.SetLabel(kernels.name);
}

/// The transforms of an image alone: columns and rows of the whole working grid, intensities to the cropped image.
void transforms_alone(benchmark::State& state) {
  Setting s(state.range(0), state.range(1));
  const Grid working = s.imaging.working_grid(Lens(lens_options(), 200));
  const Fft fft(working);
  const RealFft real(working), image(s.image);
  Field field(static_cast<std::size_t>(working.pixels())), other(field.size());
  RealField intensity(field.size());
  const std::int64_t n = working.nx;
  for (auto _ : state) {
    for (std::int64_t x = 0; x < n; x += Fft::group) fft.inverse_columns(field.data() + x * n, other.data());
    for (std::int64_t y = 0; y < n; ++y) fft.inverse_row(field.data() + y * n, other.data());
    if (n == s.image.nx) continue;
    real.forward(intensity.data(), s.image.nx / 2, other.data());
    image.inverse(other.data(), s.clean.data());
  }
  state.SetItemsProcessed(state.iterations());
}

void detector_alone(benchmark::State& state) {
  Setting s(state.range(0), state.range(0));
  s.imaging(Lens(lens_options(), 200), s.psi.data(), s.clean.data());
  Detector detector({}, s.image);
  std::vector<std::uint16_t> noisy(s.clean.size());
  std::uint64_t item = 0;
  for (auto _ : state) benchmark::DoNotOptimize(detector.record(s.clean.data(), 1, 2, item++, 0, noisy.data()));
  state.SetItemsProcessed(state.iterations());
}

void detector_made(benchmark::State& state) {
  const Grid image{state.range(0), state.range(0), 0.217};
  for (auto _ : state) benchmark::DoNotOptimize(Detector({}, image).electrons_per_pixel());
}

constexpr std::int64_t pixels = 256 * 256;

/// Poisson numbers of 256 x 256 pixels with means within 30 % of range(0); range(1) is the instruction set.
void poisson(benchmark::State& state) {
  const auto sets = available_random_kernels();
  const auto& kernels = *sets.sets[std::min<std::int64_t>(state.range(1), sets.count - 1)];
  std::vector<float> means(pixels), out(pixels);
  RandomBlock(1, 2, 3, 4).uniform(0, means);
  for (float& m : means) m = static_cast<float>(state.range(0)) * 0.1f * (0.7f + 0.6f * m);
  std::uint64_t item = 0;
  for (auto _ : state) {
    RandomBlock block(1, 2, item++, 5);
    block.use_kernels(kernels);
    block.poisson(0, means, out);
  }
  state.SetLabel(kernels.name + std::string(", mean ") + std::to_string(0.1 * static_cast<double>(state.range(0))));
}

void normal(benchmark::State& state) {
  std::vector<float> out(pixels);
  std::uint64_t item = 0;
  for (auto _ : state) RandomBlock(1, 2, item++, 5).normal(0, out);
}

void bits(benchmark::State& state) {
  std::vector<std::uint32_t> out(pixels);
  std::uint64_t item = 0;
  for (auto _ : state) RandomBlock(1, 2, item++, 5).bits(0, out);
}

void standard_poisson(benchmark::State& state) {
  std::mt19937_64 generator(1);
  std::vector<float> out(pixels);
  for (auto _ : state)
    for (float& v : out)
      v = static_cast<float>(std::poisson_distribution<int>(0.1 * static_cast<double>(state.range(0)))(generator));
  state.SetLabel("mean " + std::to_string(0.1 * static_cast<double>(state.range(0))));
}

}  // namespace

BENCHMARK(images)->Args({256, 256})->Args({256, 128})->Args({512, 256})->Args({512, 512})->Unit(benchmark::kMicrosecond);
BENCHMARK(lens_alone)->Args({256, 256})->Args({256, 128})->Args({512, 256})->Args({512, 512})->Unit(benchmark::kMicrosecond);
BENCHMARK(transfer_function)->ArgsProduct({{256, 512}, {0, 1, 2}})->Unit(benchmark::kMicrosecond);
BENCHMARK(transforms_alone)->Args({256, 256})->Args({256, 128})->Args({512, 256})->Args({512, 512})->Unit(benchmark::kMicrosecond);
BENCHMARK(detector_alone)->Arg(128)->Arg(256)->Arg(512)->Unit(benchmark::kMicrosecond);
BENCHMARK(detector_made)->Arg(256)->Unit(benchmark::kMicrosecond);
BENCHMARK(poisson)->ArgsProduct({{1, 10, 100, 150, 1000, 10000, 100000}, {0}})->Unit(benchmark::kMicrosecond);
BENCHMARK(poisson)->ArgsProduct({{10, 1000}, {1, 2}})->Unit(benchmark::kMicrosecond);
BENCHMARK(normal)->Unit(benchmark::kMicrosecond);
BENCHMARK(bits)->Unit(benchmark::kMicrosecond);
BENCHMARK(standard_poisson)->Arg(10)->Arg(1000)->Unit(benchmark::kMicrosecond);

BENCHMARK_MAIN();
