// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "framework/comm/communicator.hpp"
#include "framework/kokkos.hpp"

namespace {

/// Only rank 0 prints what passes; every rank prints what fails.
class FailuresOnly : public testing::EmptyTestEventListener {
 public:
  explicit FailuresOnly(int rank) : rank_(rank) {}
  void OnTestPartResult(const testing::TestPartResult& result) override {
    if (result.failed()) std::printf("rank %d: %s:%d: %s\n", rank_, result.file_name(), result.line_number(), result.summary());
  }

 private:
  int rank_;
};

}  // namespace

int main(int argc, char** argv) {
  const ronchi::MpiSession mpi(&argc, &argv);
  testing::InitGoogleTest(&argc, argv);
  const auto world = ronchi::Communicator::world();
  const char* threads = std::getenv("OMP_NUM_THREADS");
  const ronchi::KokkosSession kokkos(threads != nullptr ? std::atoi(threads) : 1);
  if (const char* expected = std::getenv("RONCHI_EXPECTED_RANKS"); expected != nullptr && std::atoi(expected) != world.size()) {
    std::printf("expected %s ranks, there are %d: was it started by the launcher it was built with?\n", expected, world.size());
    return 1;
  }
  if (world.rank() != 0) {
    auto& listeners = testing::UnitTest::GetInstance()->listeners();
    delete listeners.Release(listeners.default_result_printer());
    listeners.Append(new FailuresOnly(world.rank()));
  }
  const bool failed = RUN_ALL_TESTS() != 0;
  return world.any(failed) ? 1 : 0;
}
