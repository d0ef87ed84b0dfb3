// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "framework/config/schema.hpp"

namespace ronchi::cluster {

enum class Launcher { srun, mpirun };

/// What a job asks of SLURM: its `slurm:` section, over the site profile. None of it can change a result.
struct SlurmOptions {
  // What is asked for
  std::int64_t nodes = 1;
  std::int64_t tasks_per_node = 1;
  std::optional<std::int64_t> tasks;
  std::int64_t cpus_per_task = 1;
  std::optional<config::Bytes> memory;
  std::int64_t gpus_per_node = 0;
  std::string time = "01:00:00";
  // Whose and where
  std::string account, partition, qos, constraint, reservation;
  std::vector<std::string> extra;
  // How the work is cut and ordered
  std::int64_t slices = 1, slices_at_once = 0;
  std::vector<std::string> after;
  // What happens before the program starts, and how it starts
  std::vector<std::string> modules, prepare, environment, io_hints;
  Launcher launcher = Launcher::srun;
  std::vector<std::string> launcher_options;
  // How it goes on
  double stop_before = 120;
  bool requeue = true;
  std::int64_t attempts = 3;
  std::optional<double> silence;

  [[nodiscard]] std::int64_t ranks() const { return tasks.value_or(nodes * tasks_per_node); }
};
void describe(config::Schema<SlurmOptions>& s);

/// Seconds of SLURM's "minutes", "minutes:seconds", "hours:minutes:seconds", "days-hours", "days-hours:minutes" or
/// "days-hours:minutes:seconds"; nothing if it is none of these.
[[nodiscard]] std::optional<std::int64_t> seconds_of(const std::string& time);

/// The job's section over the profile that RONCHI_SITE names (a file, or NAME for ~/.config/ronchi/NAME.yaml; none: no profile).
/// Failure(usage) lists every mistake, in the file where it stands.
[[nodiscard]] SlurmOptions slurm_options(const YAML::Node& section, const std::filesystem::path& job_file);

/// Only looks for mistakes in the job's section: what commands that do not submit do with it.
void check_slurm_section(const YAML::Node& section, const std::filesystem::path& job_file);

}  // namespace ronchi::cluster
