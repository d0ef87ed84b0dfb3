// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// The batch script in a real bash, with SLURM's commands played by small scripts that note how they are called.
#include "framework/cluster/batch_script.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <chrono>

#include "tests/support/process.hpp"
#include "tests/support/temporary.hpp"

namespace ronchi::testing {
namespace {

class BatchScript : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(folder_ / "out/j/slurm");
    for (const char* name : {"scontrol", "scancel"}) command(name, "");
    command("sbatch", "echo 4711");
    for (const char* name : {"srun", "mpirun"}) command(name, "while [[ $1 != */program ]]; do shift; done; exec \"$@\"");
    // The program: `again` is the real one's, `run` does what the test says.
    command("program", "[[ $1 != again ]] || exec " RONCHI_TEST_PROGRAM " \"$@\"\n. " + (folder_ / "behaviour").string());
    s_.name = "j";
    s_.program = folder_ / "bin/program";
    s_.directory = folder_ / "out/j";
    s_.working = folder_.path();
    s_.job_file = folder_ / "out/j/slurm/job.yaml";
  }
  void command(const std::string& name, const std::string& body) {
    std::filesystem::create_directories(folder_ / "bin");
    const auto file = folder_ / ("bin/" + name);
    write_file(file, "#!/bin/bash\necho \"" + name + " $*\" >> " + (folder_ / "calls").string() + "\n" + body + "\n");
    ::chmod(file.c_str(), 0755);
  }
  void behaviour(const std::string& text) { write_file(folder_ / "behaviour", text + "\n"); }
  std::map<std::string, std::string> environment() const {
    return {{"PATH", (folder_ / "bin").string() + ":" + std::getenv("PATH")}, {"SLURM_JOB_ID", "99"}, {"SLURM_ARRAY_TASK_ID", "2"}};
  }
  std::vector<std::string> script(cluster::Part part = cluster::Part::whole) {
    write_file(cluster::script_file(s_, part), cluster::batch_script(s_, part));
    return {"bash", cluster::script_file(s_, part).string()};
  }
  [[nodiscard]] bool called(const std::string& text) const { return contents(folder_ / "calls").find(text) != std::string::npos; }
  [[nodiscard]] bool started() const {
    return wait_for([&] { return std::filesystem::exists(folder_ / "started"); });
  }
  TemporaryDirectory folder_;
  cluster::Submission s_;
};

}  // namespace

TEST_F(BatchScript, ACompleteJobEnds) {
  behaviour("exit 0");
  const auto finished = run(script(), environment());
  EXPECT_EQ(finished.code, 0) << finished.output;
  EXPECT_TRUE(called("srun --kill-on-bad-exit=1 --ntasks=1"));
  EXPECT_FALSE(called("scontrol"));
  EXPECT_FALSE(called("sbatch"));
}

TEST_F(BatchScript, AnUnfinishedJobIsRequeuedAndAWrongOneIsNot) {
  command("scontrol", "kill -TERM $PPID");  // as SLURM does
  behaviour("mkdir -p $PWD/out/j/x/parts; touch $PWD/out/j/x/identity.txt $PWD/out/j/x/parts/0-1.h5; exit 75");
  s_.working = folder_.path();
  auto words = script();
  words = {"bash", "-c", "cd " + folder_.path().string() + " && exec bash " + words[1]};
  EXPECT_NE(run(words, environment()).code, 0);
  EXPECT_TRUE(called("scontrol requeue 99")) << contents(folder_ / "calls");
  std::filesystem::remove(folder_ / "calls");
  behaviour("exit 5");
  EXPECT_EQ(run(script(), environment()).code, 5);
  EXPECT_FALSE(called("scontrol"));
}

TEST_F(BatchScript, Usr1ReachesTheProgramAndItsExitCodeCounts) {
  s_.options.attempts = 5;
  behaviour("trap 'touch " + (folder_ / "stopped").string() + "; exit 75' USR1; touch " + (folder_ / "started").string() +
            "; while :; do sleep 0.05; done");
  command("scontrol", "kill -TERM $PPID");
  Process process(script(), environment());
  ASSERT_TRUE(started());
  process.signal(SIGUSR1);
  process.wait();
  EXPECT_TRUE(std::filesystem::exists(folder_ / "stopped"));
  EXPECT_TRUE(called("scontrol requeue 99")) << process.output();
}

