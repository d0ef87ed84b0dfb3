// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "framework/md/body.hpp"
#include "framework/md/gupta.hpp"

namespace ronchi::md {

/// The table of framework/md/body.hpp.
template <class T>
[[nodiscard]] std::vector<T> pair_table(const Gupta& potential);

/// Why the kernels cannot follow this pair: left of `inner` they take powers of two in single precision, which must be neither too
/// small nor too large for it. Empty: they can.
[[nodiscard]] std::string beyond_single_precision(const GuptaPair& pair);

extern template std::vector<float> pair_table<float>(const Gupta&);
extern template std::vector<double> pair_table<double>(const Gupta&);

}  // namespace ronchi::md
