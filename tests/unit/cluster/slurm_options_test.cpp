// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Truth: the forms of time that sbatch(1) lists under --time.
#include "framework/cluster/slurm_options.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "framework/base/error.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temporary.hpp"

namespace ronchi::testing {
namespace {

using cluster::seconds_of;
using cluster::slurm_options;

class SlurmOptions : public ::testing::Test {
 protected:
  void SetUp() override { ::unsetenv("RONCHI_SITE"); }
  void TearDown() override { ::unsetenv("RONCHI_SITE"); }
  void site(const std::string& text) {
    write_file(folder_ / "site.yaml", text);
    ::setenv("RONCHI_SITE", (folder_ / "site.yaml").c_str(), 1);
  }
  /// "" if nothing is wrong.
  static std::string mistakes(const std::string& section) {
    try {
      (void)slurm_options(YAML::Load(section), "job.yaml");
      return "";
    } catch (const Failure& f) { return f.what(); }
  }
  TemporaryDirectory folder_;
};

}  // namespace

TEST_F(SlurmOptions, TimesAsSbatchReadsThem) {
  EXPECT_EQ(seconds_of("90"), 90 * 60);
  EXPECT_EQ(seconds_of("90:30"), 90 * 60 + 30);
  EXPECT_EQ(seconds_of("2:00:05"), 7205);
  EXPECT_EQ(seconds_of("1-12"), 36 * 3600);
  EXPECT_EQ(seconds_of("1-12:30"), 36 * 3600 + 1800);
  EXPECT_EQ(seconds_of("1-12:30:15"), 36 * 3600 + 1815);
  for (const char* wrong : {"", "x", "1:2:3:4", "-5", "1-", "1h", "12:", "1.5", "99999999999"})
    EXPECT_FALSE(seconds_of(wrong).has_value()) << wrong;
}

TEST_F(SlurmOptions, TheJobStandsOverTheSiteAndTheSiteOverTheDefaults) {
  site("{partition: large, launcher: mpirun, modules: [openmpi, hdf5], cpus_per_task: 4}");
  const auto o = slurm_options(YAML::Load("{partition: small, nodes: 3, tasks_per_node: 2, memory: 4 GiB}"), "job.yaml");
  EXPECT_EQ(o.partition, "small");
  EXPECT_EQ(o.launcher, cluster::Launcher::mpirun);
  EXPECT_EQ(o.modules, (std::vector<std::string>{"openmpi", "hdf5"}));
  EXPECT_EQ(o.cpus_per_task, 4);
  EXPECT_EQ(o.ranks(), 6);
  EXPECT_EQ(o.memory->value, std::int64_t{4} << 30);
  EXPECT_EQ(o.attempts, 3);
}

TEST_F(SlurmOptions, AProfileMayBeNamed) {
  ::setenv("HOME", folder_.path().c_str(), 1);
  std::filesystem::create_directories(folder_ / ".config/ronchi");
  write_file(folder_ / ".config/ronchi/idun.yaml", "account: physics\n");
  ::setenv("RONCHI_SITE", "idun", 1);
  EXPECT_EQ(slurm_options({}, "job.yaml").account, "physics");
  ::setenv("RONCHI_SITE", "idum", 1);
  EXPECT_NE(mistakes("{}").find("neither such a file nor"), std::string::npos);
}

TEST_F(SlurmOptions, MistakesAreNamedWithFileAndNearestName) {
  site("partitoin: large\nlauncher: srum\n");
  const auto both = mistakes("{}");
  EXPECT_NE(both.find("site.yaml:1: partitoin"), std::string::npos) << both;
  EXPECT_NE(both.find("did you mean 'partition'?"), std::string::npos) << both;
  EXPECT_NE(both.find("site.yaml:2: launcher"), std::string::npos) << both;
  site("- a list\n");
  EXPECT_NE(mistakes("{}").find("is a map of options"), std::string::npos);
  site("{a: [b\n");
  EXPECT_NE(mistakes("{}").find("this is not YAML"), std::string::npos);
}

TEST_F(SlurmOptions, WhatCannotBeIsRefused) {
  EXPECT_EQ(mistakes("{}"), "");
  EXPECT_EQ(mistakes("{after: [12, 'afterany:13', singleton], environment: [A_1=b=c], io_hints: [striping_factor=8]}"), "");
  for (const char* wrong :
       {"{time: soon}", "{time: 0}", "{time: 1, stop_before: 60}", "{nodes: 0}", "{nodes: 4, tasks: 3}", "{environment: [A B=c]}",
        "{environment: [1A=c]}", "{after: [yesterday]}", "{extra: [mail-type=FAIL]}", "{io_hints: [fast]}",
        "{io_hints: ['a=b;c=d']}", "{account: \"a\\n#SBATCH --nodes=100\"}", "{prepare: [\"a\\nb\"]}", "{attempts: 0}",
        "{launcher: aprun}", "{node: 2}", "{slices: 4, requeue: false}", "{silence: 60}", "{stop_before: 70000, time: 7-0}"})
    EXPECT_NE(mistakes(wrong), "") << wrong;
}

}  // namespace ronchi::testing
