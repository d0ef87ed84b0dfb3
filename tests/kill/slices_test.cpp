// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Truth: three slices at once and a run that sweeps up give the files of one run, each item done exactly once.
#include <memory>
#include <vector>

#include "tests/support/bench.hpp"

namespace ronchi::testing {
namespace {
class Slices : public Bench {};
}  // namespace

TEST_F(Slices, AtOnceThenASweep) {
  job(R"(  numbers: {items: 20, per_task: 2, milliseconds: 5}
  squares: {after: numbers, per_task: 3}
  total: {after: squares}
)");
  std::vector<std::unique_ptr<Process>> slices;
  for (int k = 0; k < 3; ++k)
    slices.push_back(std::make_unique<Process>(command(1, {"--slice", std::to_string(k) + "/3"}), with_log({})));
  for (auto& s : slices) EXPECT_EQ(s->wait(), 0) << s->output();
  EXPECT_FALSE(std::filesystem::exists(stage("numbers") / "index.h5"));
  const auto sweep = go(2);
  EXPECT_EQ(sweep.code, 0) << sweep.output;
  const auto count = begun();
  EXPECT_EQ(count.size(), 20u + 20u + 5u);
  for (const auto& [item, times] : count) EXPECT_EQ(times, 1) << item;
  expect_undisturbed();
}

TEST_F(Slices, ThatAreNoneAreRefused) {
  job("  numbers: {}\n");
  for (const char* slice : {"3/3", "-1/2", "1", "a/b", "0/0", "1/2/3"}) EXPECT_EQ(go(1, {"--slice", slice}).code, 2) << slice;
}

}  // namespace ronchi::testing
