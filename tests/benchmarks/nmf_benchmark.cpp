// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// The fused data pass and whole NMF iterations. Run: nmf_benchmark --benchmark_format=json [--benchmark_filter=...]
// Threads: OMP_NUM_THREADS (1 for the figures per core).
#include <benchmark/benchmark.h>

#include <cstdlib>

#include "stages/decompose/fused_pass.hpp"
#include "stages/decompose/hals.hpp"
#include "stages/decompose/starts.hpp"
#include "tests/support/counts.hpp"

namespace {

using namespace ronchi;
using namespace ronchi::decompose;

template <class T>
struct Setup {
  testing::VectorFrames<T> source;
  Communicator alone;
  Matrix x;
  Scaling scaling;
  FusedPass pass;
  Setup(std::int64_t n, std::int64_t m, const Kernels& kernels, const IntegerKernels* integers = nullptr)
      : source(n, m, values(n, m)), x(source, {}, alone), scaling(measure(x, false)), pass(x, scaling, kernels, integers) {}
  /// Rows repeat, so that making them does not take longer than the benchmark.
  static std::vector<T> values(std::int64_t n, std::int64_t m) {
    const auto few = testing::poisson_counts<T>(64, m, 8, 0.1 * static_cast<double>(m));
    std::vector<T> all;
    for (std::int64_t i = 0; i < n; ++i) all.insert(all.end(), few.begin() + i % 64 * m, few.begin() + (i % 64 + 1) * m);
    return all;
  }
};

/// One pass over 6144 frames, 4 n m k floating-point operations or as many products of integers.
template <class T>
void time_passes(benchmark::State& state, Setup<T>& s, const char* name) {
  const int k = static_cast<int>(state.range(0));
  Model model = random_start(s.pass, k, 1, 0);
  WeightUnits units;
  const auto pass = [&] {
    return s.pass.run(
        model.h, k,
        [&](Panel& panel) {
          for (int r = 0; r < panel.rows; ++r)
            for (int c = 0; c < k; ++c) panel.out[r * k + c] = panel.a[c * panel.ld + r];
          return 0.0;
        },
        true, &units);
  };
  (void)pass();  // the units are known from now on
  for (auto _ : state) benchmark::DoNotOptimize(pass().wtx.data());
  const auto elements = static_cast<double>(s.x.rows() * s.x.columns());
  state.counters["GFLOP/s"] = benchmark::Counter(4 * elements * k * 1e-9, benchmark::Counter::kIsIterationInvariantRate);
  state.counters["X_GB/s"] = benchmark::Counter(elements * sizeof(T) * 1e-9, benchmark::Counter::kIsIterationInvariantRate);
  state.SetLabel(name);
}

constexpr std::int64_t frames = 6144;

/// Arguments: k, pixels, instruction set (0 = the fastest).
template <class T>
void fused_pass(benchmark::State& state) {
  const auto list = available_kernels();
  if (state.range(2) >= list.count) return state.SkipWithError("this processor has fewer instruction sets");
  const Kernels& kernels = *list.sets[state.range(2)];
  Setup<T> s(frames, state.range(1), kernels);
  time_passes(state, s, kernels.name);
}
template <class T>
void integer_pass(benchmark::State& state) {
  const auto list = available_integer_kernels();
  if (state.range(2) >= list.count) return state.SkipWithError("this processor has fewer instruction sets");
  const IntegerKernels& integers = *list.sets[state.range(2)];
  Setup<T> s(frames, state.range(1), best_kernels(), &integers);
  time_passes(state, s, integers.name);
}
void sizes(benchmark::internal::Benchmark* b) {
  for (const int k : {8, 16})
    for (const int m : {4096, 16384})
      for (const int set : {0, 1, 2, 3}) b->Args({k, m, set});
  b->ArgNames({"k", "pixels", "set"})->Unit(benchmark::kMillisecond)->UseRealTime();
}
BENCHMARK_TEMPLATE(fused_pass, std::uint8_t)->Apply(sizes);
BENCHMARK_TEMPLATE(fused_pass, std::uint16_t)->Apply(sizes);
BENCHMARK_TEMPLATE(integer_pass, std::uint8_t)->Apply(sizes);
BENCHMARK_TEMPLATE(integer_pass, std::uint16_t)->Apply(sizes);

/// A whole accelerated HALS iteration. Arguments: k, 1 for integer arithmetic.
template <class T>
void iteration(benchmark::State& state) {
  const int k = static_cast<int>(state.range(0));
  Setup<T> s(20000, 4096, best_kernels(), state.range(1) != 0 ? &best_integer_kernels() : nullptr);
  Model model = random_start(s.pass, k, 1, 0);
  for (auto _ : state) benchmark::DoNotOptimize(iterate(model, s.pass, {}));
}
void models(benchmark::internal::Benchmark* b) {
  for (const int k : {8, 16})
    for (const int integer : {0, 1}) b->Args({k, integer});
  b->ArgNames({"k", "integer"})->Unit(benchmark::kMillisecond)->UseRealTime();
}
BENCHMARK_TEMPLATE(iteration, std::uint8_t)->Apply(models);
BENCHMARK_TEMPLATE(iteration, std::uint16_t)->Apply(models);

}  // namespace

int main(int argc, char** argv) {
  const char* threads = std::getenv("OMP_NUM_THREADS");
  const KokkosSession kokkos(threads != nullptr ? std::atoi(threads) : 1);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
