// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "framework/base/range.hpp"
#include "framework/comm/communicator.hpp"

namespace ronchi::engine {

/// The open work of one stage, the same on every rank.
struct Work {
  std::vector<Range> tasks;           ///< item ranges in the order in which they are handed out
  std::vector<Range> committed;       ///< what was there before, ascending
  int upstream = -1;                  ///< index of the stage in the segment that this one streams from, or -1
  std::function<Range(Range)> needs;  ///< with upstream: the items of it that a range needs
  std::vector<std::int32_t> cells{};  ///< the cell of each task, if cells are merged on the way; else empty
  std::vector<std::int32_t> ripe{};   ///< cells that can be merged from the start
};

/// Hands out tasks so that each is done exactly once.
///
/// One node: a 64-bit {next, end} word per stage in shared memory, taken by compare-exchange. Several nodes: world rank 0
/// coordinates and does not compute; it leases max(1, remaining / (2 nodes)) tasks at a time to a node's word. Only the
/// thread that claims calls MPI. A task whose input will not come in this run (another slice's, lost) is passed over.
/// A cell whose tasks are all committed goes, to be merged, to the next one who asks: on one node at once, on several with the
/// next request for a lease. There a lease ends with its cell, so that few cells are begun at a time.
class Claims {
 public:
  Claims(const Communicator& world, const Communicator& node, std::vector<Work> work);
  ~Claims();
  Claims(const Claims&) = delete;
  Claims& operator=(const Claims&) = delete;

  enum class Answer { task, wait, none, merge };  ///< wait: there may be one later
  struct Claim {
    Answer answer = Answer::none;
    int task = -1;  ///< or the cell to merge
  };
  [[nodiscard]] Claim claim(int stage);
  /// The task is committed (or, not ok, cannot be). `bad_items` counts towards the stage's limit.
  void done(int stage, int task, bool ok, std::int64_t bad_items);
  void abort();  ///< nobody gets another task; tasks leased to other nodes are still done
  [[nodiscard]] bool aborted() const;
  [[nodiscard]] std::int64_t done_tasks(int stage) const;  ///< on this node, or of all nodes on the coordinator
  [[nodiscard]] std::int64_t bad_items(int stage) const;   ///< the same

  [[nodiscard]] bool coordinates() const { return nodes_ > 1 && world_->rank() == 0; }
  void serve(const std::function<void()>& idle);  ///< the coordinator's loop, until all others have left
  void leave();                                   ///< this rank will not claim again

 private:
  struct Board;  // what the ranks of a node share
  struct Message;
  enum class Readiness { ready, later, never };
  [[nodiscard]] Readiness readiness(int stage, int task) const;
  [[nodiscard]] Claim lease(int stage);
  void answer_lease(int source, int stage);
  void note(int stage, int task, bool ok, std::int64_t bad_items);
  void count_down(int stage, int task);
  [[nodiscard]] int take_ripe(int stage);
  const Communicator* world_;
  std::vector<Work> work_;
  std::vector<std::vector<std::pair<std::int64_t, int>>> order_;  // per stage: (first item, task), ascending
  int nodes_ = 1;
  std::unique_ptr<Board> board_;
  // The coordinator's books: tasks handed to nodes and tasks reported done, per stage; bad items of all nodes.
  std::vector<std::int64_t> leased_, reported_, reported_bad_;
};

}  // namespace ronchi::engine
