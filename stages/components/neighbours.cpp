// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/components/neighbours.hpp"

#include <algorithm>

#include "stages/components/noise_edge.hpp"

namespace ronchi::components {

namespace {

template <class T>
void add_row(const std::byte* row, double weight, const auto& pairs, std::vector<double>& sums) {
  const T* x = reinterpret_cast<const T*>(row);
  for (std::size_t i = 0; i < pairs.size(); ++i)
    sums[i] += weight * static_cast<double>(x[pairs[i].a]) * static_cast<double>(x[pairs[i].b]);
}

}  // namespace

Neighbours::Neighbours(const decompose::Matrix& x, const Places& places) : x_(&x), dimensions_(places.rows > 1 ? 2 : 1) {
  std::vector<std::int64_t> column(static_cast<std::size_t>(places.rows * places.columns), -1);
  for (std::size_t j = 0; j < places.pixel.size(); ++j)
    column[static_cast<std::size_t>(places.pixel[j])] = static_cast<std::int64_t>(j);
  for (std::size_t j = 0; j < places.pixel.size(); ++j) {
    const auto here = static_cast<std::int64_t>(j), pixel = places.pixel[j];
    pairs_.push_back({here, here});
    const auto pair = [&](std::int64_t other) {
      if (column[static_cast<std::size_t>(other)] >= 0) pairs_.push_back({here, column[static_cast<std::size_t>(other)]});
    };
    if (pixel % places.columns + 1 < places.columns) pair(pixel + 1);
    if (pixel / places.columns + 1 < places.rows) pair(pixel + places.columns);
  }
}

void Neighbours::add(Range rows, const decompose::Scaling& so_far) {
  // x y / g <= max(x, y) as g >= x and y.
  std::call_once(bounded_, [&] { sums_.emplace(pairs_.size(), 1.01 * so_far.largest * static_cast<double>(x_->rows())); });
  std::vector<double> sums(pairs_.size(), 0);
  for (std::int64_t r = rows.first; r < rows.last; ++r) {
    const auto root = static_cast<double>(so_far.row[static_cast<std::size_t>(r)]);
    switch (x_->element()) {
      case decompose::Element::u8:
        add_row<std::uint8_t>(x_->row(r), root * root, pairs_, sums);
        break;
      case decompose::Element::u16:
        add_row<std::uint16_t>(x_->row(r), root * root, pairs_, sums);
        break;
      case decompose::Element::f32:
        add_row<float>(x_->row(r), root * root, pairs_, sums);
        break;
    }
  }
  const std::lock_guard lock(adding_);
  for (std::size_t i = 0; i < sums.size(); ++i) sums_->add(i, sums[i]);
}

double Neighbours::correlation(const decompose::Scaling& scaling, const decompose::Sketch& sketch, double noise) {
  std::call_once(bounded_, [&] { sums_.emplace(pairs_.size(), 1.01 * scaling.largest * static_cast<double>(x_->rows())); });
  sums_->reduce(x_->comm());
  double correlation = 0;
  int directions = -1;
  for (int turn = 0; turn < 50; ++turn) {
    const double edge = noise * noise_edge(x_->rows(), x_->columns(), correlation, dimensions_);
    const auto above = static_cast<int>(
        std::count_if(sketch.squares.begin(), sketch.squares.end(), [&](double square) { return square > 1.02 * edge; }));
    if (above == directions) break;
    directions = above;
    correlation = std::clamp(without(directions, scaling, sketch), 0.0, 0.24);
  }
  return correlation;
}

double Neighbours::without(int directions, const decompose::Scaling& scaling, const decompose::Sketch& sketch) const {
  const std::int64_t padded = x_->padded_columns();
  double squares = 0, products = 0;
  std::int64_t columns = 0, neighbours = 0;
  for (std::size_t i = 0; i < pairs_.size(); ++i) {
    const auto [a, b] = pairs_[i];
    double value = (*sums_)[i] * static_cast<double>(scaling.column[static_cast<std::size_t>(a)]) *
                   static_cast<double>(scaling.column[static_cast<std::size_t>(b)]);
    for (int c = 0; c < directions; ++c)
      value -= sketch.squares[static_cast<std::size_t>(c)] *
               static_cast<double>(sketch.v[static_cast<std::size_t>(c * padded + a)]) *
               static_cast<double>(sketch.v[static_cast<std::size_t>(c * padded + b)]);
    (a == b ? squares : products) += value;
    ++(a == b ? columns : neighbours);
  }
  if (neighbours == 0 || !(squares > 0)) return 0;
  return products / static_cast<double>(neighbours) / (squares / static_cast<double>(columns));
}

}  // namespace ronchi::components
