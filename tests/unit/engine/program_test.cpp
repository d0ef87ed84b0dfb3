// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// The program from outside: what it prints and returns, and that the generated documents are current.
#include <yaml-cpp/yaml.h>

#include <cstdlib>

#include "tests/support/bench.hpp"

namespace ronchi::testing {
namespace {
class Program : public Bench {
 protected:
  static Finished real(std::vector<std::string> words) {
    words.insert(words.begin(), std::getenv("RONCHI_PROGRAM"));
    return run(words);
  }
  static bool holds(const Finished& f, const std::string& text) { return f.output.find(text) != std::string::npos; }
};
}  // namespace

TEST_F(Program, GeneratedDocumentsAreCurrent) {
  const std::filesystem::path docs = std::filesystem::path(std::getenv("RONCHI_SOURCE")) / "docs";
  EXPECT_TRUE(contents(docs / "options.md") == real({"reference"}).output)
      << "docs/options.md is out of date: run scripts/reference";
  EXPECT_TRUE(contents(docs / "job.schema.json") == real({"reference", "--schema"}).output)
      << "docs/job.schema.json is out of date: run scripts/reference";
}

/// Stages whose inputs are to come are not held against inputs that they have not got.
TEST_F(Program, ThePlanOfATrainingSetSaysWhatItCosts) {
  const std::filesystem::path job = std::filesystem::path(std::getenv("RONCHI_SOURCE")) / "jobs" / "agco_training_set.yaml";
  const auto plan = real({"plan", job.string(), "-o", (folder_ / "out").string(), "particles.simulations=1000"});
#ifndef RONCHI_LEARNING
  EXPECT_EQ(plan.code, 6) << "it cannot be run by this program: " << plan.output;
  return;
#endif
  EXPECT_EQ(plan.code, 0) << plan.output;
  for (const char* text : {"1,000 items", "core_shell", "atom-steps a particle", "core-hours", "known when its inputs are done"})
    EXPECT_TRUE(holds(plan, text)) << text << "\n" << plan.output;
}

/// Hours before the late stages are reached.
TEST_F(Program, MistakesOfAllStagesAreSaidBeforeTheFirstBegins) {
  const std::string stages =
      "  particles: {stage: simulate_particles, simulations: 4}\n  describe: {stage: describe_particles, after: particles}\n"
      "  images: {stage: simulate_images, after: [particles, describe], pixels: 64}\n"
      "  dark_field: {stage: simulate_stem, after: particles}\n"
      "  powder: {stage: powder_diffraction, after: [particles, describe]}\n";
  const auto expect_said = [&](const std::string& mistake, const std::string& what) {
    for (const char* command : {"run", "plan", "validate"}) {
      const auto said = run(ronchi(1, {command, (folder_ / "job.yaml").string(), mistake, "output=" + (folder_ / "out").string()}));
      EXPECT_EQ(said.code, 2) << command << " " << mistake << ": " << said.output;
      EXPECT_TRUE(holds(said, what)) << command << " " << mistake << ": " << said.output;
      EXPECT_FALSE(std::filesystem::exists(folder_ / "out")) << mistake;
    }
  };
  job(stages);
  const auto plan = run(ronchi(1, {"plan", (folder_ / "job.yaml").string(), "-o", (folder_ / "out").string()}));
  EXPECT_EQ(plan.code, 0) << plan.output;
  expect_said("images.pixels=100", "stage images: ");
  expect_said("images.shares=[0.9, 0.1]", "stage images: shares has 2 numbers");
  expect_said("dark_field.pixels=100", "stage dark_field: ");
  expect_said("powder.q=[1, 0.5]", "stage powder: ");
  job(stages + "  learn: {stage: learn_particles, after: images}\n");
  expect_said("learn.layers=8", "stage learn: 8 layers halve images of 128 px to nothing");
}

/// A program that has lost its module, or was built without it.
TEST_F(Program, ThatCannotLearnSaysSoBeforeAnythingRuns) {
  const auto program = folder_ / "ronchi";
  std::filesystem::copy_file(RONCHI_TEST_PROGRAM, program);
  job("  particles: {stage: simulate_particles, simulations: 4}\n  describe: {stage: describe_particles, after: particles}\n"
      "  images: {stage: simulate_images, after: [particles, describe], pixels: 64}\n"
      "  learn: {stage: learn_particles, after: images}\n");
  for (const char* command : {"run", "plan"}) {
    const auto said = run({program.string(), command, (folder_ / "job.yaml").string(), "-o", (folder_ / "out").string()});
#ifdef RONCHI_LEARNING
    EXPECT_EQ(said.code, 3) << said.output;
#else
    EXPECT_EQ(said.code, 6) << said.output;
#endif
    EXPECT_TRUE(holds(said, "stage learn: ")) << said.output;
    EXPECT_FALSE(std::filesystem::exists(folder_ / "out"));
  }
}

TEST_F(Program, TheSchemaIsJsonAndKnowsEveryOption) {
  const auto schema = run(ronchi(1, {"reference", "--schema"}));
  ASSERT_EQ(schema.code, 0);
  const YAML::Node root = YAML::Load(schema.output);  // JSON is YAML
  EXPECT_EQ(root["$defs"]["numbers"]["properties"]["items"]["type"].Scalar(), "integer");
  EXPECT_EQ(root["$defs"]["numbers"]["properties"]["width"]["minimum"].Scalar(), "1");
  EXPECT_EQ(root["properties"]["seed"]["type"].Scalar(), "integer");
  EXPECT_EQ(schema.output.find('\t'), std::string::npos);
  const auto page = run(ronchi(1, {"reference"}));
  EXPECT_NE(page.output.find("| `per_task` | integer | 1 or more |  | `3` | speed |"), std::string::npos) << page.output;
}

TEST_F(Program, PlanAndStatus) {
  job("  numbers: {items: 20, per_task: 3}\n  squares: {after: numbers, fuse: true}\n  total: {after: squares}\n  crowd: {items: "
      "7, per_task: 2, team: 3}\n");
  const auto file = (folder_ / "job.yaml").string(), output = (folder_ / "out").string();
  auto plan = run(ronchi(1, {"plan", file, "-o", output}));
  EXPECT_EQ(plan.code, 0) << plan.output;
  for (const char* words : {"20 items in 7 tasks", "one task by all ranks", "4 tasks by teams of 3", "to do", "numbers (fused)"})
    EXPECT_TRUE(holds(plan, words)) << words << "\n" << plan.output;
  const auto dot = run(ronchi(1, {"plan", file, "--dot"}));
  EXPECT_TRUE(dot.output.starts_with("digraph \"j\" {")) << dot.output;
  EXPECT_TRUE(holds(dot, "\"squares\" -> \"total\";")) << dot.output;
  EXPECT_TRUE(holds(dot, "\"numbers\" -> \"squares\" [style=bold, label=fused];")) << dot.output;
  EXPECT_EQ(run(ronchi(1, {"status", output})).code, 3);
  ASSERT_EQ(go(1).code, 0);
  const auto status = run(ronchi(1, {"status", out().string()}));
  EXPECT_EQ(status.code, 0) << status.output;
  EXPECT_TRUE(holds(status, "20 of 20")) << status.output;
  plan = run(ronchi(1, {"plan", file, "-o", output}));
  EXPECT_TRUE(holds(plan, "done")) << plan.output;
  EXPECT_TRUE(holds(run(ronchi(1, {"retry", out().string()})), "no failed items"));
}

TEST_F(Program, SaysWhyItComputesAnewAndWhatIsDoneBefore) {
  job("  numbers: {items: 4}\n");
  ASSERT_EQ(go(1).code, 0);
  EXPECT_TRUE(holds(go(1), "done before"));
  EXPECT_TRUE(holds(go(1, {"numbers.items=5"}), "computed anew because items: 4 -> 5"));
  EXPECT_TRUE(holds(go(1, {"numbers.per_task=1"}), "done before"));
}

TEST_F(Program, HelpAndMistakes) {
  EXPECT_TRUE(holds(run(ronchi(1, {"list"})), "numbers"));
  EXPECT_TRUE(holds(run(ronchi(1, {"help", "numbers"})), "width (integer, 1 to 1e+07; default 5)"));
  EXPECT_EQ(run(ronchi(1, {"help", "nubers"})).code, 2);
  EXPECT_TRUE(holds(run(ronchi(1, {"--version"})), "HDF5"));
  EXPECT_EQ(run(ronchi(1, {"rnu"})).code, 2);
  EXPECT_EQ(run(ronchi(1, {"run"})).code, 2);
  EXPECT_EQ(run(ronchi(1, {"run", "/nowhere.yaml"})).code, 3);
  EXPECT_EQ(run(ronchi(2, {"run", "/nowhere.yaml"})).code, 3);
  job("  numbers: {itms: 4}\n");
  for (const int ranks : {1, 2}) {
    const auto finished = go(ranks);
    EXPECT_EQ(finished.code, 2);
    EXPECT_TRUE(holds(finished, "job.yaml:3: numbers.itms: there is no such option; did you mean 'items'?")) << finished.output;
    EXPECT_FALSE(std::filesystem::exists(folder_ / "out"));
  }
  EXPECT_EQ(run(ronchi(1, {"validate", (folder_ / "job.yaml").string()})).code, 2);
  EXPECT_EQ(run(ronchi(1, {"validate", (folder_ / "job.yaml").string(), "numbers.items=3"})).code, 2)
      << "the unknown key is still there";
}

}  // namespace ronchi::testing
