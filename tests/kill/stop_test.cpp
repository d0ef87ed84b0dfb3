// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Truth: a stopped run ends with 75, and what it committed is not done again (the test stages log every item they begin).
#include <signal.h>

#include <functional>
#include <thread>

#include "tests/support/bench.hpp"

namespace ronchi::testing {
namespace {

class Stop : public Bench {
 protected:
  void SetUp() override {
    job(R"(  numbers: {items: 30, per_task: 2, milliseconds: 20}
  total: {after: numbers, steps: 30, milliseconds: 20}
)");
  }

  void wait_for(const std::function<bool()>& what) {
    for (int i = 0; i < 5000 && !what(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    ASSERT_TRUE(what());
  }
  int parts() const {
    int n = 0;
    std::error_code ec;
    for (const auto& e : std::filesystem::directory_iterator(stage("numbers") / "parts", ec))
      n += e.path().filename().string()[0] != '.' ? 1 : 0;
    return n;
  }
  /// Stops a run once `reached`, expects 75, goes on, and looks at what was done in all.
  void stop_and_go_on(int ranks, int signal_number, bool ranks_themselves, const std::function<bool()>& reached) {
    Process process(command(ranks), with_log({}));
    wait_for([&] { return std::filesystem::exists(out()) && !stage("numbers").empty(); });
    wait_for(reached);
    if (ranks_themselves)
      for (const auto pid : process.below(RONCHI_TEST_PROGRAM)) ::kill(pid, signal_number);
    else
      process.signal(signal_number);
    EXPECT_EQ(process.wait(), 75) << process.output();
    EXPECT_NE(process.output().find("run the same command again"), std::string::npos) << process.output();
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
  stop_and_go_on(1, SIGUSR1, false, [&] { return parts() >= 3; });
}
TEST_F(Stop, Usr1PassedOnByMpirunRepeatsNothing) {
  stop_and_go_on(2, SIGUSR1, false, [&] { return parts() >= 3; });
}
TEST_F(Stop, TermWithoutALauncherRepeatsNothing) {
  stop_and_go_on(1, SIGTERM, false, [&] { return parts() >= 3; });
}
TEST_F(Stop, InACollectiveStageTheCheckpointIsTakenUp) {
  stop_and_go_on(2, SIGUSR1, false, [&] {
    return std::filesystem::exists(stage("total") / "checkpoints" / "5.h5") ||
           std::filesystem::exists(stage("total") / "checkpoints" / "9.h5");
  });
}
TEST_F(Stop, ASignalToOneRankStopsAll) {
  ::setenv("RONCHI_NODES", "2", 1);
  Process process(command(3), with_log({}));
  wait_for([&] { return std::filesystem::exists(out()) && !stage("numbers").empty() && parts() >= 2; });
  const auto pids = process.below(RONCHI_TEST_PROGRAM);
  ASSERT_EQ(pids.size(), 3u);
  ::kill(pids[2], SIGUSR1);
  EXPECT_EQ(process.wait(), 75) << process.output();
  ::unsetenv("RONCHI_NODES");
  EXPECT_EQ(go(2).code, 0);
  expect_undisturbed();
}

TEST_F(Stop, AfterATimeLimit) {
  const auto first = go(2, {"--stop-after", "0.15"});
  EXPECT_EQ(first.code, 75) << first.output;
  int runs = 0;
  while (go(1, {"--stop-after", "0.3"}).code == 75 && runs < 20) ++runs;
  EXPECT_GT(runs, 1);
  EXPECT_LT(runs, 20);
  for (const auto& [item, times] : begun()) EXPECT_EQ(times, 1) << item;
  expect_undisturbed();
}

TEST_F(Stop, ADifferentNumberOfRanksTakesUpTheCheckpoint) {
  EXPECT_EQ(go(3, {"--stop-after", "0.7"}).code, 75);
  EXPECT_EQ(go(2).code, 0);
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

/// With several nodes rank 0 only hands out work: it hears the signal all the same.
TEST_F(Stop, ASignalToTheCoordinatorStopsAll) {
  Process process(command(3), with_log({{"RONCHI_NODES", "2"}}));
  wait_for([&] { return std::filesystem::exists(out()) && !stage("numbers").empty() && parts() >= 2; });
  const auto pids = process.below(RONCHI_TEST_PROGRAM);
  ASSERT_EQ(pids.size(), 3u);
  for (const auto pid : pids)
    if (contents("/proc/" + std::to_string(pid) + "/environ").find(std::string("OMPI_COMM_WORLD_RANK=0") + '\0') !=
        std::string::npos)
      ::kill(pid, SIGUSR1);
  EXPECT_EQ(process.wait(), 75) << process.output();
  EXPECT_EQ(go(2).code, 0);
  expect_undisturbed();
}

}  // namespace ronchi::testing
