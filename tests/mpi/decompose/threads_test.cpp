// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// The same bytes for any number of threads. Kokkos takes its number of threads once per process: without arguments this
// program runs itself with 1, 2 and 3 threads and compares what they print.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>

#include "framework/base/sha256.hpp"
#include "stages/decompose/divergence_solve.hpp"
#include "stages/decompose/fused_pass.hpp"
#include "stages/decompose/solve.hpp"
#include "tests/support/counts.hpp"

namespace {

using namespace ronchi;
using namespace ronchi::decompose;

template <class T>
void add(Sha256& hash, const std::vector<T>& values) {
  hash.update(std::as_bytes(std::span(values)));
}

std::string hash_of_everything(const IntegerKernels* integers) {
  const testing::VectorFrames<std::uint8_t> source(9000, 100, testing::poisson_counts<std::uint8_t>(9000, 100, 5, 300));
  const Communicator alone;
  const Matrix x(source, {}, alone);
  const Scaling scaling = measure(x, true);
  FusedPass pass(x, scaling, best_kernels(), integers);
  PcaOptions pca_options;
  pca_options.components = 5;
  pca_options.passes = 5;
  const Pca pca = principal_components(pass, pca_options, 1);
  SolveOptions options;
  options.iterations = 15;
  options.tolerance = 0;
  const Solution s = solve(
      pass, 5, [&](int) { return nndsvd_start(pass, pca, 5, true, 1); }, options);
  DivergencePass counts(x, scaling);
  const Solution likely = solve_divergence(
      counts, 5, [&] { return s; }, options);
  Sha256 hash;
  add(hash, likely.model.w);
  add(hash, likely.model.h);
  add(hash, likely.error);
  add(hash, likely.kkt);
  add(hash, s.model.w);
  add(hash, s.model.h);
  add(hash, s.error);
  add(hash, s.kkt);
  add(hash, pca.squares);
  add(hash, pca.scores);
  return hash.hex();
}

std::string output_of(const std::string& command) {
  std::string text;
  FILE* pipe = popen(command.c_str(), "r");
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) text += static_cast<char>(c);
  return pclose(pipe) == 0 ? text : "failed";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) {
    const KokkosSession kokkos(std::atoi(argv[1]));
    if (host_threads() != std::atoi(argv[1])) return 2;
    std::puts((hash_of_everything(nullptr) + hash_of_everything(&best_integer_kernels())).c_str());
    return 0;
  }
  const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  std::set<std::string> seen;
  for (const char* threads : {"1", "2", "3"}) {
    const std::string hash = output_of("OMP_NUM_THREADS=" + std::string(threads) + " " + self + " " + threads);
    std::printf("%s threads: %s", threads, hash.c_str());
    seen.insert(hash);
  }
  return seen.size() == 1 && seen.begin()->size() == 129 ? 0 : 1;
}
