// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// `ronchi submit` on a real SLURM. Truth: the files of an undisturbed run without SLURM. What is done to a job comes while its
// items are held (Bench::hold), so that it comes in time on any machine.
#include <sys/mount.h>

#include "tests/slurm/slurm_bench.hpp"

namespace ronchi::testing {
namespace {

constexpr const char* stages = R"(  numbers: {items: 60, per_task: 2}
  squares: {after: numbers, per_task: 3}
  total: {after: squares, steps: 20}
)";
constexpr std::size_t items = 60 + 60 + 20;

class Submitted : public SlurmBench {
 protected:
  void SetUp() override { section("nodes: 2, tasks_per_node: 2"); }
  using SlurmBench::section;
  void section(const std::string& options) { section(options, stages); }
};

}  // namespace

TEST_F(Submitted, RunsToItsEnd) {
  hold("numbers", 8);
  Cluster cluster;
  const auto start = std::chrono::steady_clock::now();
  const auto id = submit(cluster);
  ASSERT_TRUE(wait_for_parts("numbers", 1)) << log(id);
  EXPECT_EQ(busy_nodes(), (std::set<std::string>{"n1", "n2"}));
  const std::chrono::duration<double> first = std::chrono::steady_clock::now() - start;
  std::printf("%.2f s from `ronchi submit` to the first committed task (5 s are asked for on an idle machine)\n", first.count());
  open_gate();
  ASSERT_EQ(cluster.ended(id), "COMPLETED") << log(id);
  EXPECT_EQ(field(cluster, id, "Restarts"), "0");
  expect_each_once(items);
  expect_undisturbed();
}

TEST_F(Submitted, NearTheLimitItIsRequeuedAndGoesOn) {
  hold("numbers", 8);
  Cluster cluster;
  const auto id = submit(cluster);
  ASSERT_TRUE(wait_for_parts("numbers", 3)) << log(id);
  cluster.scancel({"-b", "-s", "USR1", id});  // what --signal does at the limit
  ASSERT_TRUE(wait_for_restart(cluster, id)) << log(id);
  open_gate();
  ASSERT_EQ(cluster.ended(id), "COMPLETED") << log(id);
  EXPECT_EQ(field(cluster, id, "Restarts"), "1") << log(id);
  expect_each_once(items);
  expect_undisturbed();
}

TEST_F(Submitted, WithMpirunToo) {
  hold("numbers", 8);
  job(stages, "slurm: {nodes: 2, tasks_per_node: 2, time: '5', launcher: mpirun}\n");
  Cluster cluster;
  const auto id = submit(cluster);
  ASSERT_TRUE(wait_for_parts("numbers", 3)) << log(id);
  cluster.scancel({"-b", "-s", "USR1", id});
  ASSERT_TRUE(wait_for_restart(cluster, id)) << log(id);
  open_gate();
  ASSERT_EQ(cluster.ended(id), "COMPLETED") << log(id);
  EXPECT_EQ(field(cluster, id, "Restarts"), "1") << log(id);
  expect_each_once(items);
  expect_undisturbed();
}

TEST_F(Submitted, WithoutRequeueASuccessorGoesOn) {
  hold("numbers", 8);
  section("nodes: 2, tasks_per_node: 2, requeue: false");
  Cluster cluster;
  const auto id = submit(cluster);
  ASSERT_TRUE(wait_for_parts("numbers", 3)) << log(id);
  cluster.scancel({"-b", "-s", "USR1", id});
  const auto successor = std::to_string(std::atol(id.c_str()) + 1), third = std::to_string(std::atol(id.c_str()) + 2);
  ASSERT_TRUE(cluster.wait_until(successor, "RUNNING")) << log(id);
  open_gate();
  ASSERT_EQ(cluster.ended(successor), "COMPLETED") << log(id) << log(successor);
  EXPECT_TRUE(cluster.wait_until(third, "CANCELLED"));
  expect_each_once(items);
  expect_undisturbed();
}

TEST_F(Submitted, SlicesAreCompletedByTheRunAfterThem) {
  section("slices: 3, nodes: 1");
  Cluster cluster;
  const auto id = submit(cluster);
  ASSERT_EQ(cluster.ended(id), "COMPLETED") << log(id);
  expect_each_once(items);
  expect_undisturbed();
}

