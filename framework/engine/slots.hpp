// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "framework/comm/communicator.hpp"

namespace ronchi::engine {

/// What every rank of a node is doing, in one small mapped file: it outlives any death of a process, so the next run knows
/// which items were in flight. A crash signal's handler marks its slot; so does SIGTERM's: a launcher sends it to the
/// ranks that it takes down because another one died, and their items are not to blame.
class Slots {
 public:
  enum class State : std::int32_t { idle = 0, in_flight = 1, crashed = 2, interrupted = 3 };
  struct Slot {
    std::int64_t item;
    State state;
    std::int32_t signal;
    std::int32_t pid;  ///< of the rank that writes here
    char key[108];     ///< "<type>-<key>": the stage's directory
  };
  struct Trace {
    std::string stage_directory;
    std::int64_t item;
    State state;
    int signal;
  };

  /// Collective over the node; all fail or none. The file lies in <job>/inflight/ under the name of the node's first process.
  Slots(const std::filesystem::path& job_directory, const Communicator& node);
  ~Slots();  ///< takes the file away if this rank made it: an orderly end leaves no trace
  Slots(const Slots&) = delete;
  Slots& operator=(const Slots&) = delete;

  void begin(const std::string& stage_directory, std::int64_t item);
  void end();
  static void terminate();  ///< SIGTERM came: marks what is in flight from now on; safe in a signal handler
  /// Takes what ranks that are gone left behind; each trace is given once, also to runs that start at the same time. Other
  /// ranks of the same run may still be dying: a launcher does not wait for them. On one rank, before this run's Slots exist.
  [[nodiscard]] static std::vector<Trace> collect(const std::filesystem::path& job_directory);

 private:
  std::filesystem::path file_;
  bool made_ = false;
  void* memory_ = nullptr;
  std::size_t bytes_ = 0;
  Slot* slot_ = nullptr;
};

}  // namespace ronchi::engine
