// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "framework/cluster/slurm_options.hpp"

namespace ronchi::cluster {

/// A job on its way to SLURM; all paths absolute.
struct Submission {
  std::string name;                    ///< the job's
  std::filesystem::path program;       ///< this executable
  std::filesystem::path job_file;      ///< the job as it was submitted
  std::filesystem::path directory;     ///< of the results
  std::filesystem::path working;       ///< where relative paths in the job begin
  std::vector<std::string> overrides;  ///< stage.option=value
  SlurmOptions options;

  [[nodiscard]] std::filesystem::path folder() const { return directory / "slurm"; }  ///< scripts, logs and attempts
};

enum class Part {
  whole,  ///< the job, or with slices the run that completes it
  slice,  ///< one element of the array
};

/// The batch script, complete: sbatch needs no further options but the dependency of the completing run on the array.
[[nodiscard]] std::string batch_script(const Submission& submission, Part part);
[[nodiscard]] std::filesystem::path script_file(const Submission& submission, Part part);

/// A word of a shell command, in quotes where it needs them.
[[nodiscard]] std::string shell_word(const std::string& text);

}  // namespace ronchi::cluster
