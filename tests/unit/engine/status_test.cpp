// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Truth: directories that the tests lay out themselves, and runs whose end is known.
#include "framework/program/status.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>
#include <yaml-cpp/yaml.h>

#include <chrono>
#include <thread>

#include "framework/engine/beat.hpp"
#include "framework/engine/durable.hpp"
#include "framework/program/runs.hpp"
#include "tests/support/bench.hpp"

namespace ronchi::testing {
namespace {

using State = RunState::State;
using std::filesystem::file_time_type;

class Status : public Bench {
 protected:
  /// A job folder with one stage of so many items, of which the first `done` are there in so many parts.
  std::filesystem::path make_run(const std::string& name, std::int64_t items, std::int64_t done, std::int64_t parts,
                                 std::int64_t failed) const {
    const auto run = folder_ / name, stage = run / "numbers-0123456789abcdef";
    std::filesystem::create_directories(stage / "parts");
    std::filesystem::create_directories(stage / "failed");
    write_file(run / "run.yaml", "- name: numbers\n  directory: numbers-0123456789abcdef\n  after: []\n");
    write_file(stage / "plan.yaml", fmt::format("items: {}\nper_task: {}\nteam: 1\n", items, parts > 0 ? done / parts : 1));
    for (std::int64_t p = 0; p < parts; ++p)
      write_file(stage / "parts" / fmt::format("{}-{}.h5", p * done / parts, (p + 1) * done / parts), "");
    for (std::int64_t f = 0; f < failed; ++f)
      write_file(stage / "failed" / fmt::format("{}.yaml", f),
                 fmt::format("item: {}\nquarantined: true\nstrikes: 0\nsuspect: false\nreason: \"suspect: true\"\n", f));
    return run;
  }
  /// A beat as a node writes it, its file dated `age` seconds before `now`.
  static void beat(const std::filesystem::path& run, const std::string& host, int rank, double age,
                   file_time_type now = file_time_type::clock::now()) {
    engine::Beat b;
    b.number = 5;
    b.process = host + ".1";
    b.host = host;
    b.period = 30;
    b.started = 1795000000;
    b.coordinates = rank == 0;
    b.stage = {"numbers", "", 25, 100, 20, 40};
    b.ranks = {{rank, -1, 0, 12, ""}, {rank + 1, 1041, 600, -1, "numbers-0123456789abcdef"}};
    engine::make_directories(engine::beats_directory(run));
    const auto file = engine::beat_file(run, b.process);
    write_file(file, engine::write_beat(b));
    std::filesystem::last_write_time(file, now - std::chrono::milliseconds(static_cast<std::int64_t>(1000 * age)));
  }
  static bool holds(const std::string& text, const std::string& words) { return text.find(words) != std::string::npos; }
};

/// As somebody who may read but not write.
class AsAnother {
 public:
  AsAnother() {
    if (::geteuid() == 0) changed_ = ::seteuid(65534) == 0;
  }
  ~AsAnother() {
    if (changed_ && ::seteuid(0) != 0) std::abort();
  }
  AsAnother(const AsAnother&) = delete;
  AsAnother& operator=(const AsAnother&) = delete;

