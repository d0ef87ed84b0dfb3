// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace ronchi::cluster {

/// One start of a batch job, as the batch script tells it.
struct Attempt {
  std::filesystem::path directory;  ///< of the results
  std::string slice;                ///< number of the array's element; "" without
  std::string job;                  ///< SLURM's number
  std::int64_t restart = 0;         ///< how often SLURM has started that job before
  std::int64_t most = 3;            ///< so many attempts in a row without progress are the last
};

/// How the program ended, as the batch script saw it.
struct Ending {
  int code = 0;
  bool asked = false;  ///< USR1 had come: the limit is near
  std::string ended;   ///< TERM had come: SLURM's Reason for it ("None": cancelled), "Requeued" or "unknown"
};

struct Decision {
  enum Word { done, again, stop } word = stop;
  std::string reason;  ///< one line for the log
};

/// What the run has committed so far, as a number that grows with every task, checkpoint and stage.
[[nodiscard]] std::int64_t progress_of(const std::filesystem::path& directory);

/// Notes that an attempt begins, before anything can go wrong with it; `stop` if those before it made no progress.
[[nodiscard]] Decision begin_attempt(const Attempt& attempt);
/// What to do after the program has ended. Exit codes that say what is wrong stop; those of lost ranks, nodes and launchers go on.
[[nodiscard]] Decision end_attempt(const Attempt& attempt, const Ending& ending);
/// A new submission counts anew.
void forget_attempts(const std::filesystem::path& directory);

}  // namespace ronchi::cluster
