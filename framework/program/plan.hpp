// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "framework/engine/job.hpp"

namespace ronchi {
/// The stages of a job with tasks, sizes, keys and what is done already; `dot`: as a Graphviz graph.
[[nodiscard]] std::string plan_text(const engine::Job& job, bool dot);
}  // namespace ronchi
