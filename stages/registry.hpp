// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/engine/stage.hpp"

namespace ronchi {
/// Every stage that a job file can name.
[[nodiscard]] const engine::Registry& all_stages();
}  // namespace ronchi
