// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace ronchi {
/// What a vendor's file holds (opened with `options`, "name=value"), or what made a result of Ronchi.
[[nodiscard]] std::string info_text(const std::filesystem::path& file, const std::vector<std::string>& options);
}  // namespace ronchi
