// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

namespace ronchi::engine {

/// "host.pid": tells the writers of one directory apart.
[[nodiscard]] const std::string& process_name();
[[nodiscard]] const std::string& host_name();
[[nodiscard]] bool process_lives(const std::string& process_name);  ///< false only if it certainly ended (same host, no such pid)

/// A name beside `path` that no reader takes for a result and that tells whose it is.
[[nodiscard]] std::filesystem::path temporary_name(const std::filesystem::path& path);
/// fsync(temporary), rename to `path`, fsync of the directory. What exists under `path` afterwards is complete.
void commit(const std::filesystem::path& temporary, const std::filesystem::path& path);
/// A small text file, whole or not at all.
void write_text_file(const std::filesystem::path& path, const std::string& text);
/// Removes temporary files that processes which are gone left in a directory.
void sweep_temporaries(const std::filesystem::path& directory);
void make_directories(const std::filesystem::path& directory);

}  // namespace ronchi::engine
