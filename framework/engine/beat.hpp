// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ronchi::engine {

/// What one node of a run says of itself every `period` seconds. All durations are of the node's own steady clock; no number in
/// it may be compared with a number of another node's clock.
struct Beat {
  std::int64_t number = 0;   ///< of the beat, counted from 1: a node whose number stands still is silent
  std::string process;       ///< process_name() of the node's first process; also the file's name
  std::string host;          ///< its host
  std::string slurm_job;     ///< SLURM_JOB_ID, or empty
  std::string slurm_start;   ///< SLURM_RESTART_COUNT, or empty
  std::int64_t epoch = 0;    ///< of the run: a newer run has a larger one
  std::string slice;         ///< "k/K", or empty
  std::int64_t started = 0;  ///< Unix time by the node's own clock, for people
  double seconds = 0;        ///< since then
  double period = 0, silence = 0;
  int ranks_of_run = 1;
  bool coordinates = false;  ///< this node has world rank 0: it watches all others, and its counts are those of the run

  /// The stage that runs. `done` of `total` tasks, of which `fresh` in `seconds` (else the rate is not known); a collective stage
  /// has total = 1, its fraction in `done`, and its own words in `text`.
  struct Stage {
    std::string name, text;
    double done = 0, total = 0, fresh = 0, seconds = 0;
  };
  Stage stage;

  double stuck = 0;  ///< seconds for which all ranks of this node have waited inside MPI in the same calls
  int verdict = 0;   ///< not 0: this node's ranks are about to end with this exit code
  std::string reason;

  struct Rank {
    int rank = 0;            ///< in the world
    std::int64_t item = -1;  ///< in flight, or -1
    double item_seconds = 0;
    double waiting = -1;  ///< seconds in the same MPI call, or -1: it does not wait
    std::string stage;    ///< the item's stage directory
  };
  std::vector<Rank> ranks;  ///< of this node
};

/// Text: the first and the last line carry the number, the last one a sum over the rest too, so that a torn or damaged file is
/// seen.
[[nodiscard]] std::string write_beat(const Beat& beat);
/// Nothing if the text is torn, damaged or no beat. White space after the last line does not matter.
[[nodiscard]] std::optional<Beat> parse_beat(std::string_view text);
[[nodiscard]] std::optional<Beat> read_beat(const std::filesystem::path& file);

/// <job>/beats, and in it <process name>.beat.
[[nodiscard]] std::filesystem::path beats_directory(const std::filesystem::path& job_directory);
[[nodiscard]] std::filesystem::path beat_file(const std::filesystem::path& job_directory, const std::string& process);
/// The process names of all beats that lie there, in order. One readdir.
[[nodiscard]] std::vector<std::string> beats_in(const std::filesystem::path& job_directory);

}  // namespace ronchi::engine
