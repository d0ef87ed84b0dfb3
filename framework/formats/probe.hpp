// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <functional>

namespace ronchi::formats {

/// Tries `work` on a file in a child process first. The HDF5 library (1.10 at least) can crash on damaged metadata, and a
/// crash must become a sentence. Failure(corrupt) if the child is killed by a signal; whatever else becomes of it is for the
/// caller to find. Each file is tried once per process.
void try_apart(const std::filesystem::path& path, const std::function<void()>& work);

}  // namespace ronchi::formats
