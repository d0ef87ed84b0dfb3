// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Truth: a stopped run ends with 75, and what it committed is not done again (the test stages log every item they begin).
#include <signal.h>

#include <fmt/format.h>

#include <functional>
#include <thread>

#include "tests/support/bench.hpp"

namespace ronchi::testing {
namespace {

class Stop : public Bench {
 protected:
  void SetUp() override { job("  numbers: {items: 30, per_task: 2}\n  total: {after: numbers, steps: 30}\n"); }

  /// Stops a run, which comes no further than to the items that are held, once `reached`; expects 75, goes on, and looks at what
  /// was done in all.
  void stop_and_go_on(int ranks, int signal_number, const std::function<bool()>& reached) {
    Process process(command(ranks), with_log({}));
    ASSERT_TRUE(wait_for(reached)) << process.output();
    process.signal(signal_number);
    EXPECT_EQ(process.wait(), 75) << process.output();
    EXPECT_NE(process.output().find("run the same command again"), std::string::npos) << process.output();
    open_gate();
    const auto rest = go(ranks);
    EXPECT_EQ(rest.code, 0) << rest.output;
    const auto count = begun();
    EXPECT_EQ(count.size(), 60u);
    for (const auto& [item, times] : count) EXPECT_EQ(times, 1) << item;
    expect_undisturbed();
  }
};

}  // namespace

TEST_F(Stop, Usr1InAMapRepeatsNothing) {
  hold("numbers", 6);
  stop_and_go_on(1, SIGUSR1, [&] { return parts("numbers") >= 3; });
}
TEST_F(Stop, Usr1PassedOnByMpirunRepeatsNothing) {
  hold("numbers", 6);
  stop_and_go_on(2, SIGUSR1, [&] { return parts("numbers") >= 3; });
}
TEST_F(Stop, TermWithoutALauncherRepeatsNothing) {
  hold("numbers", 6);
  stop_and_go_on(1, SIGTERM, [&] { return parts("numbers") >= 3; });
}
TEST_F(Stop, InACollectiveStageTheCheckpointIsTakenUp) {
  hold("total", 6);
  stop_and_go_on(2, SIGUSR1, [&] { return checkpoint("total") >= 5; });
}
/// With several nodes rank 0 only hands out work: it hears the signal all the same.
TEST_F(Stop, ASignalToOneRankStopsAll) {
  for (const int rank : {0, 1, 2}) {
    std::filesystem::remove_all(out());
    (void)begun();
    hold("numbers", 4);
    Process process(command(3), with_log({{"RONCHI_NODES", "2"}}));
    ASSERT_TRUE(wait_for([&] { return parts("numbers") >= 2; })) << process.output();
    const auto pids = process.below(RONCHI_TEST_PROGRAM);
    ASSERT_EQ(pids.size(), 3u);
    for (const auto pid : pids)
      if (contents("/proc/" + std::to_string(pid) + "/environ").find(fmt::format("OMPI_COMM_WORLD_RANK={}", rank) + '\0') !=
          std::string::npos)
        ::kill(pid, SIGUSR1);
    std::this_thread::sleep_for(std::chrono::milliseconds(300));  // the others are held: they can only be told by the one that was
    open_gate();
    EXPECT_EQ(process.wait(), 75) << process.output();
    int numbers = 0;
    for (const auto& [item, times] : begun()) numbers += item.starts_with("numbers") ? 1 : 0;
    EXPECT_LT(numbers, 30) << "rank " << rank << " was told, and all the work was done all the same";
    EXPECT_EQ(go(2).code, 0);
    expect_undisturbed();
  }
}

/// 60 items of 70 ms do not fit into two runs of a second, whatever the machine; a second is enough for one of them.
TEST_F(Stop, AfterATimeLimit) {
  const std::vector<std::string> slow{"numbers.milliseconds=70", "total.milliseconds=70", "--stop-after"};
  const auto limited = [&](int ranks, const std::string& seconds) {
    auto words = slow;
    words.push_back(seconds);
    return go(ranks, words);
  };
  const auto first = limited(2, "0.15");
  EXPECT_EQ(first.code, 75) << first.output;
  int runs = 0;
  while (limited(1, "1").code == 75 && runs < 60) ++runs;
  EXPECT_GT(runs, 1);
  EXPECT_LT(runs, 60) << "every run does at least one item";
  for (const auto& [item, times] : begun()) EXPECT_EQ(times, 1) << item;
  expect_undisturbed();
}

TEST_F(Stop, ADifferentNumberOfRanksTakesUpTheCheckpoint) {
  hold("total", 6);
  Process process(command(3), with_log({}));
  ASSERT_TRUE(wait_for([&] { return checkpoint("total") >= 5; })) << process.output();
  process.signal(SIGUSR1);
  EXPECT_EQ(process.wait(), 75) << process.output();
  EXPECT_TRUE(begun().contains("total 0"));
  open_gate();
  EXPECT_EQ(go(2).code, 0);
  const auto count = begun();
  EXPECT_FALSE(count.contains("total 0"));
  EXPECT_TRUE(count.contains("total 29"));
  expect_undisturbed();
}

/// A run that is killed between its last commit and the removal leaves them.
TEST_F(Stop, CheckpointsOfACompleteStageAreRemoved) {
  ASSERT_EQ(go(1).code, 0);
  const auto checkpoints = stage("total") / "checkpoints";
  std::filesystem::create_directory(checkpoints);
  write_file(checkpoints / "19.h5", "left behind");
  ASSERT_EQ(go(1).code, 0);
  EXPECT_FALSE(std::filesystem::exists(checkpoints));
}

}  // namespace ronchi::testing
