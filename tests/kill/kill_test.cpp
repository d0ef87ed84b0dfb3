// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Truth: the files of an undisturbed run. A rank is killed after a random share of the work, again and again; then the job runs
// to its end.
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <thread>

#include "framework/base/random.hpp"
#include "framework/base/text.hpp"
#include "framework/engine/plan_file.hpp"
#include "framework/engine/quarantine.hpp"
#include "framework/formats/formats.hpp"
#include "tests/support/bench.hpp"

namespace ronchi::testing {
namespace {

class Kill : public Bench {
 protected:
  using Progress = std::function<std::size_t()>;

  /// Kills one rank as soon as `progress` has come to `goal`, and up to `spread_ms` later: any moment of an item, not always its
  /// beginning. True if the run died of it; a run that was done before is none.
  static bool killed_at(Process& process, const Progress& progress, std::size_t goal, double spread_ms, Random& random) {
    EXPECT_TRUE(wait_for([&] { return !process.running() || progress() >= goal; }, 300)) << process.output();
    std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(random.uniform(0, spread_ms)));
    const auto victims = process.below(RONCHI_TEST_PROGRAM);
    if (!victims.empty()) ::kill(victims[random.bits() % victims.size()], SIGKILL);
    const int code = process.wait();
    EXPECT_TRUE(code == 0 || code >= 128) << code << "\n" << process.output();
    return !victims.empty() && code >= 128;
  }

  /// Items that were begun by now, those of all runs.
  [[nodiscard]] std::size_t items_begun() const {
    const auto log = contents(folder_ / "log");
    return static_cast<std::size_t>(std::count(log.begin(), log.end(), '\n'));
  }

  /// Kills one rank of each of `kills` runs, after up to half of the job's `items` (so the first has not come to its end), then
  /// lets the last one finish.
  void disturb(int ranks, int kills, std::uint64_t seed, std::size_t items, const Environment& environment = {}) {
    std::filesystem::remove_all(folder_ / "out");
    const auto progress = [this] { return items_begun(); };
    Random random(seed, 1, 0, 0);
    int killed = 0;
    for (int k = 0; k < kills; ++k) {
      const auto goal = progress() + 1 + random.bits() % (items / 2);
      Process process(command(ranks), with_log(environment));
      if (killed_at(process, progress, goal, 20, random)) ++killed;
    }
    EXPECT_GT(killed, 0) << "no run was killed in the midst of its work";
    expect_complete(ranks, environment);
  }
  void expect_complete(int ranks, const Environment& environment = {}) {
    const auto last = go(ranks, {}, environment);
    ASSERT_EQ(last.code, 0) << last.output;
    EXPECT_EQ(last.output.find("failed"), std::string::npos) << last.output;
  }
};

constexpr const char* all_kinds = R"(  numbers: {items: 24, per_task: 4, milliseconds: 12}
  squares: {after: numbers, per_task: 3, milliseconds: 8}
  total: {after: squares, steps: 20, milliseconds: 10}
  crowd: {items: 8, per_task: 2, team: 2, milliseconds: 15}
)";
constexpr std::size_t all_items = 24 + 24 + 20 + 8;

}  // namespace

TEST_F(Kill, WithoutALauncherTheResultIsThatOfAnUndisturbedRun) {
  job(all_kinds);
  for (std::uint64_t seed = 1; seed <= RONCHI_KILL_ROUNDS; ++seed) {
    disturb(1, 4, seed, all_items);
    expect_undisturbed();
  }
}

TEST_F(Kill, UnderMpirunTheResultIsThatOfAnUndisturbedRun) {
  job(all_kinds);
  for (std::uint64_t seed = 1; seed <= RONCHI_KILL_ROUNDS; ++seed) {
    disturb(3, 3, seed, all_items);
    expect_undisturbed();
  }
}

TEST_F(Kill, OnSeveralNodesTheResultIsThatOfAnUndisturbedRun) {
  job(all_kinds);
  disturb(3, 2, 5, all_items, {{"RONCHI_NODES", "2"}});
  expect_undisturbed();
}

