// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Truth: one item's fault is that item's alone: its row is zero and its status says so, all other rows are as ever.
#include "framework/store/h5.hpp"
#include "tests/support/bench.hpp"
#include "tests/support/stages.hpp"

namespace ronchi::testing {
namespace {

constexpr std::int64_t items = 12, width = 5, bad = 7;

class BadItems : public Bench {
 protected:
  void SetUp() override { job("  numbers: {items: 12, per_task: 4, milliseconds: 3}\n  squares: {after: numbers, per_task: 3}\n"); }

  /// Runs until the job is done; returns how many runs it took.
  int until_done(int ranks, const std::string& fault, std::string* output = nullptr) {
    for (int n = 1; n <= 6; ++n) {
      const auto finished = go(ranks, {}, {{"RONCHI_TEST_FAULT", fault}});
      if (output != nullptr) *output += finished.output;
      if (finished.code == 0) return n;
    }
    return 0;
  }

  void expect_only_this_one_failed(const std::string& reason) {
    const h5::File index = h5::File::open(stage("numbers") / "index.h5");
    const auto status = index.read<std::uint8_t>("status");
    const auto values = index.read<std::int32_t>("values");
    std::vector<std::int64_t> sum(width, 0);
    ASSERT_EQ(status.size(), static_cast<std::size_t>(items));
    for (std::int64_t item = 0; item < items; ++item) {
      EXPECT_EQ(status[static_cast<std::size_t>(item)], item == bad ? 1 : 0) << item;
      for (std::int64_t i = 0; i < width; ++i) {
        const auto v = item == bad ? 0 : number(1, item, i);
        EXPECT_EQ(values[static_cast<std::size_t>(item * width + i)], v);
        sum[static_cast<std::size_t>(i)] += v;
      }
    }
    EXPECT_EQ(index.read<std::int64_t>("sum"), sum);
    std::vector<std::string> records;
    for (const auto& e : std::filesystem::directory_iterator(stage("numbers") / "failed"))
      records.push_back(e.path().filename().string());
    EXPECT_EQ(records, std::vector<std::string>{"7.yaml"});
    const std::string record = contents(stage("numbers") / "failed" / "7.yaml");
    EXPECT_NE(record.find(reason), std::string::npos) << record;
    EXPECT_NE(record.find("quarantined: true"), std::string::npos) << record;
  }

