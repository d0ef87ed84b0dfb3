// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <vector>

#include "stages/decompose/matrix.hpp"

namespace ronchi::decompose {

/// The scaled data X~ = diag(g)^-1/2 X diag(h)^-1/2 with g the row sums and h the column sums of X makes Poisson noise
/// uniform (Keenan & Kotula, Surf. Interface Anal. 36 (2004) 203, eq. 10; what HyperSpy's normalize_poissonian_noise does).
/// X itself is never touched: the factors 1/sqrt(g) and 1/sqrt(h) are folded into the small matrices. An empty row or
/// column has the factor 0. Without the scaling all factors are 1.
struct Scaling {
  bool poisson = false;
  std::vector<float> row;                     ///< 1/sqrt(g) of this rank's rows
  std::vector<float> column;                  ///< 1/sqrt(h), padded_columns long (zeros at the end)
  std::vector<double> root_row, root_column;  ///< sqrt(g) and sqrt(h) (0 where empty), to scale results back
  std::vector<double> row_sum;                ///< g of this rank's rows
  std::vector<double> column_mean;            ///< of X~, columns long
  double norm2 = 0;                           ///< ||X~||_F^2
  double mean = 0;                            ///< of all elements of X~
  double counts = 0;                          ///< sum of all elements of X
  double largest = 0;                         ///< bound of all elements of X: 255 or 65535 for integers
  double largest_column = 0;                  ///< largest column sum of X
  double largest_root_column = 1;             ///< largest sqrt(h): bounds 1 / column
  std::vector<double> column_sum;             ///< h, columns long

  /// Everything that follows from the sums of the rows, then of the columns.
  void set_rows(std::vector<double> sums, bool scaled);
  void set_row(std::size_t row);
  void set_columns(std::vector<double> sums, std::int64_t padded);
};

/// Sees the rows of every block while they are in memory, with what is known of the scaling by then: the `row`s of that block. From
/// several threads at once.
using OnBlock = std::function<void(Range rows, int worker, const Scaling& so_far)>;

/// Collective: one pass over the matrix, two if it holds floats. Same bytes for any number of ranks and threads.
[[nodiscard]] Scaling measure(const Matrix& x, bool poisson, const OnBlock& on_block = {});

}  // namespace ronchi::decompose
