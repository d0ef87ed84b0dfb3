// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// `ronchi submit` with an sbatch that only notes what it is given; the real one is asked in tests/slurm.
#include <sys/stat.h>

#include "tests/support/bench.hpp"

namespace ronchi::testing {
namespace {

class Submit : public Bench {
 protected:
  void SetUp() override { job("  numbers: {items: 4}\n", "slurm: {nodes: 2, tasks_per_node: 3, time: '10'}\n"); }
  void sbatch(const std::string& body) {
    std::filesystem::create_directories(folder_ / "bin");
    write_file(folder_ / "bin/sbatch", "#!/bin/bash\necho \"$*\" >> " + (folder_ / "calls").string() + "\n" + body + "\n");
    ::chmod((folder_ / "bin/sbatch").c_str(), 0755);
  }
  Finished submit(std::vector<std::string> more = {}) {
    std::vector<std::string> words{"submit", (folder_ / "job.yaml").string(), "-o", (folder_ / "out").string()};
    words.insert(words.end(), more.begin(), more.end());
    return run(ronchi(1, words), {{"PATH", (folder_ / "bin").string() + ":/usr/bin:/bin"}, {"RONCHI_SITE", site_}});
  }
  [[nodiscard]] std::string script() const { return contents(out() / "slurm/batch.sh"); }
  std::string site_;
};

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_F(Submit, WritesTheScriptBesideTheRunAndSaysWhatItDid) {
  sbatch("echo 4711");
  const auto finished = submit({"slurm.partition=big", "numbers.items=7"});
  EXPECT_EQ(finished.code, 0) << finished.output;
  EXPECT_TRUE(holds(finished.output, "job 4711")) << finished.output;
  EXPECT_TRUE(holds(contents(folder_ / "calls"), "--parsable " + (out() / "slurm/batch.sh").string()));
  for (const char* line : {"#SBATCH --nodes=2", "#SBATCH --ntasks=6", "#SBATCH --time=10", "#SBATCH --partition=big",
                           "#SBATCH --signal=B:USR1@120", "numbers.items=7"})
    EXPECT_TRUE(holds(script(), line)) << line << "\n" << script();
  EXPECT_EQ(contents(out() / "slurm/job.yaml"), contents(folder_ / "job.yaml"));
}

TEST_F(Submit, ADryRunWritesNothing) {
  const auto finished = submit({"--dry-run"});
  EXPECT_EQ(finished.code, 0) << finished.output;
  EXPECT_TRUE(holds(finished.output, "#SBATCH --nodes=2")) << finished.output;
  EXPECT_FALSE(std::filesystem::exists(folder_ / "out"));
}

TEST_F(Submit, SlicesAreAnArrayAndARunAfterIt) {
  sbatch("[[ $* == *slices.sh ]] && echo 10 || echo 11");
  const auto finished = submit({"slurm.slices=5", "slurm.slices_at_once=2", "slurm.after=[7]"});
  EXPECT_EQ(finished.code, 0) << finished.output;
  EXPECT_TRUE(holds(contents(folder_ / "calls"), "--dependency=afterany:10 " + (out() / "slurm/complete.sh").string()));
  const auto slices = contents(out() / "slurm/slices.sh"), complete = contents(out() / "slurm/complete.sh");
  EXPECT_TRUE(holds(slices, "#SBATCH --array=0-4%2")) << slices;
  EXPECT_TRUE(holds(slices, "#SBATCH --dependency=afterok:7")) << slices;
  EXPECT_FALSE(holds(complete, "#SBATCH --dependency")) << complete;
  EXPECT_FALSE(holds(complete, "--slice ")) << complete;
}

TEST_F(Submit, WithoutSlurmItSaysSo) {
  std::filesystem::create_directories(folder_ / "bin");
  const auto words = ronchi(1, {"submit", (folder_ / "job.yaml").string(), "-o", (folder_ / "out").string()});
  const auto finished = run(words, {{"PATH", (folder_ / "bin").string()}});
  EXPECT_EQ(finished.code, 3);
  EXPECT_TRUE(holds(finished.output, "there is no SLURM on this machine")) << finished.output;
}

TEST_F(Submit, ARefusalIsPassedOnInSlurmsWords) {
  sbatch("echo 'sbatch: error: Batch job submission failed: Invalid account' >&2; exit 1");
  const auto finished = submit();
  EXPECT_EQ(finished.code, 2);
  EXPECT_TRUE(holds(finished.output, "Invalid account")) << finished.output;
}

TEST_F(Submit, MistakesAreFoundBeforeAnythingIsWritten) {
  sbatch("echo 1");
  site_ = (folder_ / "site.yaml").string();
  write_file(site_, "acount: x\n");
  const auto profile = submit();
  EXPECT_EQ(profile.code, 2);
  EXPECT_TRUE(holds(profile.output, "did you mean 'account'?")) << profile.output;
  site_ = "";
  EXPECT_EQ(submit({"slurm.nodse=4"}).code, 2);
  EXPECT_EQ(submit({"slurm.time=never"}).code, 2);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "calls"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "out"));
  // A run reads the section too.
  const auto ran = go(1, {"slurm.nodse=4"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_TRUE(holds(ran.output, "did you mean 'nodes'?")) << ran.output;
}

TEST_F(Submit, AFolderThatMayNotBeWrittenTo) {
  sbatch("echo 1");
  write_file(folder_ / "out", "a file, not a folder");
  const auto finished = submit();
  EXPECT_EQ(finished.code, 4) << finished.output;
  EXPECT_FALSE(std::filesystem::exists(folder_ / "calls"));
}

}  // namespace ronchi::testing
