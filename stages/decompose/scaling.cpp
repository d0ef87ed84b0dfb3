// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/decompose/scaling.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <mutex>

#include "framework/comm/exact_sum.hpp"
#include "stages/decompose/workers.hpp"

namespace ronchi::decompose {

namespace {

template <class F>
void with_element(Element element, F f) {
  if (element == Element::u8)
    f(std::uint8_t{});
  else if (element == Element::u16)
    f(std::uint16_t{});
  else
    f(float{});
}

/// Sums of one block: of each row, of each column (exact integers for integer data), and the largest value.
template <class T>
void sum_block(const Matrix& x, Range rows, std::vector<double>& columns, double* row_sums, double& largest) {
  // 1024 values of 16 bits fit into 32 bits; integers are what the compiler vectorises best.
  using Sum = std::conditional_t<std::is_integral_v<T>, std::uint32_t, double>;
  std::vector<Sum> sums(static_cast<std::size_t>(x.columns()), Sum{0});
  T most = 0;
  for (std::int64_t r = rows.first; r < rows.last; ++r) {
    const T* row = reinterpret_cast<const T*>(x.row(r));
    double total = 0;
    for (std::int64_t first = 0; first < x.columns(); first += 4096) {
      const std::int64_t last = std::min(x.columns(), first + 4096);
      Sum part = 0;
      for (std::int64_t j = first; j < last; ++j) {
        const Sum value = row[j];
        sums[static_cast<std::size_t>(j)] += value;
        part += value;
        most = std::max(most, row[j]);
      }
      total += static_cast<double>(part);
    }
    row_sums[r] = total;
  }
  for (std::size_t j = 0; j < sums.size(); ++j) columns[j] = static_cast<double>(sums[j]);
  largest = std::max(largest, static_cast<double>(most));
}

/// sum over j of x[j]^2 * weight[j], four partial sums.
template <class T>
double weighted_square(const T* x, const double* weight, std::int64_t columns) {
  std::array<double, 4> sums{};
  for (std::int64_t j = 0; j < columns; ++j) {
    const auto value = static_cast<double>(x[j]);
    sums[static_cast<std::size_t>(j & 3)] += value * value * weight[j];
  }
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

}  // namespace

Scaling measure(const Matrix& x, bool poisson) {
  Scaling s;
  s.poisson = poisson;
  const auto columns = static_cast<std::size_t>(x.columns()), rows = static_cast<std::size_t>(x.my_rows());
  s.row_sum.assign(rows, 0);
  std::vector<std::vector<double>> block_sums(static_cast<std::size_t>(host_threads()), std::vector<double>(columns));
  std::vector<double> largest(static_cast<std::size_t>(host_threads()), 0);

  // The bound of float sums needs the largest value first; integers have one from their type.
  double most = x.element() == Element::u8 ? 255 : 65535;
  if (x.element() == Element::f32) {
    for_pieces("ronchi/nmf/largest", x.my_blocks(), [&](std::int64_t b, int worker) {
      sum_block<float>(x, x.block_rows(b), block_sums[static_cast<std::size_t>(worker)], s.row_sum.data(),
                       largest[static_cast<std::size_t>(worker)]);
    });
    most = *std::max_element(largest.begin(), largest.end());
    x.comm().max(std::span(&most, 1));
  }
  std::mutex adding;
  ExactSum column_sums(columns, static_cast<double>(x.rows()) * most);
  with_element(x.element(), [&]<class T>(T) {
    for_pieces("ronchi/nmf/sums", x.my_blocks(), [&](std::int64_t b, int worker) {
      auto& mine = block_sums[static_cast<std::size_t>(worker)];
      sum_block<T>(x, x.block_rows(b), mine, s.row_sum.data(), largest[static_cast<std::size_t>(worker)]);
      const std::lock_guard lock(adding);
      for (std::size_t j = 0; j < columns; ++j) column_sums.add(j, mine[j]);
    });
  });
  column_sums.reduce(x.comm());

  s.row.assign(rows, 1.f);
  s.root_row.assign(rows, 1.0);
  s.column.assign(static_cast<std::size_t>(x.padded_columns()), 0.f);
  s.root_column.assign(columns, 1.0);
  for (std::size_t j = 0; j < columns; ++j) {
    s.counts += column_sums[j];
    s.largest_column = std::max(s.largest_column, column_sums[j]);
    if (poisson) s.root_column[j] = std::sqrt(std::max(0.0, column_sums[j]));
    s.column[j] = s.root_column[j] > 0 ? static_cast<float>(1 / s.root_column[j]) : 0.f;
    s.largest_root_column = std::max(s.largest_root_column, s.root_column[j]);
  }
  if (poisson)
    for (std::size_t r = 0; r < rows; ++r) {
      s.root_row[r] = std::sqrt(s.row_sum[r]);
      s.row[r] = s.root_row[r] > 0 ? static_cast<float>(1 / s.root_row[r]) : 0.f;
    }

  std::vector<double> weight(columns);
  for (std::size_t j = 0; j < columns; ++j) weight[j] = static_cast<double>(s.column[j]) * static_cast<double>(s.column[j]);
  // Poisson: every x <= g, so a row's square is at most the sum over its columns of x / h, and all rows' the number of columns.
  const double squares =
      poisson ? 1.01 * static_cast<double>(columns) : static_cast<double>(x.rows()) * static_cast<double>(columns) * most * most;
  ExactSum norm2(1, squares);
  with_element(x.element(), [&]<class T>(T) {
    for_pieces("ronchi/nmf/norm", x.my_blocks(), [&](std::int64_t b, int) {
      double sum = 0;
      for (std::int64_t r = x.block_rows(b).first; r < x.block_rows(b).last; ++r) {
        const auto scale = static_cast<double>(s.row[static_cast<std::size_t>(r)]);
        sum += scale * scale * weighted_square(reinterpret_cast<const T*>(x.row(r)), weight.data(), x.columns());
      }
      const std::lock_guard lock(adding);
      norm2.add(0, sum);
    });
  });
  norm2.reduce(x.comm());
  s.norm2 = norm2[0];

  // Column sums of diag(g)^-1/2 X; by Cauchy and Schwarz at most sqrt(rows) times the norm of a column.
  ExactSum scaled(columns, 1.01 * std::sqrt(static_cast<double>(x.rows()) * s.norm2) * s.largest_root_column);
  const Kernels& kernels = best_kernels();
  std::vector<std::vector<float>> sums(static_cast<std::size_t>(host_threads()));
  for_pieces("ronchi/nmf/means", x.my_blocks(), [&](std::int64_t b, int worker) {
    auto& mine = sums[static_cast<std::size_t>(worker)];
    mine.assign(static_cast<std::size_t>(x.padded_columns()), 0.f);
    const Range r = x.block_rows(b);
    kernels.backward[static_cast<int>(x.element())](x.row(r.first), x.stride(), static_cast<int>(r.size()), x.padded_columns(),
                                                    s.row.data() + r.first, 1, mine.data(), x.padded_columns());
    const std::lock_guard lock(adding);
    kernels.spill(mine.data(), x.columns(), scaled.scale(), scaled.units().data());
  });
  scaled.reduce(x.comm());
  s.column_mean.resize(columns);
  double total = 0;
  for (std::size_t j = 0; j < columns; ++j) {
    s.column_mean[j] = scaled[j] * static_cast<double>(s.column[j]) / static_cast<double>(x.rows());
    total += s.column_mean[j];
  }
  s.mean = total / static_cast<double>(columns);
  return s;
}

}  // namespace ronchi::decompose