TEST_F(Submitted, TheControllerDiesAndComesBack) {
  hold("numbers", 20);
  hold("total", 0);
  Cluster cluster;
  const auto id = submit(cluster);
  ASSERT_TRUE(wait_for_parts("numbers", 3)) << log(id);
  ASSERT_TRUE(cluster.wait_until_saved(id));
  cluster.kill_controller();
  open_gate_of("numbers");
  ASSERT_TRUE(wait_for_parts("numbers", 30)) << "the work goes on without it";
  cluster.start_controller();
  EXPECT_EQ(field(cluster, id, "JobState"), "RUNNING");
  open_gate();
  ASSERT_EQ(cluster.ended(id), "COMPLETED") << log(id);
  EXPECT_EQ(field(cluster, id, "Restarts"), "0");
  expect_undisturbed();
}

TEST_F(Submitted, OneAfterAnother) {
  hold("numbers", 0);
  Cluster cluster;
  const auto first = submit(cluster);
  const auto second = submit(cluster, {"name=k", "slurm.after=[" + first + "]"});
  EXPECT_EQ(field(cluster, second, "JobState"), "PENDING");
  open_gate();
  ASSERT_EQ(cluster.ended(second), "COMPLETED");
  EXPECT_GE(field(cluster, second, "StartTime"), field(cluster, first, "EndTime"));
}

TEST_F(Submitted, CancelledItStaysSoAndGoesOnWhenSubmittedAgain) {
  hold("numbers", 8);
  Cluster cluster;
  const auto id = submit(cluster);
  ASSERT_TRUE(wait_for_parts("numbers", 3)) << log(id);
  cluster.scancel({id});
  ASSERT_TRUE(cluster.wait_until(id, "CANCELLED")) << log(id);
  open_gate();
  ASSERT_EQ(cluster.ended(submit(cluster)), "COMPLETED");
  expect_undisturbed();
}

TEST_F(Submitted, AttemptsWithoutProgressEndItWithTheReason) {
  section("attempts: 2");
  Cluster cluster;
  const auto id = submit(cluster, {"slurm.launcher_options=[--no-such-option]"});
  EXPECT_EQ(cluster.ended(id), "FAILED") << log(id);
  EXPECT_EQ(field(cluster, id, "Restarts"), "1") << log(id);
  EXPECT_NE(log(id).find("2 attempts in a row made no progress"), std::string::npos) << log(id);
}

