// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Truth: the files of an undisturbed run. A run that wakes up after another one has taken over its job would write something
// else (a wrong row, a bad item, a wrong checkpoint); nothing of it may be seen.
#include <signal.h>

#include <algorithm>
#include <memory>

#include "tests/support/bench.hpp"

namespace ronchi::testing {
namespace {

class Fence : public Bench {
 protected:
  using Run = std::unique_ptr<Process>;

  Run start(int ranks, const std::string& fault, std::vector<std::string> more = {}) {
    return std::make_unique<Process>(
        command(ranks, std::move(more)),
        Environment{{"RONCHI_TEST_LOG", "/dev/null"}, {"RONCHI_TEST_FAULT", fault}, {"RONCHI_TEST_GATE", gate().string()}});
  }
  /// The ranks of a run that have stopped themselves.
  static std::vector<pid_t> asleep(const Process& run) {
    std::vector<pid_t> pids;
    for (const pid_t pid : run.below(RONCHI_TEST_PROGRAM)) {
      const std::string stat = contents("/proc/" + std::to_string(pid) + "/stat");
      if (stat.find(") T ") != std::string::npos) pids.push_back(pid);
    }
    return pids;
  }
  static pid_t sleeping_child(const Process& run) {
    std::error_code ec;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", ec))
      if (contents(entry.path() / "stat").find(") T " + std::to_string(run.pid()) + " ") != std::string::npos)
        return std::atoi(entry.path().filename().c_str());
    return 0;
  }
  [[nodiscard]] int count(const std::filesystem::path& directory) const {
    std::error_code ec;
    return static_cast<int>(std::distance(std::filesystem::directory_iterator(directory, ec), {}));
  }
  [[nodiscard]] int epochs() const { return count(out() / "epochs"); }

