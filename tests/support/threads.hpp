// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>

#include "framework/kokkos.hpp"

namespace ronchi::testing {

/// The main function of a test that a result does not depend on the number of threads. Kokkos takes that number once per process:
/// without arguments the program runs itself with 1, 2 and 3 threads and compares what they print, which is `hash()`, of `length`
/// characters.
template <class Hash>
int same_for_any_threads(int argc, char** argv, std::size_t length, const Hash& hash) {
  if (argc > 1) {
    const KokkosSession kokkos(std::atoi(argv[1]));
    if (host_threads() != std::atoi(argv[1])) return 2;
    std::puts(hash().c_str());
    return 0;
  }
  const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  std::set<std::string> seen;
  for (const char* threads : {"1", "2", "3"}) {
    std::string text;
    FILE* pipe = popen(("OMP_NUM_THREADS=" + std::string(threads) + " " + self + " " + threads).c_str(), "r");
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) text += static_cast<char>(c);
    if (pclose(pipe) != 0) text = "failed";
    std::printf("%s threads: %s", threads, text.c_str());
    seen.insert(text);
  }
  return seen.size() == 1 && seen.begin()->size() == length + 1 ? 0 : 1;
}

}  // namespace ronchi::testing
