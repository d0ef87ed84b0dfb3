// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "framework/engine/context.hpp"
#include "framework/engine/quarantine.hpp"

namespace ronchi::engine {

/// Does a suspect item in a child process of its own: only a death there is a strike. After two the item is in quarantine.
/// False if the child was stopped in good order. Afterwards the item's part is committed, or the item is held.
bool alone_in_child(const Context& context, const StageState& stage, std::int64_t item, Quarantine& quarantine);

}  // namespace ronchi::engine
