// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

namespace ronchi {
/// Forgets failed items (of one stage, with one reason), their parts, and what was made from them; says what it did.
std::string retry(const std::filesystem::path& job_directory, const std::string& stage, const std::string& reason);
}  // namespace ronchi
