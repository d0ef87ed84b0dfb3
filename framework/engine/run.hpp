// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "framework/comm/communicator.hpp"
#include "framework/engine/job.hpp"

namespace ronchi::engine {

/// What a run may be told beside the job; none of it can change a result.
struct RunOptions {
  int slice = 0, slices = 1;      ///< does the tasks with index mod slices = slice only
  double stop_after = 0;          ///< seconds; then stops in good order (0: no limit)
  int threads = 0;                ///< per rank; 0: the node's cores shared among its ranks
  double beat = 30;               ///< seconds between signs of life (Heart)
  double silence = 600;           ///< seconds of silence, or of waiting without progress, that end the run; 0: never
  std::filesystem::path program;  ///< this executable, for items that run alone in a child process
};

inline constexpr int exit_unfinished = 75;  ///< stopped in good order; run the same command again

/// Host threads of a rank: what the user says, or the node's cores shared among its ranks.
[[nodiscard]] int threads_per_rank(const RunOptions& options, const Communicator& world);

/// Runs a job on all ranks of `world` and returns the exit code: 0, exit_unfinished, or the fault's. Failures are printed.
int run_job(const Job& job, const RunOptions& options, const Communicator& world);

/// Does one item of a map stage in this process, without MPI: what the engine starts for a suspect item. `epoch` is that of the
/// run that starts it ("" = none): when that is superseded, so is this.
int run_isolated(const Job& job, const std::string& stage, std::int64_t item, const std::string& epoch);

}  // namespace ronchi::engine