TEST_F(BatchScript, ACancelledJobIsNotRequeued) {
  s_.options.launcher = cluster::Launcher::mpirun;
  behaviour("trap 'exit 75' TERM; touch " + (folder_ / "started").string() + "; while :; do sleep 0.05; done");
  Process process(script(), environment());
  ASSERT_TRUE(started());
  process.signal(SIGTERM);
  EXPECT_EQ(process.wait(), 75);
  EXPECT_FALSE(called("scontrol requeue")) << process.output();
  EXPECT_NE(process.output().find("was cancelled"), std::string::npos) << process.output();
}

TEST_F(BatchScript, WithoutRequeueASuccessorWaitsAndIsCancelledWhenAllIsDone) {
  s_.options.requeue = false;
  behaviour("exit 0");
  EXPECT_EQ(run(script(), environment()).code, 0);
  EXPECT_TRUE(called("sbatch --parsable --dependency=afterany:99 " + cluster::script_file(s_, cluster::Part::whole).string()));
  EXPECT_TRUE(called("scancel --state=PENDING 4711")) << "one that runs has taken over and is let be";
  std::filesystem::remove(folder_ / "calls");
  behaviour("exit 137");
  EXPECT_EQ(run(script(), environment()).code, 137);
  EXPECT_TRUE(called("sbatch"));
  EXPECT_FALSE(called("scancel")) << contents(folder_ / "calls");
  EXPECT_FALSE(called("scontrol"));
}

TEST_F(BatchScript, ALauncherThatWaitsForLostRanksIsEnded) {
  command("scontrol", "case $1 in requeue) kill -TERM $PPID ;; show) echo SlurmdTimeout = 0 sec ;; esac");
  behaviour("echo 75 node n2 is silent > " + (s_.folder() / "lost.99-0").string() + "; sleep 100");
  Process process(script(), environment());
  EXPECT_GT(process.wait(), 0) << process.output();
  EXPECT_NE(process.output().find("node n2 is silent"), std::string::npos) << process.output();
  EXPECT_TRUE(called("scontrol requeue 99")) << process.output();
}

/// Open MPI can hang in its own clean-up when its ranks are gone; as long as there are any, it is let be.
TEST_F(BatchScript, ALauncherWithoutRanksIsEnded) {
  s_.options.launcher = cluster::Launcher::mpirun;
  command("scontrol", "kill -TERM $PPID");
  behaviour("sleep 4; while :; do read -t 1000 <>" + (folder_ / "never").string() + "; done");
  ASSERT_EQ(::mkfifo((folder_ / "never").c_str(), 0600), 0);
  auto words = script();
  const auto slow = contents(words[1]);
  auto fast = slow;
  fast.replace(fast.find("sleep 5;"), 8, "sleep 0.1;");
  write_file(words[1], fast);
  const auto start = std::chrono::steady_clock::now();
  const auto finished = run(words, environment());
  EXPECT_NE(finished.output.find("mpirun hangs without any rank"), std::string::npos) << finished.output;
  EXPECT_GT(std::chrono::steady_clock::now() - start, std::chrono::seconds(4)) << "it was ended beside a rank";
  EXPECT_TRUE(called("scontrol requeue 99")) << finished.output;
}

TEST_F(BatchScript, SlicesKnowTheirNumber) {
  s_.options.slices = 4;
  behaviour("echo \"$@\" > " + (folder_ / "arguments").string());
  EXPECT_EQ(run(script(cluster::Part::slice), environment()).code, 0);
  EXPECT_NE(contents(folder_ / "arguments").find("--slice 2/4"), std::string::npos) << contents(folder_ / "arguments");
  EXPECT_TRUE(called("--slice 2 --begin"));
}

TEST_F(BatchScript, OddWordsSurviveTheShell) {
  s_.overrides = {"input=a b'c\"d$e*.hspy"};
  s_.options.environment = {"WORD=x y'z"};
  behaviour("printf '%s\\n' \"$@\" \"$WORD\" > " + (folder_ / "arguments").string());
  EXPECT_EQ(run(script(), environment()).code, 0);
  EXPECT_NE(contents(folder_ / "arguments").find("\ninput=a b'c\"d$e*.hspy\n"), std::string::npos);
  EXPECT_NE(contents(folder_ / "arguments").find("\nx y'z\n"), std::string::npos);
}

}  // namespace ronchi::testing
