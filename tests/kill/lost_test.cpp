// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Truth: a run that lost a node, or in which everybody waits, ends by itself with 75, and the same command then gives the files of
// an undisturbed run. What is merely slow is let be.
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "framework/engine/beat.hpp"
#include "framework/engine/slots.hpp"
#include "tests/support/bench.hpp"

namespace ronchi::testing {
namespace {

constexpr double silence = 3;  // seconds; fifteen beats, so that a busy machine does not look like a lost one

class Lost : public Bench {
 protected:
  static Environment watched(int nodes = 2, Environment more = {}) {
    more.emplace("RONCHI_NODES", std::to_string(nodes));
    more.emplace("RONCHI_BEAT", "0.2");
    more.emplace("RONCHI_SILENCE", "3");
    return more;
  }
  /// World rank -> process, from the slots of the run that is on.
  std::map<int, pid_t> ranks() const {
    std::map<int, pid_t> all;
    std::error_code ec;
    for (const auto& e : std::filesystem::directory_iterator(out() / "inflight", ec)) {
      const auto bytes = contents(e.path());
      for (std::size_t i = 0; i + sizeof(engine::Slots::Slot) <= bytes.size(); i += sizeof(engine::Slots::Slot)) {
        engine::Slots::Slot slot;
        std::copy_n(bytes.data() + i, sizeof slot, reinterpret_cast<char*>(&slot));
        if (slot.pid != 0) all[slot.rank] = slot.pid;
      }
    }
    return all;
  }
  std::vector<engine::Beat> beats() const {
    std::vector<engine::Beat> all;
    for (const auto& name : engine::beats_in(out()))
      if (auto b = engine::read_beat(engine::beat_file(out(), name))) all.push_back(*b);
    return all;
  }
  int items_in_flight() const {
    int n = 0;
    for (const auto& b : beats())
      for (const auto& r : b.ranks) n += r.item >= 0 ? 1 : 0;
    return n;
  }

  /// Stops the processes of some ranks in the middle of items; the others must end by themselves.
  void lose(const std::vector<int>& lost) {
    job("  numbers: {items: 200, per_task: 2, milliseconds: 100}\n");
    Process process(command(4), with_log(watched()));
    ASSERT_TRUE(wait_for([&] { return ranks().size() == 4 && items_in_flight() == 3; }));  // rank 0 coordinates
    const auto pids = ranks();
    for (const int r : lost) ::kill(pids.at(r), SIGSTOP);
    const auto stopped = std::chrono::steady_clock::now();
    EXPECT_EQ(process.wait(), 75) << process.output();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - stopped).count();
    EXPECT_LT(seconds, silence + 30) << "what a busy machine may add is no matter of the watchdog";
    EXPECT_NE(process.output().find("has been silent for"), std::string::npos) << process.output();
    EXPECT_NE(process.output().find("run the same command again"), std::string::npos) << process.output();
    for (const auto& [r, pid] : pids) ASSERT_TRUE(wait_for([p = pid] { return ::kill(p, 0) != 0; }));
    EXPECT_FALSE(std::filesystem::exists(stage("numbers") / "index.h5"));
    job("  numbers: {items: 200, per_task: 2, milliseconds: 1}\n");  // the time that an item takes is no part of the result
    const auto rest = go(4, {}, watched(2, {{"RONCHI_SILENCE", "0"}}));
    ASSERT_EQ(rest.code, 0) << rest.output;
    EXPECT_TRUE(engine::beats_in(out()).empty());
    expect_undisturbed();
  }
};

}  // namespace

TEST_F(Lost, ANodeThatFallsSilentEndsTheRun) { lose({2, 3}); }
TEST_F(Lost, SoDoesTheCoordinatorsNode) { lose({0, 1}); }

TEST_F(Lost, RanksThatWaitForEachOtherEndTheRun) {
  job("  numbers: {items: 6}\n  total: {after: numbers, steps: 6}\n  crowd: {after: total, items: 6, per_task: 2, team: 3}\n");
  for (const char* fault : {"total:3:absent", "crowd:4:absent"}) {
    auto words = command(3);
    const auto program = std::find(words.begin(), words.end(), RONCHI_TEST_PROGRAM);
    words.insert(program, {"env", "SLURM_JOB_ID=77", "SLURM_RESTART_COUNT=2"});  // of the ranks; the launcher would look for SLURM
    Process process(words, with_log(watched(1, {{"RONCHI_TEST_FAULT", fault}})));
    EXPECT_EQ(process.wait(), 75) << process.output();
    EXPECT_NE(process.output().find("all ranks have waited for each other"), std::string::npos) << process.output();
    EXPECT_TRUE(contents(out() / "slurm" / "lost.77-2").starts_with("75 all ranks have waited"));
    ASSERT_EQ(beats().size(), 1u) << "it says why it ended";
    EXPECT_EQ(beats()[0].verdict, 75);
  }
  const auto rest = go(3, {}, watched(1, {{"RONCHI_SILENCE", "0"}}));
  ASSERT_EQ(rest.code, 0) << rest.output;
  EXPECT_EQ(rest.output.find("in flight"), std::string::npos) << "no item is to blame\n" << rest.output;
  expect_undisturbed();
}

TEST_F(Lost, AlsoOnSeveralNodes) {
  job("  numbers: {items: 6}\n  total: {after: numbers, steps: 6}\n");
  Process process(command(3), with_log(watched(2, {{"RONCHI_TEST_FAULT", "total:2:absent"}})));
  EXPECT_EQ(process.wait(), 75) << process.output();
  EXPECT_NE(process.output().find("all ranks have waited for each other"), std::string::npos) << process.output();
  ASSERT_EQ(go(3, {}, watched(2, {{"RONCHI_SILENCE", "0"}})).code, 0);
  expect_undisturbed();
}

