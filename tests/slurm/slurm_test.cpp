// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Truth: the files of an undisturbed run without SLURM. Each test runs the job on a SLURM cluster and does something to it.
#include "tests/slurm/slurm_bench.hpp"

namespace ronchi::testing {
namespace {

class Slurm : public SlurmBench {
 protected:
  void SetUp() override {
    job(R"(  numbers: {items: 60, per_task: 2, milliseconds: 50}
  squares: {after: numbers, per_task: 3, milliseconds: 5}
  total: {after: squares, steps: 20, milliseconds: 10}
  crowd: {items: 8, per_task: 2, team: 2, milliseconds: 15}
)");
  }
  static constexpr std::size_t items = 60 + 60 + 20 + 8;
  inline static const std::vector<std::string> timed{"numbers", "squares", "total", "crowd"};
};

constexpr const char* srun = "srun --mpi=pmix";
constexpr const char* mpirun = "mpirun";

class Launched : public Slurm, public ::testing::WithParamInterface<const char*> {};

}  // namespace

INSTANTIATE_TEST_SUITE_P(By, Launched, ::testing::Values(srun, mpirun),
                         [](const auto& launcher) { return std::string(launcher.param == srun ? "srun" : "mpirun"); });

TEST_P(Launched, OnTwoNodes) {
  Cluster cluster;
  const auto id = submit(cluster, GetParam());
  ASSERT_TRUE(wait_for_parts("numbers", 3)) << cluster.output(id);
  EXPECT_EQ(busy_nodes(), (std::set<std::string>{"n1", "n2"}));
  ASSERT_EQ(cluster.ended(id), "COMPLETED");
  expect_each_once(items);
  expect_undisturbed(timed);
}

TEST_P(Launched, StoppedByUsr1TheNextBatchGoesOn) {
  Cluster cluster;
  const auto first = submit(cluster, GetParam());
  ASSERT_TRUE(wait_for_parts("numbers", 3)) << cluster.output(first);
  cluster.scancel({"-b", "-s", "USR1", first});
  ASSERT_TRUE(cluster.wait_until(first, "FAILED")) << cluster.output(first);
  EXPECT_EQ(cluster.jobs(first).at(0).at("ExitCode"), "75:0") << cluster.output(first);
  EXPECT_LT(parts("numbers"), 30);
  const auto second = submit(cluster, GetParam());
  ASSERT_EQ(cluster.ended(second), "COMPLETED");
  expect_each_once(items);
  expect_undisturbed(timed);
}

TEST_P(Launched, CancelledTheNextBatchCompletesIt) {
  Cluster cluster;
  const auto first = submit(cluster, GetParam());
  ASSERT_TRUE(wait_for_parts("numbers", 3)) << cluster.output(first);
  cluster.scancel({first});
  ASSERT_TRUE(cluster.wait_until(first, "CANCELLED")) << cluster.output(first);
  const auto second = submit(cluster, GetParam());
  ASSERT_EQ(cluster.ended(second), "COMPLETED");
  EXPECT_EQ(cluster.output(second).find("in flight"), std::string::npos) << cluster.output(second);  // nothing is suspected
  EXPECT_EQ(begun().size(), items);
  expect_undisturbed(timed);
}

TEST_F(Slurm, SlicesThenTheSweep) {
  Cluster cluster;
  const auto slices = submit(cluster, "", {"-n1", "--array=0-2"}, {"--slice", "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT"});
  auto options = two_by_two;
  options.push_back("--dependency=afterany:" + slices);
  const auto sweep = submit(cluster, srun, options);
  ASSERT_TRUE(wait_for_parts("numbers", 3)) << cluster.output(slices);
  EXPECT_EQ(cluster.jobs(sweep).at(0).at("Reason"), "Dependency");
  EXPECT_EQ(cluster.jobs(slices).size(), 3u);
  ASSERT_EQ(cluster.ended(slices), "COMPLETED");
  ASSERT_EQ(cluster.ended(sweep), "COMPLETED");
  for (const auto& slice : cluster.jobs(slices)) EXPECT_GE(cluster.jobs(sweep).at(0).at("StartTime"), slice.at("EndTime"));
  expect_each_once(items);
  expect_undisturbed(timed);
}

TEST_F(Slurm, TheControllerDiesAndComesBack) {
  job("  numbers: {items: 120, per_task: 2, milliseconds: 200}\n  total: {after: numbers, steps: 5}\n");
  Cluster cluster;
  const auto id = submit(cluster, srun);
  ASSERT_TRUE(wait_for_parts("numbers", 3)) << cluster.output(id);
  ASSERT_TRUE(cluster.wait_until_saved(id));
  cluster.kill_controller();
  const int before = parts("numbers");
  ASSERT_TRUE(wait_for_parts("numbers", before + 3));  // the work goes on without it
  EXPECT_FALSE(std::filesystem::exists(stage("numbers") / "index.h5"));
  cluster.start_controller();
  ASSERT_EQ(cluster.ended(id), "COMPLETED");
  EXPECT_EQ(cluster.jobs(id).at(0).at("Restarts"), "0");
  expect_each_once(120 + 5);
  expect_undisturbed({"numbers"});
}

}  // namespace ronchi::testing
