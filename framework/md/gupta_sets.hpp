// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace ronchi::md {

/// framework/md/gupta_sets.yaml, which travels inside the program.
[[nodiscard]] std::string_view gupta_sets_yaml();

}  // namespace ronchi::md
