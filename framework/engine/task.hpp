// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "framework/engine/context.hpp"
#include "framework/engine/quarantine.hpp"
#include "framework/engine/together.hpp"

namespace ronchi::engine {

/// Runs a chain of fused stages on one range with the ranks of `crew` and commits the last one's part. Returns how many items
/// failed that were not in quarantine before. `too_many(n)`: whether n further failures are too many; asked on the leader.
std::int64_t do_task(const Context& context, const std::vector<StageState*>& chain, const Task& task, Quarantine& quarantine,
                     const std::function<bool(std::int64_t)>& too_many, const Crew& crew);

}  // namespace ronchi::engine