 private:
  bool changed_ = false;
};

}  // namespace

TEST_F(Status, ShowsPaceNodesAndLongItems) {
  const auto run = make_run("r", 1000, 250, 25, 3);
  EXPECT_EQ(look_at(run).state, State::stopped);
  EXPECT_TRUE(holds(status_text(run), "r: stopped\n")) << status_text(run);
  const auto newest = file_time_type::clock::now() + std::chrono::hours(24);  // ages do not depend on how long this test takes
  beat(run, "n1", 0, 0, newest);
  beat(run, "n2", 2, 3600, newest);
  const auto text = status_text(run);
  EXPECT_TRUE(holds(text, "r: running since 2026-11-18 ")) << text;  // 1795000000
  EXPECT_TRUE(holds(text, " UTC, 4 ranks on n1, n2\n")) << text;
  EXPECT_TRUE(holds(text, "250 of 1,000")) << text;
  EXPECT_TRUE(holds(text, "0.5 tasks/s")) << text;  // 20 in 40 s
  EXPECT_TRUE(holds(text, "2 min 30 s")) << text;   // 75 left
  EXPECT_TRUE(holds(text, "ranks: 1 in an item, 1 waiting for others, 0 at other work\n")) << text;
  EXPECT_TRUE(holds(text, "silent: n2 (ranks 2 to 3) for 1 h 0 min; it beat every 30 s\n")) << text;
  EXPECT_TRUE(holds(text, "item 1041 of numbers has been running for 10 min 0 s (rank 1 on n1)\n")) << text;
  EXPECT_FALSE(holds(text, "rank 3 on n2")) << "nothing is known of it any more\n" << text;
  EXPECT_FALSE(holds(text, "suspected")) << "the words of a reason are no marks\n" << text;
  beat(run, "n1", 0, 3600);
  beat(run, "n2", 2, 3600);
  EXPECT_EQ(look_at(run).state, State::lost);
}

/// The file system's clock is not this machine's: only distances between its own dates count.
TEST_F(Status, IsNotMisledByClocksThatAreOff) {
  const auto run = make_run("r", 1000, 250, 25, 0);
  const auto tomorrow = file_time_type::clock::now() + std::chrono::hours(24);
  beat(run, "n1", 0, 0, tomorrow);
  beat(run, "n2", 2, 3600, tomorrow);
  const auto state = look_at(run);
  EXPECT_EQ(state.state, State::running);
  ASSERT_EQ(state.nodes.size(), 2u);
  EXPECT_FALSE(state.nodes[0].silent);
  EXPECT_TRUE(state.nodes[1].silent);
  EXPECT_NEAR(state.nodes[1].age, 3600, 1);
}

TEST_F(Status, NeedsNoPermissionToWriteAndLeavesNothing) {
  const auto run = make_run("r", 1000, 250, 25, 3);
  const auto hour_ago = file_time_type::clock::now() - std::chrono::hours(1);  // the server's clock is late
  beat(run, "n1", 0, 0, hour_ago);
  beat(run, "n2", 2, 3600, hour_ago);
  namespace fs = std::filesystem;
  const auto read_only = fs::perms::owner_read | fs::perms::owner_exec | fs::perms::group_read | fs::perms::group_exec |
                         fs::perms::others_read | fs::perms::others_exec;
  fs::permissions(folder_.path(), read_only);
  fs::permissions(engine::beats_directory(run), read_only);
  {
    const AsAnother another;
    const auto text = status_text(run);
    EXPECT_TRUE(holds(text, "r: running")) << text;
    EXPECT_TRUE(holds(text, "silent: n2 (ranks 2 to 3) for 1 h 0 min")) << text;
  }
  fs::permissions(folder_.path(), fs::perms::owner_all);
  fs::permissions(engine::beats_directory(run), fs::perms::owner_all);
  (void)status_text(run);
  EXPECT_EQ(std::distance(fs::directory_iterator(engine::beats_directory(run)), {}), 2);
}

TEST_F(Status, OfAllRunsBelowAFolder) {
  make_run("all/a", 100, 50, 5, 1);
  make_run("all/2026/november/b", 100, 100, 10, 0);
  make_run("all/2026/c", 100, 0, 0, 0);
  write_file(folder_ / "all/2026/november/b/numbers-0123456789abcdef/index.h5", "");
  make_run("all/a/inside", 1, 1, 1, 0);        // no folder of a run is looked into
  make_run("all/1/2/3/4/5/deep", 1, 1, 1, 0);  // too deep
  write_file(folder_ / "all/2026/c/run.yaml", "- [damaged");
  const auto text = status_text(folder_ / "all");
  EXPECT_TRUE(holds(text, fmt::format("{:<28} complete     1 of 1", "2026/november/b"))) << text;
  EXPECT_TRUE(holds(text, fmt::format("{:<28} stopped      0 of 1", "a"))) << text;
  EXPECT_TRUE(holds(text, "numbers 50 of 100")) << text;
  EXPECT_TRUE(holds(text, "remove it and run the job again")) << text;
  EXPECT_FALSE(holds(text, "inside")) << text;
  EXPECT_FALSE(holds(text, "deep")) << text;
  const YAML::Node json = YAML::Load(status_text(folder_ / "all", true));  // JSON is YAML
  ASSERT_EQ(json.size(), 3u);
  EXPECT_EQ(json[2]["stages"][0]["done"].as<int>(), 50);
  EXPECT_EQ(json[2]["stages"][0]["failed"].as<int>(), 1);
  EXPECT_EQ(json[1]["state"].as<std::string>(), "complete");
  EXPECT_TRUE(json[0]["error"]);
}

TEST_F(Status, OfAFusedStageIsThatOfTheOneItIsFusedWith) {
  job("  numbers: {items: 20, per_task: 3}\n  squares: {after: numbers, fuse: true}\n");
  ASSERT_EQ(go(1).code, 0);
  const auto run = look_at(out());
  EXPECT_EQ(run.state, State::complete);
  EXPECT_EQ(run.stages[0].done, 20);
}

TEST_F(Status, OfARunThatRunsIsKilledAndEnds) {
  job("  numbers: {items: 400, per_task: 2, milliseconds: 50}\n");
  Process process(command(2), with_log({{"RONCHI_BEAT", "0.2"}}));
  for (int i = 0; i < 5000 && !(std::filesystem::exists(out() / "run.yaml") && holds(status_text(out()), "tasks/s")); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  const auto text = status_text(out());
  EXPECT_TRUE(holds(text, "j: running since ")) << text;
  EXPECT_TRUE(holds(text, "2 ranks on " + engine::host_name())) << text;
  EXPECT_TRUE(holds(text, "tasks/s")) << text;
  for (const auto pid : process.below(RONCHI_TEST_PROGRAM)) ::kill(pid, SIGKILL);
  (void)process.wait();
  EXPECT_EQ(look_at(out()).state, State::lost) << "its process is gone";
  ASSERT_EQ(go(2, {"numbers.milliseconds=0"}).code, 0);
  EXPECT_EQ(look_at(out()).state, State::complete);
}

TEST_F(Status, OfManyItemsIsQuick) {
  const auto run = make_run("r", 200'000, 199'000, 1000, 1000);
  const auto start = std::chrono::steady_clock::now();
  const auto text = status_text(run);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  EXPECT_TRUE(holds(text, "199,000 of 200,000")) << text;
  EXPECT_TRUE(holds(text, "    1000\n")) << text;
  EXPECT_LT(seconds, 5) << "0.5 s are asked of an idle machine: tests/benchmarks/status_benchmark";
}

}  // namespace ronchi::testing
