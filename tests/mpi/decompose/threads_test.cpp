// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// The same bytes for any number of threads. Kokkos takes its number of threads once per process: without arguments this
// program runs itself with 1, 2 and 3 threads and compares what they print.
#include <string>

#include "framework/base/sha256.hpp"
#include "stages/decompose/divergence_solve.hpp"
#include "stages/decompose/fused_pass.hpp"
#include "stages/decompose/solve.hpp"
#include "tests/support/counts.hpp"
#include "tests/support/threads.hpp"

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

}  // namespace

int main(int argc, char** argv) {
  return testing::same_for_any_threads(argc, argv, 128,
                                       [] { return hash_of_everything(nullptr) + hash_of_everything(&best_integer_kernels()); });
}
