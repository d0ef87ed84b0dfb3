// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

namespace ronchi {
/// How far a run is, or all runs below a folder (a line each), from directories alone: no locks, also from another machine, also
/// without permission to write. With `json` one list of runs. Failure(missing) if there is no run.
[[nodiscard]] std::string status_text(const std::filesystem::path& folder, bool json = false);
}  // namespace ronchi