  /// The cause is mended: retry, run, and everything is as if nothing had been.
  void expect_retry_mends() {
    const auto retry = run(ronchi(1, {"retry", out().string()}));
    EXPECT_EQ(retry.code, 0) << retry.output;
    EXPECT_NE(retry.output.find("numbers: 1 items will be done again"), std::string::npos) << retry.output;
    EXPECT_NE(retry.output.find("squares: will be made again"), std::string::npos) << retry.output;
    (void)begun();
    const auto again = go(1);
    EXPECT_EQ(again.code, 0) << again.output;
    EXPECT_EQ(begun().at("numbers 7"), 1);
    expect_undisturbed();
  }
};

}  // namespace

TEST_F(BadItems, AFailureIsQuarantinedAtOnceAndTheJobGoesOn) {
  for (const int ranks : {1, 2}) {
    std::filesystem::remove_all(folder_ / "out");
    std::string output;
    EXPECT_EQ(until_done(ranks, "numbers:7:fail", &output), 1) << output;
    EXPECT_NE(output.find("1 items failed"), std::string::npos) << output;
    expect_only_this_one_failed("item 7 is bad");
  }
  const auto status = run(ronchi(1, {"status", out().string()}));
  EXPECT_NE(status.output.find("12 of 12"), std::string::npos) << status.output;
  expect_retry_mends();
}

TEST_F(BadItems, RetryByReasonAndStage) {
  ASSERT_EQ(until_done(1, "numbers:7:fail"), 1);
  EXPECT_NE(run(ronchi(1, {"retry", out().string(), "--reason", "out of memory"})).output.find("no failed items"),
            std::string::npos);
  EXPECT_EQ(run(ronchi(1, {"retry", out().string(), "--stage", "nubers"})).code, 2);
  EXPECT_NE(run(ronchi(1, {"retry", out().string(), "--stage", "numbers", "--reason", "is bad"})).output.find("1 items"),
            std::string::npos);
}

TEST_F(BadItems, ACrashTakesTwoStrikes) {
  for (const auto& [fault, name] :
       std::map<std::string, std::string>{{"abort", "signal 6"}, {"segfault", "signal 11"}, {"overflow", "signal 11"}}) {
    std::filesystem::remove_all(folder_ / "out");
    std::string output;
    EXPECT_EQ(until_done(1, "numbers:7:" + fault, &output), 2) << output;
    expect_only_this_one_failed(name);
    EXPECT_NE(contents(stage("numbers") / "failed" / "7.yaml").find("strikes: 2"), std::string::npos);
  }
  expect_retry_mends();
}

TEST_F(BadItems, ACrashUnderMpirun) {
  std::string output;
  EXPECT_EQ(until_done(3, "numbers:7:segfault", &output), 2) << output;
  expect_only_this_one_failed("signal 11");
}

TEST_F(BadItems, AnItemThatIsKilledIsSuspectedThenTriedAloneTwice) {
  for (const int ranks : {1, 3}) {
    std::filesystem::remove_all(folder_ / "out");
    std::string output;
    EXPECT_EQ(until_done(ranks, "numbers:7:kill", &output), 2) << output;
    expect_only_this_one_failed("signal 9");
    EXPECT_NE(output.find("was in flight when an earlier run died"), std::string::npos) << output;
  }
}

/// A signal in work on a whole task: each of its items is tried alone, and only there does the guilty one get its two strikes.
TEST_F(BadItems, OfItemsInFlightTogetherOnlyTheGuiltyOneIsHeld) {
  job("  numbers: {items: 12, per_task: 4, together: true}\n");
  for (const std::string signal : {"segfault", "kill"}) {
    std::filesystem::remove_all(folder_ / "out");
    std::string output;
    EXPECT_EQ(until_done(1, "numbers:7:" + signal, &output), 2) << output;
    expect_only_this_one_failed(signal == "kill" ? "signal 9" : "signal 11");
    EXPECT_NE(output.find("items 4 to 7 of numbers"), std::string::npos) << output;
    EXPECT_NE(contents(stage("numbers") / "failed" / "7.yaml").find("alone"), std::string::npos);
    EXPECT_EQ(begun().at("numbers 7"), 3) << "once among others and twice alone; held, it must not be begun again";
  }
}

TEST_F(BadItems, OfItemsComputedAtOnceOneThatFailsIsHeldAtOnce) {
  job("  numbers: {items: 12, per_task: 4, together: true}\n");
  EXPECT_EQ(until_done(1, "numbers:7:fail"), 1);
  expect_only_this_one_failed("item 7 is bad");
}

/// It is not the item's fault, whether items are computed one by one or at once.
TEST_F(BadItems, NoMemoryEndsTheJobAndHoldsNoItem) {
  for (const char* together : {"false", "true"}) {
    std::filesystem::remove_all(folder_ / "out");
    job(std::string("  numbers: {items: 12, per_task: 4, together: ") + together + "}\n");
    const auto finished = go(1, {}, {{"RONCHI_TEST_FAULT", "numbers:7:memory"}});
    EXPECT_EQ(finished.code, 7) << finished.output;
    EXPECT_FALSE(std::filesystem::exists(stage("numbers") / "failed")) << "an item was blamed";
    EXPECT_EQ(go(1).code, 0);
    expect_undisturbed();
  }
}

TEST_F(BadItems, TooManyEndTheJob) {
  job("  numbers: {items: 12, per_task: 2}\n", "max_failed: 2\n");
  const std::string fault = "numbers:1:fail;numbers:4:fail;numbers:7:fail;numbers:9:fail";
  for (const int ranks : {1, 3}) {
    for (const char* nodes : {"1", "2"}) {
      std::filesystem::remove_all(folder_ / "out");
      const auto finished = go(ranks, {}, {{"RONCHI_TEST_FAULT", fault}, {"RONCHI_NODES", nodes}});
      EXPECT_EQ(finished.code, 8) << finished.output;
      EXPECT_NE(finished.output.find("more than 2 items failed"), std::string::npos) << finished.output;
      EXPECT_FALSE(std::filesystem::exists(stage("numbers") / "index.h5"));
    }
  }
  // The failures are remembered: still too many; then one is mended and the rest is within the limit.
  EXPECT_EQ(go(1, {}, {{"RONCHI_TEST_FAULT", fault}}).code, 8);
  EXPECT_EQ(go(1, {"max_failed=4"}, {{"RONCHI_TEST_FAULT", fault}}).code, 0);
}

TEST_F(BadItems, InATeamAllRanksFailTogether) {
  job("  crowd: {items: 6, per_task: 2, team: 2}\n");
  const auto finished = go(3, {}, {{"RONCHI_TEST_FAULT", "crowd:3:fail"}, {"RONCHI_TEST_TEAM", "2"}});
  EXPECT_EQ(finished.code, 0) << finished.output;
  EXPECT_EQ(h5::File::open(stage("crowd") / "index.h5").read<std::uint8_t>("status"),
            (std::vector<std::uint8_t>{0, 0, 0, 1, 0, 0}));
}

TEST_F(BadItems, ARankThatFailsAloneEndsTheJobWithItsCode) {
  job("  crowd: {items: 6, per_task: 2, team: 2}\n");
  auto finished = go(2, {}, {{"RONCHI_TEST_FAULT", "crowd:3:alone"}});
  EXPECT_EQ(finished.code, 8) << finished.output;
  EXPECT_NE(finished.output.find("one rank alone fails"), std::string::npos) << finished.output;
  std::filesystem::remove_all(folder_ / "out");
  job("  numbers: {}\n  total: {after: numbers}\n");
  finished = go(2, {}, {{"RONCHI_TEST_FAULT", "total:3:alone"}});
  EXPECT_EQ(finished.code, 9) << finished.output;
  EXPECT_NE(finished.output.find("stage total"), std::string::npos) << finished.output;
  EXPECT_NE(finished.output.find("rank 1 alone"), std::string::npos) << finished.output;
  EXPECT_EQ(go(2).code, 0);
  expect_undisturbed();
}

TEST_F(BadItems, ACollectiveStageThatFailsOnAllRanksEndsInGoodOrder) {
  job("  numbers: {}\n  total: {after: numbers}\n");
  for (const int ranks : {1, 3}) {
    const auto finished = go(ranks, {}, {{"RONCHI_TEST_FAULT", "total:3:fail"}});
    EXPECT_EQ(finished.code, 8) << finished.output;
    EXPECT_NE(finished.output.find("stage total: item 3 is bad"), std::string::npos) << finished.output;
    for (const auto& e : std::filesystem::directory_iterator(stage("total")))
      EXPECT_NE(e.path().filename().string()[0], '.') << e.path();
  }
}

}  // namespace ronchi::testing
