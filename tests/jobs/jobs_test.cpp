// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Whole jobs through the program. Truths: the simulation's own ground truth for the phase map, and equal bytes for any number of
// ranks.
#include "framework/store/h5.hpp"
#include "tests/support/bench.hpp"

namespace ronchi::testing {
namespace {

class Jobs : public Bench {
 protected:
  static std::filesystem::path source(const std::string& name) {
    return std::filesystem::path(std::getenv("RONCHI_SOURCE")) / name;
  }
  Finished run_file(int ranks, const std::filesystem::path& file, const std::string& output, std::vector<std::string> more = {}) {
    std::vector<std::string> words{"run", file.string(), "-o", (folder_ / output).string()};
    words.insert(words.end(), more.begin(), more.end());
    return run(ronchi(ranks, words));
  }
};

}  // namespace

/// The demand: at least 97 % of the positions inside the wire with 20,000 patterns of 128 x 128 at 200 electrons.
TEST_F(Jobs, NanowirePhasesAreRight) {
  const auto finished = run_file(1, source("jobs/nanowire_phases.yaml"), "out",
                                 {"sweep={over: scan.dose, values: [200], stages: [scan, survey, ingest, decompose, phases]}"});
  ASSERT_EQ(finished.code, 0) << finished.output;
  const auto job = folder_.path() / "out" / "nanowire_phases";
  const h5::File scan = h5::File::open(stage_directory(job, "simulate_scan") / "index.h5");
  EXPECT_EQ(scan.dataset("frames").shape(), (h5::Shape{100, 200, 128, 128}));
  EXPECT_EQ(scan.attribute<double>("dose"), 200);
  const h5::File phases = h5::File::open(stage_directory(job, "phases") / "index.h5");
  // Counted here from the map and the truth, not taken from the stage's own figure.
  const auto map = phases.read<std::uint8_t>("phase_map");
  const auto truth = scan.read<std::uint8_t>("truth_phase");
  const auto names = phases.read_texts("phase_names");
  const auto truth_names = scan.read_texts("truth/phase_names");
  ASSERT_EQ(map.size(), truth.size());
  double inside = 0, right = 0;
  for (std::size_t i = 0; i < map.size(); ++i) {
    if (truth[i] == 0) continue;
    ++inside;
    if (names.at(map[i]) == truth_names.at(truth[i])) ++right;
  }
  EXPECT_GT(inside, 5000);
  EXPECT_GE(right / inside, 0.97);
  EXPECT_DOUBLE_EQ(right / inside, phases.attribute<double>("accuracy"));
  EXPECT_LT(std::filesystem::file_size(job / "report.html"), 25'000'000u);
}

TEST_F(Jobs, EveryStageGivesTheSameBytesOnOneToFourRanks) {
  const auto file = source("tests/kill/real_stages.yaml");
  ASSERT_EQ(run_file(1, file, "one", {"--threads", "1"}).code, 0);
  const auto one = results(folder_ / "one");
  EXPECT_GT(one.size(), 8u);
  ASSERT_EQ(run_file(1, file, "threads", {"--threads", "2"}).code, 0);
  EXPECT_EQ(difference(one, results(folder_ / "threads")), "");
  for (const int ranks : {2, 3, 4}) {
    const auto output = "ranks" + std::to_string(ranks);
    const auto finished = run_file(ranks, file, output, {"--threads", "1"});
    ASSERT_EQ(finished.code, 0) << finished.output;
    EXPECT_EQ(difference(one, results(folder_ / output)), "") << ranks << " ranks";
  }
}

}  // namespace ronchi::testing
