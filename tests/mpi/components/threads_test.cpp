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
#include "framework/kokkos.hpp"
#include "stages/components/sweep.hpp"
#include "tests/support/counts.hpp"

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
    std::puts((hash_of_a_sweep()).c_str());
    return 0;
  }
  const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  std::set<std::string> seen;
  for (const char* threads : {"1", "2", "3"}) {
    const std::string hash = output_of("OMP_NUM_THREADS=" + std::string(threads) + " " + self + " " + threads);
    std::printf("%s threads: %s", threads, hash.c_str());
    seen.insert(hash);
  }
  return seen.size() == 1 && seen.begin()->size() == 65 ? 0 : 1;
}
