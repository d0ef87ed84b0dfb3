// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "framework/config/schema.hpp"
#include "framework/engine/stage.hpp"

namespace ronchi::engine {

/// What stands at the top of a job file, beside its stages.
struct JobOptions {
  std::string name;                     ///< of the job; its results lie in <output>/<name>
  std::uint32_t seed = 1;               ///< of all random numbers
  std::optional<config::Bytes> memory;  ///< that all ranks of a node may take together
  std::vector<std::string> input;       ///< raw files; stages with an option `paths` that is not given take it
  std::string output = "run";           ///< folder of results, relative to where the program is started
  std::int64_t max_failed = 1000;       ///< more failed items in one stage end the job

  [[nodiscard]] std::int64_t memory_limit() const { return memory ? memory->value : 0; }  ///< 0 = none
};
void describe(config::Schema<JobOptions>& s);

/// One stage of a job, options read and checked.
struct StageSpec {
  std::string name;  ///< in the job file
  const StageType* type = nullptr;
  std::vector<std::string> after;  ///< names of its inputs, in order
  bool fuse = false;               ///< runs on each range right after its input, in the same claim, without a file between
  Configured configured;
  YAML::Node given;  ///< the options as written: what differs from the defaults

  void check() const;  ///< Stage::check, with the stage's name in what it throws
};

/// A job file, read and checked as a whole before anything runs.
struct Job {
  JobOptions options;
  std::filesystem::path file;
  std::vector<StageSpec> stages;  ///< inputs before those that need them
  YAML::Node slurm;               ///< what it asks of SLURM (cluster::SlurmOptions), as written
  std::filesystem::path moved;    ///< where its results lie, if not in <output>/<name>

  [[nodiscard]] std::filesystem::path directory() const {
    return moved.empty() ? std::filesystem::path(options.output) / options.name : moved;
  }
  [[nodiscard]] const StageSpec* find(const std::string& name) const;
  [[nodiscard]] bool random() const;  ///< some stage draws random numbers
};

/// Reads a job file. `overrides`: "stage.option=value" or "input=value", values as in YAML. A Failure(usage) lists every
/// mistake with file and line.
[[nodiscard]] Job load_job(const std::filesystem::path& file, const std::vector<std::string>& overrides, const Registry& registry);
/// The same from text that was read elsewhere (rank 0); `file` is for messages.
[[nodiscard]] Job parse_job(const std::string& text, const std::filesystem::path& file, const std::vector<std::string>& overrides,
                            const Registry& registry);
[[nodiscard]] std::string read_text_file(const std::filesystem::path& file);

/// The job that makes just this stage: itself and everything before it, with the options that can change the result.
/// Stands in every result, which can be made again from it.
[[nodiscard]] std::string recipe(const Job& job, const StageSpec& stage);

}  // namespace ronchi::engine