  /// Runs until `sleepers` ranks sleep; another run does the job; the first wakes up.
  void wake_after_another(int ranks, const std::string& fault, std::size_t sleepers) {
    std::filesystem::remove_all(folder_ / "out");
    const Run old = start(ranks, fault);
    ASSERT_TRUE(wait_for([&] { return asleep(*old).size() == sleepers; }));
    const auto newer = go(ranks);
    EXPECT_EQ(newer.code, 0) << newer.output;
    const auto after = results(out());
    for (const pid_t pid : asleep(*old)) ::kill(pid, SIGCONT);
    EXPECT_EQ(old->wait(), 10) << fault << "\n" << old->output();
    EXPECT_NE(old->output().find("took over the job"), std::string::npos) << old->output();
    EXPECT_EQ(difference(results(out()), after), "") << fault;
    EXPECT_EQ(count(stage("numbers") / "failed"), 0) << fault;
    for (const auto& e : std::filesystem::recursive_directory_iterator(out()))
      EXPECT_EQ(e.path().string().find(".tmp-"), std::string::npos) << e.path();
    expect_undisturbed();
  }
};

}  // namespace

TEST_F(Fence, AMapThatWakesUpWritesNothing) {
  job("  numbers: {items: 12, per_task: 3}\n  squares: {after: numbers}\n");
  for (const int ranks : {1, 2})
    for (const char* what : {"wrong", "fail"}) wake_after_another(ranks, std::string("numbers:4:stop;numbers:4:") + what, 1);
}

TEST_F(Fence, ACollectiveStageThatWakesUpWritesNoCheckpointAndNoResult) {
  job("  numbers: {items: 6}\n  total: {after: numbers, steps: 8}\n");
  for (const int ranks : {1, 2})
    for (const int step : {4, 7}) {  // 7: the last one, nothing follows but the result
      const auto at = "total:" + std::to_string(step);
      wake_after_another(ranks, at + ":stop;" + at + ":wrong", static_cast<std::size_t>(ranks));
      EXPECT_FALSE(std::filesystem::exists(stage("total") / "checkpoints"));
    }
}

TEST_F(Fence, OfTwoRunsThatStartAtOnceOneGoesOn) {
  job("  numbers: {items: 8, per_task: 1}\n  squares: {after: numbers}\n");
  const auto expected = undisturbed();
  for (int round = 0; round < 20; ++round) {
    std::filesystem::remove_all(folder_ / "out");
    std::filesystem::remove(gate());
    const Run a = start(1, "numbers:7:wait"), b = start(1, "numbers:7:wait");
    ASSERT_TRUE(wait_for([&] { return epochs() == 2; }));  // until then neither can get past item 7
    write_file(gate(), "");
    std::vector<int> codes{a->wait(), b->wait()};
    std::sort(codes.begin(), codes.end());
    EXPECT_EQ(codes, (std::vector<int>{0, 10})) << a->output() << "\n" << b->output();
    EXPECT_EQ(difference(results(out()), expected), "");
  }
}

TEST_F(Fence, SlicesLiveSideBySideUntilTheSameSliceOrAWholeRunComes) {
  job("  numbers: {items: 12, per_task: 2}\n");
  const Run first = start(1, "numbers:8:wait", {"--slice", "0/2"});  // tasks 0, 2, 4: items 0-1, 4-5, 8-9
  ASSERT_TRUE(wait_for([&] { return epochs() == 1; }));
  const auto other = go(1, {"--slice", "1/2"});
  EXPECT_EQ(other.code, 0) << other.output;
  write_file(gate(), "");
  EXPECT_EQ(first->wait(), 0) << first->output();

  std::filesystem::remove_all(folder_ / "out");
  std::filesystem::remove(gate());
  const Run older = start(1, "numbers:8:wait", {"--slice", "0/2"});
  ASSERT_TRUE(wait_for([&] { return epochs() == 1; }));
  const Run newer = start(1, "numbers:8:wait", {"--slice", "0/2"});
  ASSERT_TRUE(wait_for([&] { return newer->output().empty() && contents(out() / "epochs" / "2.0of2") != ""; }));
  write_file(gate(), "");
  EXPECT_EQ(older->wait(), 10) << older->output();
  EXPECT_EQ(newer->wait(), 0) << newer->output();

  std::filesystem::remove_all(folder_ / "out");
  std::filesystem::remove(gate());
  const Run slice = start(1, "numbers:8:wait", {"--slice", "0/2"});
  ASSERT_TRUE(wait_for([&] { return epochs() == 1; }));
  EXPECT_EQ(go(1).code, 0);
  write_file(gate(), "");
  EXPECT_EQ(slice->wait(), 10) << slice->output();
  expect_undisturbed();
}

TEST_F(Fence, AChildThatWakesUpInASuspectItemBlamesNobody) {
  job("  numbers: {items: 4, per_task: 2}\n");
  EXPECT_GE(go(1, {}, {{"RONCHI_TEST_FAULT", "numbers:1:kill"}}).code, 128);  // item 1 is a suspect now
  const Run old = start(1, "numbers:1:stop;numbers:1:fail");
  pid_t child = 0;
  ASSERT_TRUE(wait_for([&] { return (child = sleeping_child(*old)) != 0; }));
  EXPECT_EQ(go(1).code, 0);
  ::kill(child, SIGCONT);
  EXPECT_EQ(old->wait(), 10) << old->output();
  EXPECT_EQ(count(stage("numbers") / "failed"), 0);
  expect_undisturbed();
}

/// The child that tries a suspect item belongs to the run that started it.
TEST_F(Fence, AChildOfASupersededRunWritesNothing) {
  job("  numbers: {items: 4, per_task: 2}\n");
  ASSERT_EQ(go(1, {"--stop-after", "0.000001"}).code, 75);
  write_file(out() / "epochs" / "9", "someone\n");
  const auto child = [&](const char* epoch) {
    return run(ronchi(
        1, {"isolated", (out() / "job.yaml").string(), "numbers", "1", "--output", (folder_ / "out").string(), "--epoch", epoch}));
  };
  const auto stale = child("1");
  EXPECT_EQ(stale.code, 10) << stale.output;
  EXPECT_NE(stale.output.find("someone took over"), std::string::npos) << stale.output;
  EXPECT_EQ(count(stage("numbers") / "parts"), 0);
  EXPECT_EQ(child("9").code, 0);
  EXPECT_EQ(count(stage("numbers") / "parts"), 1);
}

}  // namespace ronchi::testing
