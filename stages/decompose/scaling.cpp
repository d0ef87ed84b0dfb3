// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/decompose/scaling.hpp"

#include <algorithm>
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

/// Sums of one block: of each row, of each column (exact integers for integer data).
template <class T>
void sum_block(const Matrix& x, Range rows, std::vector<double>& columns, double* row_sums) {
  // 1024 values of 16 bits fit into 32 bits; integers are what the compiler vectorises best.
  using Sum = std::conditional_t<std::is_integral_v<T>, std::uint32_t, double>;
  std::vector<Sum> sums(static_cast<std::size_t>(x.columns()), Sum{0});
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
      }
      total += static_cast<double>(part);
    }
    row_sums[r] = total;
  }
  for (std::size_t j = 0; j < sums.size(); ++j) columns[j] = static_cast<double>(sums[j]);
}

/// squares[j] = sum over the rows of (scale[row] x(row, j))^2, in double, rows in order.
template <class T>
void weighted_squares(const Matrix& x, Range rows, const float* scale, std::vector<double>& squares) {
  std::fill(squares.begin(), squares.end(), 0.0);
  for (std::int64_t r = rows.first; r < rows.last; ++r) {
    const T* row = reinterpret_cast<const T*>(x.row(r));
    const double weight = static_cast<double>(scale[r]) * static_cast<double>(scale[r]);
    for (std::size_t j = 0; j < squares.size(); ++j) {
      const auto value = static_cast<double>(row[j]);
      squares[j] += weight * (value * value);
    }
  }
}

/// What a thread needs for one block.
struct Scratch {
  std::vector<double> sums, squares;
  std::vector<float> scaled;
};

/// The largest element: floats have no bound but this, which costs a reading of its own.
double largest_of(const Matrix& x) {
  if (x.element() != Element::f32) return x.element() == Element::u8 ? 255 : 65535;
  std::vector<double> largest(static_cast<std::size_t>(host_threads()), 0);
  x.each_window([&](Range blocks) {
    for_pieces("ronchi/nmf/largest", blocks.size(), [&](std::int64_t i, int worker) {
      const Range rows = x.block_rows(blocks.first + i);
      double& mine = largest[static_cast<std::size_t>(worker)];
      for (std::int64_t r = rows.first; r < rows.last; ++r) {
        const auto* row = reinterpret_cast<const float*>(x.row(r));
        mine = std::max(mine, static_cast<double>(*std::max_element(row, row + x.columns())));
      }
    });
  });
  double most = *std::max_element(largest.begin(), largest.end());
  x.comm().max(std::span(&most, 1));
  return most;
}

}  // namespace

void Scaling::set_rows(std::vector<double> sums, bool scaled) {
  poisson = scaled;
  row_sum = std::move(sums);
  row.assign(row_sum.size(), 1.f);
  root_row.assign(row_sum.size(), 1.0);
  for (std::size_t i = 0; i < row_sum.size(); ++i) set_row(i);
}

void Scaling::set_row(std::size_t i) {
  if (!poisson) return;
  root_row[i] = std::sqrt(row_sum[i]);
  row[i] = root_row[i] > 0 ? static_cast<float>(1 / root_row[i]) : 0.f;
}

void Scaling::set_columns(std::vector<double> sums, std::int64_t padded) {
  column_sum = std::move(sums);
  column.assign(static_cast<std::size_t>(padded), 0.f);
  root_column.assign(column_sum.size(), 1.0);
  for (std::size_t j = 0; j < column_sum.size(); ++j) {
    largest_column = std::max(largest_column, column_sum[j]);
    if (poisson) root_column[j] = std::sqrt(std::max(0.0, column_sum[j]));
    column[j] = root_column[j] > 0 ? static_cast<float>(1 / root_column[j]) : 0.f;
    largest_root_column = std::max(largest_root_column, root_column[j]);
  }
}

Scaling measure(const Matrix& x, bool poisson, const OnBlock& on_block) {
  Scaling s;
  const auto columns = static_cast<std::size_t>(x.columns());
  s.set_rows(std::vector<double>(static_cast<std::size_t>(x.my_rows()), 0), poisson);

  // Bounds for exact sums, with g the sum of a row: x <= g, so x^2 / g <= x <= most and x / sqrt(g) <= sqrt(most).
  const double most = s.largest = largest_of(x), n = static_cast<double>(x.rows());
  ExactSum column_sums(columns, n * most), squares(columns, 1.01 * n * (poisson ? most : most * most)),
      scaled(columns, 1.01 * n * (poisson ? std::sqrt(most) : most));
  std::vector<Scratch> scratch(static_cast<std::size_t>(host_threads()));
  for (auto& mine : scratch) mine.sums.resize(columns), mine.squares.resize(columns);
  std::mutex adding;
  const Kernels& kernels = best_kernels();
  const auto block = [&]<class T>(T, std::int64_t b, int worker) {
    Scratch& mine = scratch[static_cast<std::size_t>(worker)];
    const Range r = x.block_rows(b);
    sum_block<T>(x, r, mine.sums, s.row_sum.data());
    for (std::int64_t i = r.first; i < r.last; ++i) s.set_row(static_cast<std::size_t>(i));
    weighted_squares<T>(x, r, s.row.data(), mine.squares);
    mine.scaled.assign(static_cast<std::size_t>(x.padded_columns()), 0.f);
    kernels.backward[static_cast<int>(x.element())](x.row(r.first), x.stride(), static_cast<int>(r.size()), x.padded_columns(),
                                                    s.row.data() + r.first, 1, mine.scaled.data(), x.padded_columns());
    {
      const std::lock_guard lock(adding);
      for (std::size_t j = 0; j < columns; ++j) column_sums.add(j, mine.sums[j]);
      for (std::size_t j = 0; j < columns; ++j) squares.add(j, mine.squares[j]);
      kernels.spill(mine.scaled.data(), x.columns(), scaled.scale(), scaled.units().data());
    }
    if (on_block) on_block(r, worker, s);
  };
  x.each_window([&](Range blocks) {
    with_element(x.element(), [&]<class T>(T type) {
      for_pieces("ronchi/nmf/sums", blocks.size(), [&](std::int64_t i, int worker) { block(type, blocks.first + i, worker); });
    });
  });
  column_sums.reduce(x.comm());
  squares.reduce(x.comm());
  scaled.reduce(x.comm());

  std::vector<double> sums(columns);
  for (std::size_t j = 0; j < columns; ++j) s.counts += sums[j] = column_sums[j];
  s.set_columns(std::move(sums), x.padded_columns());
  s.column_mean.resize(columns);
  double total = 0;
  for (std::size_t j = 0; j < columns; ++j) {
    const auto scale = static_cast<double>(s.column[j]);
    s.norm2 += squares[j] * scale * scale;
    s.column_mean[j] = scaled[j] * scale / n;
    total += s.column_mean[j];
  }
  s.mean = total / static_cast<double>(columns);
  return s;
}

}  // namespace ronchi::decompose