/// While MPI starts and the job is read, before there is anything to be lost.
TEST_F(Kill, InItsFirstMomentsARunLeavesNothingInTheWay) {
  job(all_kinds);
  for (const int ranks : {1, 3}) {
    std::filesystem::remove_all(folder_ / "out");
    Random random(static_cast<std::uint64_t>(ranks), 1, 0, 0);
    int early = 0;
    for (const double spread_ms : {0.0, 60.0, 200.0}) {
      Process process(command(ranks), with_log({}));
      const auto there = [&] { return process.below(RONCHI_TEST_PROGRAM).size(); };
      if (killed_at(process, there, 1, spread_ms, random) && items_begun() == 0) ++early;
    }
    EXPECT_GT(early, 0) << "no run was killed before its first item";
    expect_complete(ranks);
    expect_undisturbed();
    (void)begun();
  }
}

/// A rank that is killed must not hold a lock of the launcher's: PMIx before 5 would keep one in memory that both map.
TEST_F(Kill, RanksShareNoLockWithTheirLauncher) {
  job("  numbers: {items: 8, per_task: 1}\n");
  hold("numbers", 0);
  Process process(command(2), with_log({}));
  ASSERT_TRUE(wait_for([&] { return items_begun() == 2; })) << process.output();  // MPI_Init is behind them
  const auto ranks = process.below(RONCHI_TEST_PROGRAM);
  ASSERT_EQ(ranks.size(), 2) << process.output();
  for (const auto rank : ranks) {
    const auto maps = contents("/proc/" + std::to_string(rank) + "/maps");
    EXPECT_NE(maps.find("libmpi"), std::string::npos);
    EXPECT_EQ(maps.find("pmix_dstor"), std::string::npos) << maps;
  }
  open_gate();
  EXPECT_EQ(process.wait(), 0) << process.output();
}

/// Many small tasks are merged while the stage runs and another one reads it.
TEST_F(Kill, WhileSmallPartsAreMergedTheResultIsThatOfAnUndisturbedRun) {
  job("  numbers: {items: 1300, per_task: 1, width: 2}\n  squares: {after: numbers, per_task: 1}\n");
  for (std::uint64_t seed = 1; seed <= RONCHI_KILL_ROUNDS; ++seed) {
    disturb(2, 3, seed, 2600);
    expect_undisturbed();
    disturb(3, 2, seed + 100, 2600, {{"RONCHI_NODES", "2"}});
    expect_undisturbed();
  }
}

/// A job file that is registered here (RONCHI_KILL_JOBS: file,file,...; "file?override override" for a small version; {folder} in
/// an override is where spectra.hspy lies).
struct Registered {
  std::string file;
  std::vector<std::string> overrides;
};

std::vector<Registered> registered() {
  std::vector<Registered> all;
  for (const auto& entry : split(RONCHI_KILL_JOBS, ',')) {
    const auto mark = entry.find('?');
    if (!entry.empty())
      all.push_back(
          {entry.substr(0, mark), mark == std::string::npos ? std::vector<std::string>{} : split(entry.substr(mark + 1), ' ')});
  }
  return all;
}

class KillRegistered : public Kill {
 protected:
  void SetUp() override { write_spectra(folder_ / "spectra.hspy"); }

  /// 12 x 10 spectra of two mixtures, oxygen with aluminium and copper, on a flat background.
  static void write_spectra(const std::filesystem::path& path) {
    constexpr std::int64_t lines = 12, length = 10, channels = 512;
    FrameInfo info;
    info.type = Scalar::u16;
    info.navigation = {{"y", "nm", 1, 0, lines}, {"x", "nm", 1, 0, length}};
    info.signal = {{"Energy", "keV", 0.02, 0, channels}};
    std::vector<std::uint16_t> counts;
    Random random(11, 1, 0, 0);
    for (std::int64_t f = 0; f < lines * length; ++f)
      for (std::int64_t c = 0; c < channels; ++c) {
        const double energy = 0.02 * static_cast<double>(c), left = static_cast<double>(f % length) / (length - 1);
        const auto line = [&](double at) { return std::exp(-0.5 * std::pow((energy - at) / 0.05, 2)); };
        counts.push_back(static_cast<std::uint16_t>(
            random.poisson(1 + 200 * left * (line(0.525) + line(1.487)) + 200 * (1 - left) * (line(0.930) + line(8.046)))));
      }
    const auto bytes = std::as_bytes(std::span(counts));
    formats::write_hspy(path, formats::MemoryFrames(info, {bytes.begin(), bytes.end()}));
  }

