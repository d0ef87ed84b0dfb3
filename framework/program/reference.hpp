// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "framework/engine/stage.hpp"

namespace ronchi {
[[nodiscard]] std::string version_text();  ///< of Ronchi and the libraries it runs with
[[nodiscard]] std::string stage_help(const engine::Registry& registry, const std::string& name);  ///< for the terminal
[[nodiscard]] std::string options_page(const engine::Registry& registry);                         ///< docs/options.md
[[nodiscard]] std::string json_schema(const engine::Registry& registry);  ///< of job files, for editors (draft 2020-12)
}  // namespace ronchi
