// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <optional>

#include "framework/engine/stage.hpp"

namespace ronchi::engine {

/// A stage's plan as the run has recorded it (plan.yaml in its directory): for those who have no part in the planning, a child that
/// tries one item and `status`. Without `bytes`.
void save_plan(const std::filesystem::path& stage_directory, const Plan& plan);
[[nodiscard]] std::optional<Plan> load_plan(const std::filesystem::path& stage_directory);  ///< nothing: not planned yet

}  // namespace ronchi::engine
