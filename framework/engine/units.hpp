// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "framework/engine/claims.hpp"
#include "framework/engine/context.hpp"
#include "framework/engine/quarantine.hpp"

namespace ronchi::engine {

/// One or more stages that run on the same range in the same claim; only the last one's results become files.
struct Unit {
  std::vector<StageState*> chain;
  std::vector<bool> alone;  ///< per task: a suspect, for a child process
  Quarantine quarantine;
  std::int64_t held = 0;  ///< items in quarantine when the run began
  [[nodiscard]] StageState& last() const { return *chain.back(); }
};

/// The units of map stages that run side by side; Failure(usage) if two cannot be fused.
[[nodiscard]] std::vector<Unit> make_units(const Context& context, const std::vector<StageState*>& segment);
/// What is open in a unit, found by one rank with one readdir and told to all. Failure if too many items have failed. Collective.
[[nodiscard]] Work share_work(const Context& context, Unit& unit);
/// Tells each unit's work from which other one it streams.
void connect(const std::vector<Unit>& units, std::vector<Work>& work);

[[nodiscard]] std::string too_many_text(const Context& context);

}  // namespace ronchi::engine
