// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "framework/engine/fence.hpp"
#include "framework/engine/job.hpp"
#include "framework/engine/keys.hpp"
#include "framework/engine/progress.hpp"
#include "framework/engine/run.hpp"
#include "framework/engine/slots.hpp"
#include "framework/engine/stop.hpp"

/// What the pieces of a run share. Not for stages.
namespace ronchi::engine {

/// A stage in a run.
struct StageState {
  const StageSpec* spec = nullptr;
  Identity identity;
  std::string key;
  std::filesystem::path directory;
  Plan plan;
  bool complete = false;
  std::string recipe;  ///< a job that makes this result

  [[nodiscard]] std::filesystem::path parts_directory() const { return directory / "parts"; }
  [[nodiscard]] std::filesystem::path index_file() const { return directory / "index.h5"; }
  [[nodiscard]] std::string directory_name() const { return directory.filename().string(); }
  [[nodiscard]] Stage& stage() const { return *spec->configured.stage; }
};

[[nodiscard]] StageState make_state(const Job& job, const StageSpec& spec, Identity identity);

struct Context {
  const Job& job;
  const RunOptions& options;
  const Communicator& world;
  const Communicator& node;
  const StopSignal& stop;
  Slots* slots;        ///< null in an isolated child
  const Fence* fence;  ///< asked before every commit; null where nobody can take over
  Progress& progress;
  int threads = 1;
  std::vector<StageState> stages;

  [[nodiscard]] StageState& state(const std::string& name);
  [[nodiscard]] Inputs inputs(const StageState& stage) const;
};

/// How a piece of the run ended; `code` 0 = went well.
struct Ended {
  int code = 0;
  bool stopped = false;
  bool others = false;  ///< this slice did its share; what is left is other slices'
  [[nodiscard]] bool goes_on() const { return code == 0 && !stopped && !others; }
};

/// Writes what made it into a result file.
void stamp(h5::Group& file, const StageState& stage);

/// A stage's directories, identity and provenance; on one rank.
void prepare(const StageState& stage);

/// Map stages, each after its inputs or streaming from another of the segment; or one stage of small teams. Collective.
[[nodiscard]] Ended run_maps(Context& context, std::vector<StageState*> segment);
/// One collective stage; collective.
[[nodiscard]] Ended run_collective(Context& context, StageState& stage);

/// One rank's failure while the others wait for it in a collective call cannot be told to them any other way.
[[noreturn]] void give_up(const Context& context, const StageState& stage, Range items, const std::string& what, Fault fault);

/// What differs from run to run: goes to the sidecar `stage.yaml`, with dates, hosts and rank counts.
struct Account {
  double seconds = 0;
  std::int64_t tasks = 0, failed = 0;
  std::vector<std::string> warnings;
  std::int64_t peak_memory = 0;
};
void write_sidecar(const Context& context, const StageState& stage, const Account& account);

/// When all parts are there and merged: writes sidecar and index and completes the account. On one rank.
void write_index(const Context& context, const StageState& stage, Account& account);

/// Sum over all ranks of the peak resident memory, bytes. Collective.
[[nodiscard]] std::int64_t peak_memory(const Communicator& world);
/// Names the products of a collective stage in the job's directory.
void link_products(const Context& context, const StageState& stage, const std::vector<std::string>& products);

}  // namespace ronchi::engine