  /// Parts and indices that are in place below a folder.
  static std::size_t committed(const std::filesystem::path& folder) {
    std::size_t n = 0;
    std::error_code ec;
    std::filesystem::recursive_directory_iterator entry(folder, ec);
    for (const std::filesystem::recursive_directory_iterator end; !ec && entry != end; entry.increment(ec)) {
      const auto name = entry->path().filename().string();
      n += name == "index.h5" || (name[0] != '.' && entry->path().parent_path().filename() == "parts") ? 1 : 0;
    }
    return n;
  }

  [[nodiscard]] std::vector<std::string> command_of(const Registered& job, const std::string& output) const {
    std::vector<std::string> words{"run", job.file, "--threads", "1", "-o", (folder_ / output).string()};
    for (auto o : job.overrides) {
      if (const auto at = o.find("{folder}"); at != std::string::npos) o.replace(at, 8, folder_.path().string());
      words.push_back(o);
    }
    return ronchi(2, words);
  }
};

TEST_F(KillRegistered, EveryStageOfTheRegisteredJobs) {
  for (const auto& job : registered()) {
    const auto plain = run(command_of(job, "plain"));
    ASSERT_EQ(plain.code, 0) << plain.output;
    const auto files = committed(folder_ / "plain");
    const auto progress = [this] { return committed(folder_ / "killed"); };
    Random random(9, 1, 0, 0);
    int code = 1, killed = 0;
    for (int k = 0; code != 0 && k < 12; ++k) {
      const auto goal = progress() + 1 + random.bits() % (files / 3);
      Process process(command_of(job, "killed"));
      if (k < 8 && killed_at(process, progress, goal, 100, random)) ++killed;
      code = process.wait();
      ASSERT_TRUE(code == 0 || code >= 128) << job.file << ": " << code << "\n" << process.output();
    }
    ASSERT_EQ(code, 0) << job.file;
    EXPECT_GT(killed, 0) << job.file << ": no run was killed in the midst of its work";
    EXPECT_EQ(difference(results(folder_ / "plain"), results(folder_ / "killed")), "") << job.file;
    std::filesystem::remove_all(folder_ / "plain");
    std::filesystem::remove_all(folder_ / "killed");
  }
}

/// A suspect is tried in a process of its own, which has not lived through the run: it must see the same inputs.
TEST_F(KillRegistered, ItemsThatAreTriedAloneGiveWhatTheyGiveAmongOthers) {
  for (const auto& job : registered()) {
    ASSERT_EQ(run(command_of(job, "plain")).code, 0);
    std::filesystem::copy(folder_ / "plain", folder_ / "alone", std::filesystem::copy_options::recursive);
    std::vector<std::filesystem::path> stages;
    for (const auto& e : std::filesystem::recursive_directory_iterator(folder_ / "alone"))
      if (e.path().filename() == "parts") stages.push_back(e.path().parent_path());
    ASSERT_FALSE(stages.empty()) << job.file;
    for (const auto& stage : stages) {
      std::filesystem::remove_all(stage / "parts");
      std::filesystem::remove(stage / "index.h5");
      engine::Quarantine quarantine(stage);
      for (const auto item : {std::int64_t{0}, std::int64_t{1}, engine::load_plan(stage)->items - 1})
        quarantine.suspect(item, "for this test");
    }
    const auto alone = run(command_of(job, "alone"));
    ASSERT_EQ(alone.code, 0) << alone.output;
    EXPECT_EQ(difference(results(folder_ / "plain"), results(folder_ / "alone")), "") << job.file;
    std::filesystem::remove_all(folder_ / "plain");
    std::filesystem::remove_all(folder_ / "alone");
  }
}

}  // namespace ronchi::testing
