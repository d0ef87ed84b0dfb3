// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// What waits for SLURM's own time-outs. Truth: the files of an undisturbed run without SLURM.
#include "tests/slurm/slurm_bench.hpp"

namespace ronchi::testing {
namespace {

class SlurmLong : public SlurmBench {
 protected:
  void SetUp() override { job("  numbers: {items: 60, per_task: 2, milliseconds: 50}\n  total: {after: numbers, steps: 5}\n"); }
};

}  // namespace

/// The limit is looked at every 30 s only: the signal comes up to half a minute late, so it is asked for early.
TEST_F(SlurmLong, TheSignalBeforeTheTimeLimitStopsTheRun) {
  job("  numbers: {items: 3000, per_task: 2, milliseconds: 100}\n");
  Cluster cluster;
  auto options = two_by_two;
  options.insert(options.end(), {"--time=1", "--signal=B:USR1@50"});
  const auto first = submit(cluster, "srun --mpi=pmix", options);
  ASSERT_TRUE(cluster.wait_until(first, "FAILED", 100)) << cluster.output(first);
  EXPECT_EQ(cluster.jobs(first).at(0).at("ExitCode"), "75:0") << cluster.output(first);
  const int before = parts("numbers");
  const auto done = begun();
  EXPECT_GT(before, 0);
  EXPECT_LT(before, 1500);
  EXPECT_EQ(done.size(), static_cast<std::size_t>(2 * before));  // what was begun is committed
}

/// A job whose node is lost goes to the spare node, by SLURM alone; the node that was cut off comes back when it is healed.
TEST_F(SlurmLong, ALostNodeIsNoticedAndASpareTakesItsPlace) {
  for (const bool cut : {false, true}) {
    Cluster cluster(3, Cluster::Network::of_each_node);
    const auto id =
        cluster.sbatch("#!/bin/bash\nsrun hostname\n[[ $SLURM_RESTART_COUNT ]] || srun sleep 1000\n", {"-N2", "-n2", "--requeue"});
    ASSERT_TRUE(wait_for([&] { return cluster.output(id).find("n2") != std::string::npos; }, 30));
    EXPECT_EQ(cluster.jobs(id).at(0).at("NodeList"), "n[1-2]");
    cut ? cluster.cut(2) : cluster.kill_node(2);
    ASSERT_TRUE(wait_for([&] { return cluster.node_state(2) == "down*"; }, 60)) << cluster.node_state(2);
    EXPECT_EQ(cluster.ended(id), "COMPLETED");
    const auto job = cluster.jobs(id).at(0);
    EXPECT_EQ(job.at("Restarts"), "1");
    EXPECT_EQ(job.at("NodeList"), "n[1,3]");
    cut ? cluster.heal(2) : cluster.start_node(2);
    EXPECT_TRUE(wait_for([&] { return cluster.node_state(2) == "idle"; }, 90)) << cluster.node_state(2);
  }
}

}  // namespace ronchi::testing
