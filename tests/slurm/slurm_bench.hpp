// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "tests/slurm/cluster.hpp"
#include "tests/support/bench.hpp"

namespace ronchi::testing {

/// A job file, its results, and batch scripts that run it.
class SlurmBench : public Bench {
 protected:
  void section(const std::string& options, const std::string& work) {
    job(work, "slurm: {launcher_options: [--mpi=pmix], time: '5', " + options + "}\n");
  }
  /// The number of the job that SLURM has given; of the completing one with slices.
  /// `silence`: seconds until the ranks give up peers that they do not hear of; long, so that a loaded machine is no lost node.
  std::string submit(Cluster& cluster, std::vector<std::string> more = {}, const std::string& silence = "60") {
    std::vector<std::string> words{RONCHI_TEST_PROGRAM, "submit", (folder_ / "job.yaml").string(), "-o",
                                   (folder_ / "out").string()};
    words.insert(words.end(), more.begin(), more.end());
    const auto said = cluster.run(words, with_log({{"RONCHI_BEAT", "0.2"}, {"RONCHI_SILENCE", silence}}));
    EXPECT_EQ(said.code, 0) << said.output;
    const auto at = said.output.rfind("job ");
    return at == std::string::npos ? "" : std::to_string(std::atol(said.output.c_str() + at + 4));
  }
  [[nodiscard]] std::string log(const std::string& id) const { return contents(out() / "slurm" / (id + ".out")); }
  [[nodiscard]] static std::string field(const Cluster& cluster, const std::string& id, const std::string& name) {
    return cluster.jobs(id).at(0).at(name);
  }
  static std::vector<int> nodes_of(const Cluster& cluster, const std::string& id) {
    const auto listed = cluster.run({"scontrol", "show", "hostnames", field(cluster, id, "NodeList")}).output;
    std::vector<int> nodes;
    for (std::size_t at = 0; (at = listed.find('n', at)) != std::string::npos; ++at)
      nodes.push_back(std::atoi(listed.c_str() + at + 1));
    return nodes;
  }
  /// A power cut that SLURM is told of, as an administrator would.
  static void lose(Cluster& cluster, int node) {
    cluster.kill_node(node);
    (void)cluster.run({"scontrol", "update", "nodename=n" + std::to_string(node), "state=down", "reason=test"});
  }

  [[nodiscard]] bool wait_for_parts(const std::string& type, int n) const {
    return wait_for([&] { return parts(type) >= n; });
  }
  /// The job has been requeued and its next run is on.
  [[nodiscard]] static bool wait_for_restart(const Cluster& cluster, const std::string& id) {
    return cluster.wait_until(id, [](const auto& job) { return job.at("Restarts") != "0" && job.at("JobState") == "RUNNING"; });
  }
  /// The nodes on which ranks run at this moment.
  [[nodiscard]] std::set<std::string> busy_nodes() const {
    std::set<std::string> nodes;
    std::error_code ec;
    for (const auto& e : std::filesystem::directory_iterator(out() / "inflight", ec)) {
      const auto name = e.path().filename().string();  // <job>-<restart>@<node>.<pid>.slots
      const auto node = name.substr(name.find('@') + 1);
      nodes.insert(node.substr(0, node.find('.')));
    }
    return nodes;
  }
  using Bench::expect_undisturbed;
  /// The same, but the items of these stages take no time: one process does them one after the other.
  void expect_undisturbed(const std::vector<std::string>& timed_stages) {
    std::vector<std::string> at_once;
    for (const auto& stage : timed_stages) at_once.push_back(stage + ".milliseconds=0");
    const auto finished = go(1, at_once, {{"RONCHI_TEST_LOG", "/dev/null"}}, "undisturbed");
    EXPECT_EQ(finished.code, 0) << finished.output;
    EXPECT_EQ(difference(results(out()), results(out("undisturbed"))), "");
  }
  void expect_each_once(std::size_t items) {
    const auto count = begun();
    EXPECT_EQ(count.size(), items);
    for (const auto& [item, times] : count) EXPECT_EQ(times, 1) << item;
  }
};

}  // namespace ronchi::testing
