// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/process.hpp"
#include "tests/support/temporary.hpp"

namespace ronchi::testing {

/// A SLURM cluster of its own on this machine (tests/slurm/cluster), which is gone with this object; also when the test is killed.
/// Nodes are called n1, n2, ... and have 2 CPUs each. What goes wrong in the fixture itself is a std::runtime_error.
class Cluster {
 public:
  enum class Network { shared, of_each_node };  ///< of_each_node: it can be cut
  using Environment = std::map<std::string, std::string>;
  using Fields = std::map<std::string, std::string>;  ///< of `scontrol -o show`: JobState, Reason, NodeList, ...
  using Condition = std::function<bool(const Fields& job)>;

  explicit Cluster(int nodes = 2, Network network = Network::shared);
  ~Cluster();
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  /// Runs a client of this cluster (sbatch, srun, scancel, ronchi submit ...).
  [[nodiscard]] Finished run(const std::vector<std::string>& command, const Environment& more = {}) const;
  [[nodiscard]] const Environment& environment() const { return environment_; }  ///< what a client needs, if there is one network

  /// Submits a batch script, given as text; the id of the job. Its output is kept: output(id).
  std::string sbatch(const std::string& script, std::vector<std::string> options = {}, const Environment& more = {});
  void scancel(const std::vector<std::string>& arguments) const;
  /// A record for each task of an array, one for any other job.
  [[nodiscard]] std::vector<Fields> jobs(const std::string& id) const;
  [[nodiscard]] std::string output(const std::string& id) const;
  /// True once `condition` holds for all records of the job.
  [[nodiscard]] bool wait_until(const std::string& id, const Condition& condition, double seconds = 300) const;
  [[nodiscard]] bool wait_until(const std::string& id, std::string_view state, double seconds = 300) const;
  /// Waits for its end; all states that it ended in, e.g. "COMPLETED", and its records and output where that is not expected.
  [[nodiscard]] std::string ended(const std::string& id, double seconds = 300) const;
  /// True once the controller has written down what it knows about the job now: it does so a few seconds after a change.
  [[nodiscard]] bool wait_until_saved(const std::string& id) const;

  [[nodiscard]] std::string node_state(int node) const;  ///< as sinfo has it: idle, mix, alloc, down*, ...
  /// True if the network path from the controller's node to the node's daemon is there.
  [[nodiscard]] bool reaches(int node) const;
  void kill_node(int node) const { control("kill", std::to_string(node)); }    ///< a power cut
  void start_node(int node) const { control("start", std::to_string(node)); }  ///< and is back when this returns
  void cut(int node) const { control("cut", std::to_string(node)); }           ///< the node lives, nobody reaches it
  void heal(int node) const { control("heal", std::to_string(node)); }
  void kill_controller() const { control("controller-kill"); }
  void start_controller() const { control("controller-start"); }

 private:
  std::string control(const std::string& verb, const std::string& argument = "") const;
  [[nodiscard]] std::vector<std::string> as_client(std::vector<std::string> command) const;

  TemporaryDirectory folder_;
  std::filesystem::path directory_;
  Environment environment_;
  int scripts_ = 0;
};

}  // namespace ronchi::testing
