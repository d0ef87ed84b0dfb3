// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// The same bytes for any number of threads. Kokkos takes its number of threads once per process: without arguments this
// program runs itself with 1, 2 and 3 threads and compares what they print.
#include <string>

#include "framework/base/sha256.hpp"
#include "framework/kokkos.hpp"
#include "stages/components/sweep.hpp"
#include "tests/support/counts.hpp"
#include "tests/support/threads.hpp"

namespace {

using namespace ronchi;

std::string hash_of_a_sweep() {
  const testing::VectorFrames<std::uint8_t> source(6000, 80, testing::poisson_counts<std::uint8_t>(6000, 80, 3, 200));
  const Communicator alone;
  components::SweepOptions options;
  options.most = 6;
  options.perturbations = 2;
  options.sketch = 16;
  options.iterations = 15;
  const engine::Team team(alone, 1, {}, [] { return false; }, {});
  const auto f = sweep(source, {}, options, 5, decompose::Matrix::in_memory, team).findings;
  Sha256 hash;
  const auto add = [&](const auto& values) { hash.update(std::as_bytes(std::span(values))); };
  add(f.spectrum);
  add(f.stability_least);
  add(f.stability_mean);
  for (const auto& runs : f.deviance) add(runs);
  for (const auto& runs : f.distinct) add(runs);
  return hash.hex();
}

}  // namespace

int main(int argc, char** argv) { return testing::same_for_any_threads(argc, argv, 64, hash_of_a_sweep); }
