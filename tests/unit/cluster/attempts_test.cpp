// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Truth: the rule itself, on a folder whose progress the test makes by hand.
#include "framework/cluster/attempts.hpp"

#include <gtest/gtest.h>

#include "tests/support/process.hpp"
#include "tests/support/temporary.hpp"

namespace ronchi::testing {
namespace {

using cluster::Decision;
using enum cluster::Decision::Word;

class Attempts : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(folder_ / "numbers-0123/parts");
    write_file(folder_ / "numbers-0123/identity.txt", "");
    attempt_.directory = folder_.path();
    attempt_.job = "17";
  }
  void commit_part() {
    write_file(folder_ / ("numbers-0123/parts/" + std::to_string(parts_) + "-" + std::to_string(parts_ + 1) + ".h5"), "");
    ++parts_;
  }
  cluster::Decision::Word begin() { return begin_attempt(attempt_).word; }
  cluster::Decision::Word end(int code, bool asked = false, const std::string& ended = "") {
    return end_attempt(attempt_, {code, asked, ended}).word;
  }
  TemporaryDirectory folder_;
  cluster::Attempt attempt_;
  int parts_ = 0;
};

}  // namespace

TEST_F(Attempts, ExitCodesSayWhatComesNext) {
  ASSERT_EQ(begin(), again);
  commit_part();
  EXPECT_EQ(end(0), done);
  for (const int code : {75, 1, 137, 134, 205, 255}) EXPECT_EQ(end(code), again) << code;
  for (const int code : {2, 3, 4, 5, 6, 7, 8, 9, 10, 70, 126, 127}) EXPECT_EQ(end(code), stop) << code;
}

TEST_F(Attempts, ACancelledJobStaysSoButTheLimitDoesNotEndOne) {
  ASSERT_EQ(begin(), again);
  commit_part();
  EXPECT_EQ(end(75, false, "None"), stop);
  EXPECT_EQ(end(143, true, "None"), stop);  // cancelled while it was stopping
  EXPECT_EQ(end(143, true, "TimeLimit"), again);
  EXPECT_EQ(end(143, false, "NodeDown"), again);
  EXPECT_EQ(end(0, false, "NodeDown"), again);  // as srun has it
  EXPECT_EQ(end(143, false, "unknown"), stop);
  EXPECT_EQ(end(75, true, "Requeued"), stop);  // SLURM does it itself
  EXPECT_EQ(end(143, true, "unknown"), again);
  EXPECT_EQ(end(75, true), again);
}

TEST_F(Attempts, AttemptsWithoutProgressAreCounted) {
  attempt_.most = 3;
  for (int i = 0; i < 5; ++i) {  // each commits something
    ASSERT_EQ(begin(), again) << i;
    commit_part();
    EXPECT_EQ(end(137), again) << i;
  }
  ASSERT_EQ(begin(), again);
  EXPECT_EQ(end(137), again);
  ASSERT_EQ(begin(), again);
  EXPECT_EQ(end(137), again);
  ASSERT_EQ(begin(), again);
  EXPECT_EQ(end(137), stop);
  cluster::forget_attempts(folder_.path());
  EXPECT_EQ(begin(), again);
}

TEST_F(Attempts, AttemptsThatEndWithTheirNodeCountToo) {
  attempt_.most = 2;
  EXPECT_EQ(begin(), again);
  EXPECT_EQ(begin(), again);
  const auto third = begin_attempt(attempt_);
  EXPECT_EQ(third.word, stop);
  EXPECT_NE(third.reason.find("2 attempts in a row made no progress"), std::string::npos) << third.reason;
}

TEST_F(Attempts, CheckpointsAndStagesAreProgress) {
  const auto start = cluster::progress_of(folder_.path());
  commit_part();
  const auto part = cluster::progress_of(folder_.path());
  std::filesystem::create_directories(folder_ / "nmf-89/checkpoints");
  write_file(folder_ / "nmf-89/identity.txt", "");
  write_file(folder_ / "nmf-89/checkpoints/5.h5", "");
  const auto five = cluster::progress_of(folder_.path());
  write_file(folder_ / "nmf-89/checkpoints/6.h5", "");
  const auto six = cluster::progress_of(folder_.path());
  std::filesystem::remove_all(folder_ / "nmf-89/checkpoints");
  write_file(folder_ / "nmf-89/index.h5", "");
  const auto complete = cluster::progress_of(folder_.path());
  EXPECT_LT(start, part);
  EXPECT_LT(part, five);
  EXPECT_LT(five, six);
  EXPECT_LT(six, complete);
}

TEST_F(Attempts, SlicesCountForThemselves) {
  attempt_.most = 1;
  attempt_.slice = "3";
  EXPECT_EQ(begin(), again);
  EXPECT_EQ(begin(), stop);
  attempt_.slice = "4";
  EXPECT_EQ(begin(), again);
}

}  // namespace ronchi::testing
