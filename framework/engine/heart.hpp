// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "framework/comm/communicator.hpp"
#include "framework/engine/progress.hpp"
#include "framework/engine/slots.hpp"
#include "framework/engine/watchdog.hpp"

namespace ronchi::engine {

/// A thread in the first process of each node that says every so often what the node's ranks do, in one small file
/// <job>/beats/<process name>.beat (Beat), and looks whether the other nodes still do the same (Watchdog). It never calls MPI, so
/// it goes on when MPI does not. Cost of a beat: one write and fsync per node; on the coordinator's node one open and read per
/// other node.
///
/// When a node falls silent, when all ranks wait for each other, or when a newer run took over, the reason goes into the beat and
/// on stderr, under SLURM also into <job>/slurm/lost.<job>-<restart>, and the heart ends its node's ranks with that exit code.
/// Their items in flight are not suspected.
class Heart {
 public:
  struct Options {
    double beat = 30;      ///< seconds between beats; world rank 0's count
    double silence = 600;  ///< seconds until a node or a wait counts as lost; 0: never
    std::int64_t epoch = 0;
    std::string slice;                ///< "k/K" or empty, for `ronchi status`
    Watchdog::Superseded superseded;  ///< called in the heart's thread of the coordinator's node; no MPI in it
  };
  /// Collective over the world; all fail or none. `slots` and `progress` must outlive it.
  Heart(const std::filesystem::path& job_directory, const Communicator& world, const Communicator& node, const Slots& slots,
        const Progress& progress, Options options);
  ~Heart();  ///< takes the beat's file away: an orderly end leaves no trace
  Heart(const Heart&) = delete;
  Heart& operator=(const Heart&) = delete;

 private:
  class Thread;
  std::unique_ptr<Thread> thread_;  ///< on the first process of a node
};

}  // namespace ronchi::engine