/// One rank hangs inside MPI in the middle of an item; the others ask again and again for the task that needs it.
TEST_F(Lost, WhoAsksInVainForTasksWaitsToo) {
  job("  numbers: {items: 12, per_task: 2}\n  squares: {after: numbers, per_task: 2}\n");
  for (const int nodes : {1, 2}) {
    std::filesystem::remove_all(folder_ / "out");
    Process process(command(3), with_log(watched(nodes, {{"RONCHI_TEST_FAULT", "numbers:5:absent"}})));
    EXPECT_EQ(process.wait(), 75) << process.output();
    EXPECT_NE(process.output().find("all ranks have waited for each other"), std::string::npos) << process.output();
    EXPECT_FALSE(std::filesystem::exists(stage("squares") / "parts" / "4-6.h5"));
  }
  const auto rest = go(3, {}, watched(2, {{"RONCHI_SILENCE", "0"}}));
  ASSERT_EQ(rest.code, 0) << rest.output;
  EXPECT_EQ(rest.output.find("in flight"), std::string::npos) << rest.output;
  expect_undisturbed();
}

/// A long item of one rank, for which the others wait; and a leader that is late to a collective call. Beside each other.
TEST_F(Lost, WhatIsMerelySlowIsLetBe) {
  job("  numbers: {items: 1, milliseconds: 8000}\n");
  Process item(command(3, {}, "item"), with_log(watched()));
  ASSERT_TRUE(wait_for([&] { return std::filesystem::exists(out("item") / "run.yaml"); }));  // it has read the job file
  job("  numbers: {items: 6}\n  total: {after: numbers, steps: 4}\n");
  Process leader(command(3), with_log(watched(2, {{"RONCHI_TEST_FAULT", "total:2:late"}, {"RONCHI_TEST_LATE", "8"}})));
  double longest_wait = 0;
  while (item.running() || leader.running()) {
    for (const auto& b : beats())
      for (const auto& r : b.ranks) longest_wait = std::max(longest_wait, r.waiting);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_EQ(item.wait(), 0) << item.output();
  EXPECT_EQ(leader.wait(), 0) << leader.output();
  EXPECT_GT(longest_wait, silence) << "this test must outlast the silence";
  expect_undisturbed();
}

/// A laptop that is closed, a debugger, a scheduler that suspends a job: who did not look cannot say that the others were silent.
TEST_F(Lost, ARunThatIsSuspendedAsAWholeGoesOn) {
  job("  numbers: {items: 15, per_task: 1, milliseconds: 800}\n");
  Process process(command(4), with_log(watched()));
  ASSERT_TRUE(wait_for([&] { return ranks().size() == 4 && items_in_flight() == 3; }));
  const auto pids = ranks();
  const auto coordinator = [&] {
    for (const auto& b : beats())
      if (b.coordinates) return b.number;
    return std::int64_t{0};
  };
  for (const int r : {2, 3}) ::kill(pids.at(r), SIGSTOP);
  const auto number = coordinator();
  ASSERT_TRUE(wait_for([&] { return coordinator() >= number + 3; }));  // it has seen the last beat of the others
  for (const int r : {0, 1}) ::kill(pids.at(r), SIGSTOP);
  std::this_thread::sleep_for(std::chrono::duration<double>(silence + 1));
  for (const auto& [r, pid] : pids) ::kill(pid, SIGCONT);
  EXPECT_EQ(process.wait(), 0) << process.output();
  job("  numbers: {items: 15, per_task: 1, milliseconds: 1}\n");
  expect_undisturbed();
}

TEST_F(Lost, AnOrderlyEndLeavesNoBeatAndAKillLeavesOneForTheNextRun) {
  job("  numbers: {items: 30, per_task: 2, milliseconds: 500}\n");
  Process stopped(command(1), with_log(watched()));
  ASSERT_TRUE(wait_for([&] { return items_in_flight() == 1; }));
  stopped.signal(SIGUSR1);
  EXPECT_EQ(stopped.wait(), 75) << stopped.output();
  EXPECT_TRUE(engine::beats_in(out()).empty());
  Process killed(command(1), with_log(watched()));
  ASSERT_TRUE(wait_for([&] { return !beats().empty() && beats()[0].number > 2; }));
  killed.signal(SIGKILL);
  EXPECT_EQ(killed.wait(), 128 + SIGKILL);
  const auto left = engine::beats_in(out());
  ASSERT_EQ(left.size(), 1u);
  job("  numbers: {items: 30, per_task: 2, milliseconds: 1}\n");  // the time that an item takes is no part of the result
  EXPECT_EQ(go(2, {}, watched(1, {{"RONCHI_SILENCE", "0"}})).code, 0);
  EXPECT_TRUE(engine::beats_in(out()).empty());
  expect_undisturbed();
}

TEST_F(Lost, ASilenceOfLessThanThreeBeatsIsRefused) {
  job("  numbers: {items: 2}\n");
  const auto refused = go(1, {"--beat", "10", "--silence", "20"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_NE(refused.output.find("one late beat would end the run"), std::string::npos) << refused.output;
  EXPECT_EQ(go(1, {"--beat", "10", "--silence", "0"}).code, 0);
  EXPECT_EQ(go(1, {}, {{"RONCHI_BEAT", "-1"}}).code, 2);
}

}  // namespace ronchi::testing
