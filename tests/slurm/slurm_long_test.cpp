// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// What waits for SLURM's own time-outs. Truth: the files of an undisturbed run without SLURM.
#include "tests/slurm/slurm_bench.hpp"

namespace ronchi::testing {
namespace {
using SlurmLong = SlurmBench;
const std::vector<std::string> timed{"numbers", "total"};
}  // namespace

/// The limit is looked at every 30 s only: the signal comes up to half a minute late, so it is asked for early.
TEST_F(SlurmLong, AJobLongerThanItsLimitGoesOnByItself) {
  section("nodes: 2, tasks_per_node: 2", "  numbers: {items: 1000, per_task: 2, milliseconds: 100}\n  total: {after: numbers}\n");
  Cluster cluster;
  const auto id = submit(cluster, {"slurm.time=1", "slurm.stop_before=50"});
  ASSERT_EQ(cluster.ended(id, 300), "COMPLETED") << log(id);
  EXPECT_GE(std::stoi(field(cluster, id, "Restarts")), 1) << log(id);
  expect_each_once(1000 + 5);
  expect_undisturbed(timed);
}

/// Nobody tells SLURM: its daemon's silence does, or the ranks' own watchdog. A spare node takes the place.
TEST_F(SlurmLong, ANodeThatDiesOrIsCutOffCostsNoResult) {
  for (const bool cut : {false, true})
    for (const bool batch_host : {false, true}) {
      std::filesystem::remove_all(folder_ / "out");
      section("nodes: 2, tasks_per_node: 2",
              "  numbers: {items: 200, per_task: 2, milliseconds: 100}\n  total: {after: numbers}\n");
      Cluster cluster(3, Cluster::Network::of_each_node);
      const auto id = submit(cluster, {}, "5");
      ASSERT_TRUE(wait_for_parts("numbers", 3)) << log(id);
      const auto nodes = nodes_of(cluster, id);
      const int lost = batch_host ? nodes.front() : nodes.back();
      cut ? cluster.cut(lost) : cluster.kill_node(lost);
      ASSERT_EQ(cluster.ended(id, 240), "COMPLETED") << cut << batch_host << log(id);
      EXPECT_GE(std::stoi(field(cluster, id, "Restarts")), 1) << cut << batch_host << log(id);
      expect_undisturbed(timed);
      cut ? cluster.heal(lost) : cluster.start_node(lost);
    }
}

}  // namespace ronchi::testing
