// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace ronchi::cluster {

/// Runs `sbatch --parsable ARGUMENTS...` and returns the job's number ("123", "123;cluster" without the cluster).
/// Failure(missing): there is no SLURM here; Failure(usage): SLURM has refused, with its own words.
[[nodiscard]] std::string sbatch(const std::vector<std::string>& arguments);

}  // namespace ronchi::cluster
