// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Whole jobs through the program. Truths: the simulation's own ground truth for the phase map, and equal bytes for any number of
// ranks.
#include <fstream>
#include <optional>

#include <yaml-cpp/yaml.h>

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

/// 328 MB of frames in 300 MiB: the engine's own account of every stage, and what is found is as right as ever.
TEST_F(Jobs, TheMemoryLimitHolds) {
  const auto finished = run_file(1, source("jobs/nanowire_phases.yaml"), "out",
                                 {"memory=300 MiB", "survey.bin=1", "decompose.mask_image=''", "--threads", "2",
                                  "sweep={over: scan.dose, values: [200], stages: [scan, survey, ingest, decompose, phases]}"});
  ASSERT_EQ(finished.code, 0) << finished.output;
  const auto job = folder_.path() / "out" / "nanowire_phases";
  int stages = 0;
  for (const auto& entry : std::filesystem::directory_iterator(job)) {
    if (!std::filesystem::exists(entry.path() / "stage.yaml")) continue;
    ++stages;
    const auto account = YAML::LoadFile((entry.path() / "stage.yaml").string());
#ifndef __SANITIZE_ADDRESS__  // it keeps what was freed, and a shadow of all
    EXPECT_LE(account["peak_memory_bytes"].as<std::int64_t>(), std::int64_t{300} << 20) << entry.path();
#endif
    EXPECT_GT(account["peak_memory_bytes"].as<std::int64_t>(), 10 << 20) << entry.path();
  }
  EXPECT_GE(stages, 7);
  const h5::File result = h5::File::open(stage_directory(job, "decompose") / "index.h5");
  EXPECT_EQ(result.attribute<std::int64_t>("readings"), 3) << "two for the sketch, one for the exact iteration";
  EXPECT_GE(h5::File::open(stage_directory(job, "phases") / "index.h5").attribute<double>("accuracy"), 0.97);
}

/// A second decomposition of the positions that one component of the first one does not fill, by the likelihood of Friedel pairs.
TEST_F(Jobs, ASecondDecompositionKeepsToItsPositions) {
  const auto file = folder_ / "second.yaml";
  std::ofstream(file) << R"(
name: second
seed: 3
stages:
  scan: {stage: simulate_scan, scan: [24, 40], detector: 64, pixel: 0.032, dose: 500, diameter: 30}
  survey: {after: scan, bin: 2}
  ingest: {after: [survey, scan]}
  first: {stage: decompose, after: ingest, components: 3, iterations: 40, scree: 6, mask_image: dark_field}
  second:
    stage: decompose
    after: [ingest, first]
    components: 2
    iterations: 40
    friedel: true
    loss: kullback_leibler
    within: {stage: first, components: [1], above: 150, outside: true}
)";
  const auto finished = run_file(1, file, "one", {"--threads", "2"});
  ASSERT_EQ(finished.code, 0) << finished.output;
  const auto both = run_file(3, file, "three", {"--threads", "1"});
  ASSERT_EQ(both.code, 0) << both.output;
  EXPECT_EQ(difference(results(folder_ / "one"), results(folder_ / "three")), "");
  std::optional<h5::File> first, second;
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path() / "one" / "second")) {
    if (!entry.path().filename().string().starts_with("decompose-")) continue;
    auto index = h5::File::open(entry.path() / "index.h5");
    (index.attribute<std::int64_t>("components") == 3 ? first : second).emplace(std::move(index));
  }
  ASSERT_TRUE(first && second);
  const auto loadings = first->read<float>("nmf/loadings"), again = second->read<float>("nmf/loadings"),
             patterns = second->read<float>("nmf/factors");
  const auto left_out = first->read<std::uint8_t>("navigation_mask"), mask = second->read<std::uint8_t>("navigation_mask"),
             pixels = second->read<std::uint8_t>("signal_mask");
  int inside = 0;
  for (std::size_t i = 0; i < 24 * 40; ++i) {
    ASSERT_EQ(mask[i], left_out[i] != 0 || loadings[i * 3] > 150 ? 1 : 0) << i;
    EXPECT_EQ(again[i * 2] + again[i * 2 + 1] > 0, mask[i] == 0) << i;
    inside += mask[i] == 0 ? 1 : 0;
  }
  EXPECT_GT(inside, 50);
  EXPECT_LT(inside, 900);
  EXPECT_EQ(second->attribute<std::vector<double>>("within_above"), std::vector<double>{150});
  EXPECT_EQ(second->attribute<std::string>("loss"), "kullback_leibler");
  EXPECT_GT(second->attribute<std::int64_t>("friedel_pairs"), 100);
  for (std::size_t j = 0; j < pixels.size(); ++j)
    if (pixels[j] != 0) { EXPECT_EQ(patterns[j], 0.f); }
}

TEST_F(Jobs, EveryStageGivesTheSameBytesOnOneToFourRanks) {
  std::vector<std::string> names{"real_stages", "real_particles"};
#ifdef RONCHI_LEARNING
  names.emplace_back("training_set");
#endif
  for (const std::string& name : names) {
    const auto file = source("tests/kill/" + name + ".yaml");
    const auto first = run_file(1, file, name + "-one", {"--threads", "1"});
    ASSERT_EQ(first.code, 0) << first.output;
    const auto one = results(folder_ / (name + "-one"));
    EXPECT_GT(one.size(), name == "real_stages" ? 8u : 1u);
    ASSERT_EQ(run_file(1, file, name + "-threads", {"--threads", "2"}).code, 0);
    EXPECT_EQ(difference(one, results(folder_ / (name + "-threads"))), "") << name;
    for (const int ranks : {2, 3, 4}) {
      const auto output = name + std::to_string(ranks);
      const auto finished = run_file(ranks, file, output, {"--threads", "1"});
      ASSERT_EQ(finished.code, 0) << finished.output;
      EXPECT_EQ(difference(one, results(folder_ / output)), "") << name << ", " << ranks << " ranks";
    }
  }
}

}  // namespace ronchi::testing
