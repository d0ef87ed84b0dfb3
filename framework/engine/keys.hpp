// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "framework/engine/job.hpp"

namespace ronchi::engine {

/// Everything that determines a stage's result, one "what: value" line each. The key is a hash of these lines.
struct Identity {
  std::vector<std::string> lines;
  [[nodiscard]] std::string key() const;  ///< first 16 hexadecimal digits of their SHA-256
};

/// One per stage of the job, in its order. Reads the raw inputs' fingerprints: on one rank.
[[nodiscard]] std::vector<Identity> identities(const Job& job);

/// The directory of a result: <job>/<type>-<key>.
[[nodiscard]] std::filesystem::path stage_directory(const Job& job, const StageSpec& stage, const std::string& key);

/// Why `now` is not found under its key: the differences from the newest result of the same stage that is there, in words
/// ("components: 4 -> 5"). Empty when there is no earlier result.
[[nodiscard]] std::vector<std::string> what_changed(const Job& job, const StageSpec& stage, const Identity& now);
/// Leaves the identity in the stage's directory, for what_changed() of later runs.
void save_identity(const std::filesystem::path& stage_directory, const StageSpec& stage, const Identity& identity);

}  // namespace ronchi::engine