TEST_F(Submitted, ARefusalIsSaid) {
  Cluster cluster(1);
  const auto refused = cluster.run({RONCHI_TEST_PROGRAM, "submit", (folder_ / "job.yaml").string(), "-o",
                                    (folder_ / "out").string(), "slurm.partition=nowhere"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_NE(refused.output.find("invalid partition"), std::string::npos) << refused.output;
}

TEST_F(Submitted, AResultsFolderThatMayNotBeWrittenTo) {
  Cluster cluster(1);
  std::filesystem::create_directory(folder_ / "out");
  ASSERT_EQ(::mount("none", (folder_ / "out").c_str(), "tmpfs", MS_RDONLY, nullptr), 0);
  const auto refused =
      cluster.run({RONCHI_TEST_PROGRAM, "submit", (folder_ / "job.yaml").string(), "-o", (folder_ / "out").string()});
  ::umount2((folder_ / "out").c_str(), MNT_DETACH);
  EXPECT_EQ(refused.code, 4) << refused.output;
  EXPECT_NE(refused.output.find("that you may write to it"), std::string::npos) << refused.output;
}

TEST_F(Submitted, AFullDiskStopsItAndMoreSpaceCompletesIt) {
  job("  numbers: {items: 24, per_task: 4, width: 20000}\n  total: {after: numbers}\n",
      "slurm: {launcher_options: [--mpi=pmix], time: '5', nodes: 2, tasks_per_node: 2}\n");
  std::filesystem::create_directory(folder_ / "out");
  const auto mount = [&](unsigned long flags, const char* size) {
    return ::mount("none", (folder_ / "out").c_str(), "tmpfs", flags, size);
  };
  ASSERT_EQ(mount(0, "size=600k"), 0);
  {
    Cluster cluster;
    const auto id = submit(cluster);
    EXPECT_EQ(cluster.ended(id), "FAILED") << log(id);
    EXPECT_EQ(field(cluster, id, "ExitCode"), "7:0") << log(id);
    EXPECT_NE(log(id).find("mend what the message above says"), std::string::npos) << log(id);
    ASSERT_EQ(mount(MS_REMOUNT, "size=100m"), 0);
    EXPECT_EQ(cluster.ended(submit(cluster)), "COMPLETED");
    expect_undisturbed();
  }
  ::umount2((folder_ / "out").c_str(), MNT_DETACH);
}

/// Nodes that die; an administrator says so at once. SLURM's own time-outs are in slurm_long_test.cpp.
using NodeLoss = Submitted;

TEST_F(NodeLoss, InAMapStage) {
  section("nodes: 3, tasks_per_node: 2");
  hold("numbers", 8);
  Cluster cluster(4);
  const auto id = submit(cluster);
  ASSERT_TRUE(wait_for_parts("numbers", 3)) << log(id);
  lose(cluster, nodes_of(cluster, id).back());
  ASSERT_TRUE(wait_for_restart(cluster, id)) << log(id);
  open_gate();
  ASSERT_EQ(cluster.ended(id), "COMPLETED") << log(id);
  expect_undisturbed();
  std::size_t again = 0;
  for (const auto& [item, times] : begun()) again += times > 1 ? 1 : 0;
  EXPECT_LE(again, 6u * 2u);  // the tasks in flight on six ranks, two items each
}

TEST_F(NodeLoss, OfTheBatchHostInACollectiveStage) {
  section("nodes: 2, tasks_per_node: 2", "  numbers: {items: 8, per_task: 2}\n  total: {after: numbers, steps: 100}\n");
  hold("total", 20);
  Cluster cluster(3);
  const auto id = submit(cluster);
  ASSERT_TRUE(wait_for([&] { return checkpoint("total") >= 20; })) << log(id);
  lose(cluster, nodes_of(cluster, id).front());
  ASSERT_TRUE(wait_for_restart(cluster, id)) << log(id);
  open_gate();
  ASSERT_EQ(cluster.ended(id), "COMPLETED") << log(id);
  expect_undisturbed();
}

/// Not the batch host's: SLURM ends the rest of the job by TERM, which is no cancellation.
TEST_F(NodeLoss, WithoutRequeueTheSuccessorGoesOn) {
  section("nodes: 2, tasks_per_node: 2, requeue: false");
  hold("numbers", 8);
  Cluster cluster(3);
  const auto id = submit(cluster);
  ASSERT_TRUE(wait_for_parts("numbers", 3)) << log(id);
  lose(cluster, nodes_of(cluster, id).back());
  const auto successor = std::to_string(std::atol(id.c_str()) + 1);
  ASSERT_TRUE(cluster.wait_until(successor, "RUNNING")) << log(id);
  open_gate();
  ASSERT_EQ(cluster.ended(successor), "COMPLETED") << log(id) << log(successor);
  expect_undisturbed();
}

/// The cut-off ranks live on and see the disk: for a while there are two runs of the job, and both do the items that were held.
TEST_F(NodeLoss, ByAPartitionThatHealsLater) {
  section("nodes: 2, tasks_per_node: 2", "  numbers: {items: 60, per_task: 2}\n  total: {after: numbers}\n");
  hold("numbers", 8);
  Cluster cluster(3, Cluster::Network::of_each_node);
  const auto id = submit(cluster);
  ASSERT_TRUE(wait_for_parts("numbers", 3)) << log(id);
  const int lost = nodes_of(cluster, id).back();
  cluster.cut(lost);
  ASSERT_TRUE(wait_for_restart(cluster, id)) << log(id);
  EXPECT_TRUE(busy_nodes().contains("n" + std::to_string(lost))) << "its ranks live on";
  open_gate();
  cluster.heal(lost);
  ASSERT_EQ(cluster.ended(id), "COMPLETED") << log(id);
  EXPECT_TRUE(wait_for([&] { return cluster.reaches(lost); }));
  expect_undisturbed();
}

}  // namespace ronchi::testing
