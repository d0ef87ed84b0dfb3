// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "framework/engine/context.hpp"
#include "framework/engine/quarantine.hpp"

namespace ronchi::engine {

/// Runs a chain of fused stages on one range in this process and commits the last one's part. Returns how many items
/// failed. `limit(n)` throws when n further failures are too many.
std::int64_t do_task(const Context& context, const std::vector<StageState*>& chain, const Task& task, Quarantine& quarantine,
                     const std::function<void(std::int64_t)>& limit);

}  // namespace ronchi::engine
