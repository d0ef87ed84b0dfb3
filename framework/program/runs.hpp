// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "framework/engine/beat.hpp"

namespace ronchi {

/// A stage as <job>/run.yaml names it.
struct StageEntry {
  std::string name;
  std::filesystem::path directory;
  std::vector<std::string> after;
  bool fuse = false;  ///< made together with its input, which then has no files of its own
};
/// Throws Failure(missing) if `job` is not the result folder of a job.
[[nodiscard]] std::vector<StageEntry> stage_entries(const std::filesystem::path& job);

/// How far a stage is, from its directory.
struct StageProgress {
  StageEntry entry;
  std::int64_t items = 0, done = 0;
  std::int64_t failed = 0, suspect = 0;
  int team = 1;
  bool planned = false, complete = false;
};

/// A node of a run: its last beat, and for how long there has been none.
struct NodeBeat {
  engine::Beat beat;
  double age = 0;       ///< seconds since the file was written, by the file system's own dates
  bool silent = false;  ///< it should have beaten since
};

struct RunState {
  enum class State {
    stopped,   ///< nobody works at it; some of it is left to do
    running,   ///< at least one node beats
    lost,      ///< there are beats, but none of them goes on
    complete,  ///< every stage is done
  };
  std::filesystem::path directory;
  State state = State::stopped;
  std::vector<StageProgress> stages;
  std::vector<NodeBeat> nodes;
  [[nodiscard]] const engine::Beat* leader() const;  ///< of the coordinator's node that beats, or null
};
[[nodiscard]] const char* word(RunState::State state);

/// Reads a run's directory: a few readdirs per stage, one small file per node and per failed item. Takes no locks and needs no
/// permission to write.
[[nodiscard]] RunState look_at(const std::filesystem::path& job);
/// The runs below a folder, at most 4 levels down, in order; folders inside a run are not looked into.
[[nodiscard]] std::vector<std::filesystem::path> find_runs(const std::filesystem::path& folder);

}  // namespace ronchi
