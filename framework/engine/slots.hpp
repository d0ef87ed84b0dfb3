// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "framework/comm/communicator.hpp"

namespace ronchi::engine {

/// What every rank of a node is doing, in one small mapped file: it outlives any death of a process, so the next run knows
/// which items were in flight. A crash signal's handler marks its slot; so does SIGTERM's: a launcher sends it to the
/// ranks that it takes down because another one died, and their items are not to blame. The node's Heart reads it all the time.
class Slots {
 public:
  enum class State : std::int32_t { idle = 0, in_flight = 1, crashed = 2, interrupted = 3 };
  struct Slot {
    std::int64_t item;
    State state;
    std::int32_t signal;
    std::int32_t pid;       ///< of the rank that writes here
    char key[84];           ///< "<type>-<key>": the stage's directory
    std::int32_t count;     ///< items from `item` on that are done together; 0 or 1: that one alone
    std::int32_t rank;      ///< in the world
    std::int32_t verdict;   ///< not 0: the exit code with which SIGTERM ends this rank at once, wherever it waits
    std::uint32_t items;    ///< that this rank has begun: tells one item from the next
    std::uint64_t waiting;  ///< Waiting's counter: odd while the rank waits for others inside MPI
  };
  static_assert(sizeof(Slot) == 128, "files of earlier versions are read too");
  struct Trace {
    std::string stage_directory;
    std::int64_t item;
    State state;
    int signal;
    std::int64_t count = 1;  ///< items from `item` on that were in flight together
  };

  /// Collective over the node; all fail or none. The file lies in <job>/inflight/ under the name of the node's first process.
  Slots(const std::filesystem::path& job_directory, const Communicator& node, int world_rank = 0);
  ~Slots();  ///< takes the file away if this rank made it: an orderly end leaves no trace
  Slots(const Slots&) = delete;
  Slots& operator=(const Slots&) = delete;

  void begin(const std::string& stage_directory, std::int64_t item, std::int64_t count = 1);
  void end();
  /// SIGTERM came: marks what is in flight from now on; with a verdict in this rank's slot, ends it. Safe in a signal handler.
  static void terminate();
  /// Of all ranks of the node, as they are at this moment. Fields change while they are read: use std::atomic_ref.
  [[nodiscard]] std::span<Slot> all() const { return {static_cast<Slot*>(memory_), bytes_ / sizeof(Slot)}; }
  /// Takes what ranks that are gone left behind; each trace is given once, also to runs that start at the same time. Other
  /// ranks of that run may still be dying: a launcher does not wait for them. On one rank, before this run's Slots exist; `own`:
  /// the process names of this run's ranks, which may be those of earlier ones (in a container that was started again).
  [[nodiscard]] static std::vector<Trace> collect(const std::filesystem::path& job_directory,
                                                  const std::set<std::string>& own = {});

 private:
  std::filesystem::path file_;
  bool made_ = false;
  void* memory_ = nullptr;
  std::size_t bytes_ = 0;
  Slot* slot_ = nullptr;
};

}  // namespace ronchi::engine
