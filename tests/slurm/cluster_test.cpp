// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// The fixture does what it says. A job that holds a file lock shows whether a node lives; a connection, whether it is reached.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <sstream>

#include "tests/slurm/cluster.hpp"

namespace ronchi::testing {
namespace {

class ClusterTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::string lock() const { return (folder_ / "lock").string(); }
  [[nodiscard]] bool held() const {
    const int fd = ::open(lock().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    const bool taken = ::flock(fd, LOCK_EX | LOCK_NB) == 0;
    ::close(fd);
    return !taken;
  }
  /// A job on that node which does nothing but live.
  [[nodiscard]] bool live_on(Cluster& cluster, const std::string& node) const {
    cluster.sbatch("#!/bin/bash\nexec flock " + lock() + " sleep 1000\n", {"-w", node, "-n1"});
    return wait_for([&] { return held(); });
  }
  static std::string host(const Cluster& cluster, const std::string& node) {
    return cluster.run({"srun", "-N1", "-n1", "-w", node, "--overlap", "hostname"}).output;
  }

  TemporaryDirectory folder_;
};

}  // namespace

TEST_F(ClusterTest, NodesHaveTheirNamesAndTwoClustersLiveSideBySide) {
  Cluster one, other(1);
  EXPECT_EQ(host(one, "n1"), "n1\n");
  EXPECT_EQ(host(one, "n2"), "n2\n");
  EXPECT_EQ(host(other, "n1"), "n1\n");
  EXPECT_EQ(other.node_state(2), "");
}

TEST_F(ClusterTest, AKilledNodeTakesItsJobsAlongAndComesBack) {
  Cluster cluster;
  ASSERT_TRUE(live_on(cluster, "n2"));
  EXPECT_TRUE(cluster.reaches(2));
  cluster.kill_node(2);
  EXPECT_FALSE(held());
  EXPECT_FALSE(cluster.reaches(2));
  EXPECT_TRUE(cluster.reaches(1));
  cluster.start_node(2);
  EXPECT_TRUE(cluster.reaches(2));
  EXPECT_EQ(host(cluster, "n2"), "n2\n");
}

TEST_F(ClusterTest, ANodeThatIsCutOffLivesOn) {
  Cluster cluster(2, Cluster::Network::of_each_node);
  ASSERT_TRUE(live_on(cluster, "n2"));
  EXPECT_TRUE(cluster.reaches(2));
  cluster.cut(2);
  EXPECT_FALSE(cluster.reaches(2));
  EXPECT_TRUE(cluster.reaches(1));
  EXPECT_TRUE(held());
  cluster.heal(2);
  EXPECT_TRUE(wait_for([&] { return cluster.reaches(2); }));
  EXPECT_TRUE(held());
  cluster.kill_node(2);
  EXPECT_FALSE(held());
  EXPECT_FALSE(cluster.reaches(2));
}

TEST_F(ClusterTest, WithoutItsOwnerItGoesDown) {
  const auto directory = folder_ / "c";
  Process owner({"sleep", "1000"});
  const auto up =
      testing::run({RONCHI_SLURM_CLUSTER, "up", directory.string(), "--nodes", "1", "--owner", std::to_string(owner.pid())});
  ASSERT_EQ(up.code, 0) << up.output;
  std::vector<std::string> daemons;  // "role name pid start"
  std::istringstream lines(contents(directory / "pids"));
  for (std::string role, name, pid, start; lines >> role >> name >> pid >> start;)
    if (role != "owner") daemons.push_back(name + " " + pid);
  EXPECT_GE(daemons.size(), 4u);  // munged, slurmctld, the node and its first process
  const auto living = [&] {
    int n = 0;
    for (const auto& d : daemons) {
      const auto status = contents("/proc/" + d.substr(d.find(' ') + 1) + "/status");
      if (status.find("Name:\t" + d.substr(0, d.find(' '))) != std::string::npos && status.find("State:\tZ") == std::string::npos)
        ++n;
    }
    return n;
  };
  EXPECT_EQ(living(), static_cast<int>(daemons.size()));
  owner.signal(SIGKILL);
  (void)owner.wait();
  EXPECT_TRUE(wait_for([&] { return living() == 0; })) << living();
  (void)testing::run({RONCHI_SLURM_CLUSTER, "down", directory.string()});  // should it have failed
}

TEST_F(ClusterTest, WhatDoesNotWorkIsSaid) {
  write_file(folder_ / "file", "");
  const auto refused = testing::run({RONCHI_SLURM_CLUSTER, "up", folder_.path().string()});
  EXPECT_EQ(refused.code, 1);
  EXPECT_NE(refused.output.find("is not empty"), std::string::npos) << refused.output;
  Cluster cluster(1);
  EXPECT_THROW(cluster.cut(1), std::runtime_error);
  EXPECT_THROW((void)cluster.sbatch("#!/bin/bash\n", {"--partition=another"}), std::runtime_error);
}

}  // namespace ronchi::testing
