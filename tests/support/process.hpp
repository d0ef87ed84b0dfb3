// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tests/support/files.hpp"

namespace ronchi::testing {

/// Looks again and again until `what` holds; false if it does not within so many seconds, which no machine should need.
[[nodiscard]] bool wait_for(const std::function<bool()>& what, double seconds = 60);

/// A child process whose output (stdout and stderr together) is kept. Killed with its group if it is still there at the end.
class Process {
 public:
  Process(const std::vector<std::string>& command, const std::map<std::string, std::string>& environment = {});
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  void signal(int number) const;   ///< to the process itself
  [[nodiscard]] bool running();    ///< false, too, for an mpiexec that hangs in its clean-up: without ranks for 10 s; it is killed
  int wait(double seconds = 300);  ///< exit code, or 128 + signal; after so long it is killed and the code is -1
  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] std::string output() const;  ///< so far
  /// This process and those below it that run `program`: the ranks; not the children that try suspect items.
  [[nodiscard]] std::vector<pid_t> below(const std::filesystem::path& program) const;

 private:
  /// Ends an mpiexec whose ranks are all gone: Open MPI 4.1 with PMIx 4.2 can take a lock that it has freed when a rank was killed.
  void end_launcher_without_ranks();

  pid_t pid_ = -1;
  int code_ = -2;
  bool launcher_ = false;
  std::chrono::steady_clock::time_point looked_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point had_ranks_ = looked_ + std::chrono::seconds(60);  // as long as it may take to start them
  std::filesystem::path log_;
};

struct Finished {
  int code = 0;
  std::string output;
};
[[nodiscard]] Finished run(const std::vector<std::string>& command, const std::map<std::string, std::string>& environment = {});

/// The command that starts `ranks` ranks of ronchi_test_program (1: without a launcher).
[[nodiscard]] std::vector<std::string> ronchi(int ranks, const std::vector<std::string>& arguments);

/// Relative path -> bytes of the results below a job's directory: indices, parts and products, not what differs from run to run.
[[nodiscard]] std::map<std::string, std::string> results(const std::filesystem::path& job_directory);
/// "" if equal; else which files differ.
[[nodiscard]] std::string difference(const std::map<std::string, std::string>& a, const std::map<std::string, std::string>& b);
/// Directories of a job's stages by type.
[[nodiscard]] std::filesystem::path stage_directory(const std::filesystem::path& job_directory, const std::string& type);

}  // namespace ronchi::testing
