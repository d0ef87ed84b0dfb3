// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Truth: a damaged result is named, never taken for good, and made again once it is removed.
#include <signal.h>
#include <unistd.h>

#include <algorithm>

#include "tests/support/bench.hpp"

namespace ronchi::testing {
namespace {

class Damage : public Bench {
 protected:
  void SetUp() override {
    job("  numbers: {items: 12, per_task: 4}\n  squares: {after: numbers, per_task: 3}\n  total: {after: squares}\n");
  }

  static void truncate(const std::filesystem::path& file) {
    std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
  }

  /// The run must name `file` and end with code 5; once it is removed the job is made whole.
  void expect_named_and_mended(const std::filesystem::path& file, int ranks) {
    const auto finished = go(ranks);
    EXPECT_EQ(finished.code, 5) << finished.output;
    EXPECT_NE(finished.output.find("remove " + file.string()), std::string::npos) << finished.output;
    std::filesystem::remove(file);
    const auto again = go(ranks);
    EXPECT_EQ(again.code, 0) << again.output;
    expect_undisturbed();
  }
};

}  // namespace

TEST_F(Damage, APartOfAnUnfinishedStage) {
  for (const int ranks : {1, 2}) {
    std::filesystem::remove_all(folder_ / "out");
    ASSERT_EQ(go(1).code, 0);
    const auto part = stage("numbers") / "parts" / "4-8.h5";
    truncate(part);
    std::filesystem::remove(stage("numbers") / "index.h5");
    expect_named_and_mended(part, ranks);
  }
}

TEST_F(Damage, APartThatTheNextStageReads) {
  ASSERT_EQ(go(1).code, 0);
  const auto part = stage("numbers") / "parts" / "4-8.h5";
  const auto whole = contents(part);
  truncate(part);
  std::filesystem::remove_all(stage("squares"));
  const auto finished = go(1);
  EXPECT_EQ(finished.code, 5) << finished.output;
  EXPECT_NE(finished.output.find("remove " + part.string()), std::string::npos) << finished.output;
  write_file(part, whole);
  EXPECT_EQ(go(1).code, 0);
  expect_undisturbed();
}

TEST_F(Damage, AnIndex) {
  for (const char* type : {"numbers", "squares", "total"}) {
    ASSERT_EQ(go(1).code, 0);
    const auto index = stage(type) / "index.h5";
    truncate(index);
    expect_named_and_mended(index, 1);
    write_file(stage(type) / "index.h5", "");
    expect_named_and_mended(index, 1);
  }
}

TEST_F(Damage, PartsThatOverlapAreRefused) {
  ASSERT_EQ(go(1).code, 0);
  std::filesystem::remove(stage("numbers") / "index.h5");
  const auto strange = stage("numbers") / "parts" / "2-6.h5";
  std::filesystem::copy(stage("numbers") / "parts" / "0-4.h5", strange);
  for (const int ranks : {1, 2}) {
    const auto finished = go(ranks);
    EXPECT_EQ(finished.code, 5) << finished.output;
    EXPECT_NE(finished.output.find("2-6.h5 overlaps"), std::string::npos) << finished.output;
  }
}

TEST_F(Damage, AHalfWrittenTemporaryIsNoResult) {
  ASSERT_EQ(go(1, {"--stop-after", "0.0001"}).code, 75);
  const auto parts = stage("numbers") / "parts";
  std::filesystem::create_directories(parts);
  const std::string host = [] {
    char name[256] = "";
    ::gethostname(name, sizeof name);
    return std::string(name);
  }();
  const auto dead = parts / (".0-4.h5.tmp-" + host + ".999999999"), alive = parts / (".4-8.h5.tmp-" + host + ".1"),
             elsewhere = parts / ".8-12.h5.tmp-another.1";
  for (const auto& file : {dead, alive, elsewhere}) write_file(file, "half");
  ASSERT_EQ(go(1).code, 0);
  EXPECT_FALSE(std::filesystem::exists(dead));
  EXPECT_TRUE(std::filesystem::exists(alive));
  EXPECT_TRUE(std::filesystem::exists(elsewhere));
  expect_undisturbed();
}

TEST_F(Damage, AnUnreadableCheckpointIsPassedOver) {
  job("  numbers: {items: 12}\n  total: {after: numbers, steps: 10}\n");
  hold("total", 3);
  Process process(command(1), with_log({}));
  ASSERT_TRUE(wait_for([&] { return checkpoint("total") >= 3; })) << process.output();
  process.signal(SIGUSR1);
  ASSERT_EQ(process.wait(), 75) << process.output();
  open_gate();
  std::vector<int> steps;
  for (const auto& e : std::filesystem::directory_iterator(stage("total") / "checkpoints"))
    steps.push_back(std::stoi(e.path().stem()));
  std::sort(steps.begin(), steps.end());
  ASSERT_EQ(steps.size(), 2u);
  truncate(stage("total") / "checkpoints" / (std::to_string(steps[1]) + ".h5"));
  (void)begun();
  ASSERT_EQ(go(2).code, 0);
  const auto count = begun();
  EXPECT_FALSE(count.contains("total " + std::to_string(steps[0] - 1)));
  EXPECT_TRUE(count.contains("total " + std::to_string(steps[0])));
  expect_undisturbed();
}

}  // namespace ronchi::testing
