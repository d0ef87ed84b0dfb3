// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <span>

namespace ronchi {

/// Minimum cross-entropy threshold of non-negative values (Li & Tam, Pattern Recognit. Lett. 19 (1998) 771): the fixed point of
/// t = (m1 - m0) / (ln m1 - ln m0) with m0, m1 the means of the values up to and above t. 0 (everything is above) when m1 < 4 m0:
/// then there are no two classes to tell apart.
[[nodiscard]] double li_threshold(std::span<const double> values);

}  // namespace ronchi
