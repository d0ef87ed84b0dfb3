// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace ronchi::components {

/// Upper edge of the squared singular values of pure noise of `rows` x `columns` elements of variance 1. Neighbouring columns of a
/// picture (`dimensions` 2) or spectrum (1) may have the correlation `neighbours`. White noise: (sqrt(rows) + sqrt(columns))^2 (V.
/// A. Marchenko, L. A. Pastur, Math. USSR Sb. 1 (1967) 457). Otherwise the edge is the least value of z(b) = rows (1/b +
/// (columns/rows) <t / (1 - t b)>) for 0 < b < 1 / max t, with the mean over the eigenvalues t of the columns' covariance (J. W.
/// Silverstein, S.-I. Choi, J. Multivar. Anal. 54 (1995) 295); t = 1 + 2 neighbours (cos p + cos q) for all angles p, q.
[[nodiscard]] double noise_edge(std::int64_t rows, std::int64_t columns, double neighbours = 0, int dimensions = 2);

}  // namespace ronchi::components
