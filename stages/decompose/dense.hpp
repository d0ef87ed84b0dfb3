// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

/// Small dense algebra in double, serial and in one order: every rank does it alone and gets the same bytes.
namespace ronchi::decompose {

struct Eigen {
  std::vector<double> values;   ///< descending
  std::vector<double> vectors;  ///< row i is the eigenvector of value i, n x n; its largest element is positive
};
/// Of a symmetric n x n matrix, by cyclic Jacobi rotations (Golub & Van Loan, Matrix Computations, section 8.5).
[[nodiscard]] Eigen symmetric_eigen(std::vector<double> a, int n);

/// Makes the rows of v (rows x columns) orthonormal, by Gram-Schmidt done twice. A row that depends on those before it becomes
/// zero. Returns how many did not.
int orthonormalise(std::vector<double>& v, int rows, std::int64_t columns);

}  // namespace ronchi::decompose
