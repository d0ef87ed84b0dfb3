// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "framework/base/error.hpp"
#include "framework/base/range.hpp"
#include "framework/config/schema.hpp"
#include "framework/engine/inputs.hpp"
#include "framework/engine/part.hpp"
#include "framework/engine/team.hpp"

/// A job is a list of stages; a stage is a list of tasks; a task is a range of items run by a team of ranks; a finished
/// task is a file. See docs/engine.md.
namespace ronchi::engine {

/// A range of a stage's items, done by one team and committed as one file.
struct Task {
  Range items;
  int index = 0;  ///< items.first / per_task; what `--slice` counts
};

inline constexpr int all_ranks = 0;

/// How a stage's work is cut.
struct Plan {
  std::int64_t items = 1;
  std::int64_t per_task = 1;  ///< sized so that a task takes 10 s to 5 min; cannot change the result
  int team = 1;               ///< ranks per task; 1: a map; all_ranks: a collective stage
  std::int64_t bytes = 0;     ///< about what the results will take on disk, for `ronchi plan`; 0 = small
  /// The parts are themselves what people use, and of the size that they want: they stay as they are cut, however many. The index
  /// has a table of them (`shards/items` [shards, 2], `shards/file`), and rows of at most `small_row` bytes an item lie in it, not
  /// in them alone: labels can be searched without opening every shard.
  bool shards = false;
};
inline constexpr std::int64_t small_row = 1024;

/// One step of a pipeline. Implementations live under stages/, one folder each, and are listed in stages/registry.cpp.
class Stage {
 public:
  virtual ~Stage() = default;

  /// What can be said of the options alone: throws Failure if they cannot be. Called for all stages before anything runs, long
  /// before plan() perhaps.
  virtual void check() const {}

  /// On one rank, once the inputs are there; the result is broadcast. Throws Failure if the inputs do not suit.
  [[nodiscard]] virtual Plan plan(const Inputs& inputs) const = 0;

  /// What the work will cost, in words for `ronchi plan`; nothing (the default) where that goes without saying.
  [[nodiscard]] virtual std::string cost(const Inputs& /*inputs*/) const { return {}; }

  /// The range of `input`'s items that `items` need. Nothing (the default): the whole input must be complete. A stage that
  /// overrides this starts while its input is still running, and may be fused with it.
  [[nodiscard]] virtual std::optional<Range> needs(const std::string& /*input*/, Range /*items*/) const { return std::nullopt; }

  /// Does one task: serially, or collectively over the team. Bad items are reported through Part::item; anything thrown
  /// from here ends the task.
  virtual void run(const Task& task, Team& team, const Inputs& inputs, Part& part) = 0;

  /// On one rank when all tasks are committed: adds to the index what belongs to the whole (axes, masks, calibration).
  virtual void finish(const Parts& /*parts*/, const Inputs& /*inputs*/, Output& /*output*/) {}

  /// Identity of what the stage reads from outside the job (raw files); enters the key. Called on one rank.
  [[nodiscard]] virtual std::string fingerprint() const { return {}; }
};

/// A stage with its options read.
struct Configured {
  std::shared_ptr<Stage> stage;
  YAML::Node resolved;                 ///< every option with its value
  std::vector<std::string> key_lines;  ///< "option: value" of those that can change the result
};

/// A row of the registry.
struct StageType {
  std::string name;
  std::string summary;
  int version = 1;      ///< raised when the same options give other bytes
  bool random = false;  ///< uses the job's seed, which then enters the key
  bool memory = false;  ///< the job's memory limit can change its result, and then enters the key
  std::shared_ptr<const config::Table> table;
  std::function<Configured(const YAML::Node& options, const std::string& path, config::Problems&)> configure;
};

/// The row of the stage class S, which has: `struct Options` with a describe(), static constexpr `name`, `summary` and
/// `version` (and `random` if it draws random numbers, `memory` if the job's limit can change its result), and a constructor
/// S(Options).
template <class S>
[[nodiscard]] StageType stage_type() {
  StageType type;
  type.name = S::name;
  type.summary = S::summary;
  type.version = S::version;
  if constexpr (requires { S::random; }) type.random = S::random;
  if constexpr (requires { S::memory; }) type.memory = S::memory;
  type.table = config::table_of<typename S::Options>();
  type.configure = [table = type.table](const YAML::Node& node, const std::string& path, config::Problems& problems) {
    typename S::Options options{};
    config::read_table(*table, &options, node, path, problems);
    Configured c;
    c.resolved = config::write_table(*table, &options);
    c.key_lines = config::result_lines(*table, &options);
    c.stage = std::make_shared<S>(std::move(options));
    return c;
  };
  return type;
}

using Registry = std::vector<StageType>;
[[nodiscard]] const StageType* find(const Registry& registry, std::string_view name);

}  // namespace ronchi::engine
