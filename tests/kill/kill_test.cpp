// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Truth: the files of an undisturbed run. A rank is killed at a random time, again and again; then the job runs to its end.
#include <signal.h>

#include <chrono>
#include <thread>

#include "framework/base/random.hpp"
#include "framework/base/text.hpp"
#include "tests/support/bench.hpp"

namespace ronchi::testing {
namespace {

class Kill : public Bench {
 protected:
  /// Kills one rank of each of `kills` runs, then lets the last one finish.
  void disturb(int ranks, int kills, std::uint64_t seed, double longest_ms) {
    std::filesystem::remove_all(folder_ / "out");
    Random random(seed, 1, 0, 0);
    int killed = 0;
    for (int k = 0; k < kills; ++k) {
      Process process(command(ranks), with_log({}));
      const auto due = std::chrono::steady_clock::now() + std::chrono::duration<double, std::milli>(random.uniform(30, longest_ms));
      while (process.running() && std::chrono::steady_clock::now() < due) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      const auto victims = process.below(RONCHI_TEST_PROGRAM);
      if (victims.empty()) {
        if (ranks == 1 && process.running()) process.signal(SIGKILL);
      } else {
        ::kill(victims[random.bits() % victims.size()], SIGKILL);
        ++killed;
      }
      const int code = process.wait();
      ASSERT_TRUE(code == 0 || code >= 128) << code << "\n" << process.output();
    }
    EXPECT_GT(killed, 0) << "no run was hit: the times do not fit";
    const auto last = go(ranks);
    ASSERT_EQ(last.code, 0) << last.output;
    EXPECT_EQ(last.output.find("failed"), std::string::npos) << last.output;
  }
};

constexpr const char* all_kinds = R"(  numbers: {items: 24, per_task: 4, milliseconds: 12}
  squares: {after: numbers, per_task: 3, milliseconds: 8}
  total: {after: squares, steps: 20, milliseconds: 10}
  crowd: {items: 8, per_task: 2, team: 2, milliseconds: 15}
)";

}  // namespace

TEST_F(Kill, WithoutALauncherTheResultIsThatOfAnUndisturbedRun) {
  job(all_kinds);
  for (std::uint64_t seed = 1; seed <= RONCHI_KILL_ROUNDS; ++seed) {
    disturb(1, 4, seed, 500);
    expect_undisturbed();
  }
}

TEST_F(Kill, UnderMpirunTheResultIsThatOfAnUndisturbedRun) {
  job(all_kinds);
  for (std::uint64_t seed = 1; seed <= RONCHI_KILL_ROUNDS; ++seed) {
    disturb(3, 3, seed, 900);
    expect_undisturbed();
  }
}

TEST_F(Kill, OnSeveralNodesTheResultIsThatOfAnUndisturbedRun) {
  job(all_kinds);
  ::setenv("RONCHI_NODES", "2", 1);
  disturb(3, 2, 5, 900);
  ::unsetenv("RONCHI_NODES");
  expect_undisturbed();
}

/// Every job file that is registered here (RONCHI_KILL_JOBS: file,file,...; "file?override override" for a small version).
TEST_F(Kill, EveryStageOfTheRegisteredJobs) {
  for (const auto& entry : split(RONCHI_KILL_JOBS, ',')) {
    if (entry.empty()) continue;
    const auto file = entry.substr(0, entry.find('?'));
    auto text = contents(file);
    ASSERT_FALSE(text.empty()) << file;
    std::vector<std::string> words{"run", file, "--threads", "1"};
    if (entry.find('?') != std::string::npos)
      for (const auto& o : split(entry.substr(entry.find('?') + 1), ' ')) words.push_back(o);
    const auto into = [&](const std::string& output) {
      auto w = words;
      w.insert(w.end(), {"-o", (folder_ / output).string()});
      return ronchi(2, w);
    };
    const auto start = std::chrono::steady_clock::now();
    const auto plain = run(into("plain"));
    ASSERT_EQ(plain.code, 0) << plain.output;
    const double whole_ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    Random random(9, 1, 0, 0);
    int code = 1;
    for (int k = 0; code != 0 && k < 12; ++k) {
      Process process(into("killed"));
      const auto due = std::chrono::steady_clock::now() +
                       std::chrono::duration<double, std::milli>(k < 8 ? random.uniform(0.1, 0.7) * whole_ms : 1e9);
      while (process.running() && std::chrono::steady_clock::now() < due) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      const auto victims = process.below(RONCHI_TEST_PROGRAM);
      if (!victims.empty()) ::kill(victims[random.bits() % victims.size()], SIGKILL);
      code = process.wait(300);
      ASSERT_TRUE(code == 0 || code >= 128) << file << ": " << code << "\n" << process.output();
    }
    ASSERT_EQ(code, 0) << file;
    EXPECT_EQ(difference(results(folder_ / "plain"), results(folder_ / "killed")), "") << file;
    std::filesystem::remove_all(folder_ / "plain");
    std::filesystem::remove_all(folder_ / "killed");
  }
}

}  // namespace ronchi::testing
