// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// The transforming pass over a raw file in the page cache: uint16, 256 x 256, every step, on as many threads as OMP_NUM_THREADS
// says (2).
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <fstream>

#include "framework/base/random.hpp"
#include "framework/formats/formats.hpp"
#include "framework/kokkos.hpp"
#include "stages/ingest/ingest_pass.hpp"
#include "stages/survey/survey_pass.hpp"
#include "tests/support/temporary.hpp"

namespace {

using namespace ronchi;

constexpr std::int64_t size = 256, ny = 16, nx = 128;  // 256 MiB

std::shared_ptr<const FrameSource> raw_file() {
  static const testing::TemporaryDirectory folder;
  const auto path = folder / "scan.bin";
  if (!std::filesystem::exists(path)) {
    std::ofstream file(path, std::ios::binary);
    std::vector<std::uint16_t> frame(size * size);
    for (std::int64_t f = 0; f < ny * nx; ++f) {
      if (f % 64 == 0) {
        Random random(1, 1, static_cast<std::uint64_t>(f), 0);
        for (auto& v : frame) v = static_cast<std::uint16_t>(random.bits() % 12);
      }
      file.write(reinterpret_cast<const char*>(frame.data()), size * size * 2);
    }
  }
  formats::OpenOptions options;
  options.format = "raw";
  options.type = "uint16";
  options.scan = {ny, nx};
  options.pattern = {size, size};
  return formats::open(path, options);
}

void rate(benchmark::State& state) {
  state.SetBytesProcessed(state.iterations() * ny * nx * size * size * 2);
  state.counters["threads"] = host_threads();
}

/// Bad pixels, shift, bin 2, mask; bright and dark field, sums, maxima, totals.
void transforming_pass(benchmark::State& state) {
  const auto source = raw_file();
  Transform t;
  t.bad_pixels = {1000, 1001, 30000};
  for (std::int64_t f = 0; f < ny * nx; ++f)
    t.shifts.insert(t.shifts.end(), {static_cast<std::int32_t>(f % 7 - 3), static_cast<std::int32_t>(f % 5 - 2)});
  t.bin = 2;
  t.mask.assign(128 * 128, 0);
  for (std::size_t p = 0; p < t.mask.size(); p += 11) t.mask[p] = 1;
  t.output = Scalar::u16;
  const double beam[2] = {128, 128}, unit[2] = {1, 1};
  for (auto _ : state) {
    ingest::IngestPass pass(
        source, t,
        {ingest::ring("bright_field", size, size, beam, unit, 0, 12), ingest::ring("dark_field", size, size, beam, unit, 18, 127)},
        {0, ny});
    for (std::int64_t line = 0; line < ny; ++line) benchmark::DoNotOptimize(pass.line(line).total.data());
  }
  rate(state);
}
BENCHMARK(transforming_pass)->UseRealTime()->Unit(benchmark::kMillisecond);

/// What a later stage pays to read through the view.
void view(benchmark::State& state) {
  const auto source = raw_file();
  Transform t;
  t.bin = 2;
  t.shifts.assign(static_cast<std::size_t>(2 * ny * nx), 1);
  const TransformedFrames frames(source, t);
  std::vector<std::byte> out(static_cast<std::size_t>(nx * frames.info().frame_bytes()));
  for (auto _ : state)
    for (std::int64_t line = 0; line < ny; ++line) frames.read({line * nx, (line + 1) * nx}, out);
  rate(state);
}
BENCHMARK(view)->UseRealTime()->Unit(benchmark::kMillisecond);

/// The survey's pass, bin 2.
void survey_pass(benchmark::State& state) {
  const auto source = raw_file();
  std::vector<std::byte> bytes(static_cast<std::size_t>(nx * source->info().frame_bytes()));
  for (auto _ : state) {
    survey::SurveyPass pass({source->info(), 2, 1, 1, 0, {128, 128, 24, 16, {}}, {}});
    for (std::int64_t line = 0; line < ny; ++line) {
      source->read({line * nx, (line + 1) * nx}, bytes);
      benchmark::DoNotOptimize(pass.line(bytes).total.data());
    }
  }
  rate(state);
}
BENCHMARK(survey_pass)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace

int main(int argc, char** argv) {
  const char* threads = std::getenv("OMP_NUM_THREADS");
  const KokkosSession kokkos(threads != nullptr ? std::atoi(threads) : 2);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
