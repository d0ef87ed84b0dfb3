// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

namespace ronchi {
[[nodiscard]] const char* version();  ///< "0.1.0"
[[nodiscard]] const char* commit();   ///< of the sources this was built from; ends in -dirty if they were changed
}  // namespace ronchi
