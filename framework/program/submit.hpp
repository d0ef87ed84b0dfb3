// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "framework/engine/job.hpp"

namespace ronchi {

/// What `ronchi submit` is told.
struct SubmitOptions {
  std::filesystem::path file;          ///< the job
  std::vector<std::string> overrides;  ///< stage.option=value, slurm.option=value
  std::filesystem::path program;       ///< this executable
  bool dry_run = false;                ///< writes and submits nothing
};

/// Writes the batch script beside the run and gives it to SLURM; what to tell the user. `dry_run`: the scripts.
[[nodiscard]] std::string submit(const SubmitOptions& options, const engine::Registry& registry);

}  // namespace ronchi
