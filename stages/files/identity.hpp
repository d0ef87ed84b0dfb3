// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

namespace ronchi::files {

/// "name size time hash" of a raw file: its name without folders, bytes, modification time in nanoseconds since 1970 and the
/// SHA-256 of its first and last MiB, or of all of it. Failure: missing, unreadable.
[[nodiscard]] std::string identity(const std::filesystem::path& path, bool whole);

}  // namespace ronchi::files
