// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/decompose/integer_products.hpp"

#include <algorithm>
#include <cmath>

namespace ronchi::decompose {

namespace {

constexpr int row_padding = 64;  // kernels work on whole groups of rows

/// The largest power of two by which `largest` may be multiplied to stay within `limit`, as an exponent.
int exponent_for(double largest, double limit) {
  if (!(largest > 0)) return 0;
  int e = 0;
  std::frexp(limit / largest, &e);  // limit / largest in [2^(e-1), 2^e)
  return std::clamp(e - 1, -1000, 1000);
}

int rounded_up(int n, int to) { return (n + to - 1) / to * to; }

}  // namespace

IntegerProducts::IntegerProducts(const Matrix& x, const IntegerKernels& kernels, int panel_rows, double largest_column)
    : x_(&x), kernels_(&kernels), panel_rows_(panel_rows), plane_count_(static_cast<int>(x.element_size())) {
  // |sum over rows of weight x| < 2^62, and within the three limbs.
  limit_ = std::min<double>(largest_limbs, 0x1p62 / std::max(1.0, largest_column));
}

void IntegerProducts::reserve(int k) {
  k_ = k;
  flat_ = flat_columns(k);
  if (flat_ <= reserved_) return;
  reserved_ = flat_;
  const auto flat = static_cast<std::size_t>(flat_), columns = static_cast<std::size_t>(x_->padded_columns()),
             rows = static_cast<std::size_t>(rounded_up(panel_rows_, row_padding)), planes = static_cast<std::size_t>(plane_count_);
  factors_ = Kokkos::View<signed char*, Kokkos::HostSpace>("ronchi/nmf/factor_limbs", flat * columns);
  scratch_.clear();
  for (int t = 0; t < host_threads(); ++t) {
    Scratch s;
    s.out.resize(planes * rows * flat);
    s.g = Kokkos::View<int*, Kokkos::HostSpace>("ronchi/nmf/g_limbs", planes * flat * columns);
    s.weights = Kokkos::View<signed char*, Kokkos::HostSpace>("ronchi/nmf/weight_limbs", rows * flat);
    s.bytes = Kokkos::View<unsigned char*, Kokkos::HostSpace>("ronchi/nmf/interleaved", rows * 2 * chunk);
    scratch_.push_back(std::move(s));
  }
}

void IntegerProducts::pack_factors(std::span<const float> h) {
  const std::int64_t padded = x_->padded_columns();
  factor_exponents_.resize(static_cast<std::size_t>(k_));
  for_pieces("ronchi/nmf/pack_factors", flat_, [&](std::int64_t f, int) {
    const auto at = [&](std::int64_t j) -> signed char& {
      return factors_[static_cast<std::size_t>(factor_place(j, static_cast<int>(f), flat_))];
    };
    if (f >= limbs * k_) {
      for (std::int64_t j = 0; j < padded; ++j) at(j) = 0;
      return;
    }
    const int c = static_cast<int>(f) % k_, limb = static_cast<int>(f) / k_;
    const float* row = h.data() + c * padded;
    float largest = 0;
    for (std::int64_t j = 0; j < padded; ++j) largest = std::max(largest, std::abs(row[j]));
    const int e = exponent_for(largest, largest_limbs);
    if (limb == 0) factor_exponents_[static_cast<std::size_t>(c)] = e;
    const double scale = std::ldexp(1.0, e);
    for (std::int64_t j = 0; j < padded; ++j)
      at(j) = limbs_of(static_cast<int>(std::lrint(static_cast<double>(row[j]) * scale))).at[limb];
  });
}

void IntegerProducts::begin(std::span<const float> h, int k, std::span<const int> exponents) {
  reserve(k);
  weight_exponents_.assign(exponents.begin(), exponents.end());
  pack_factors(h);
  sums_.assign(static_cast<std::size_t>(k) * static_cast<std::size_t>(x_->padded_columns()), 0);
  for (auto& s : scratch_) {
    s.largest.assign(static_cast<std::size_t>(k), 0.f);
    s.rows = 0;
    std::fill_n(s.g.data(), s.g.size(), 0);
  }
}

void IntegerProducts::forward(int worker, std::int64_t first_row, int rows, float* a, int ld) {
  Scratch& s = scratch_[static_cast<std::size_t>(worker)];
  const std::int64_t padded = x_->padded_columns();
  const int plane = static_cast<int>(x_->element());
  const auto element = static_cast<std::int64_t>(x_->element_size());
  const std::int64_t plane_size = static_cast<std::int64_t>(rounded_up(rows, 32)) * flat_;
  for (std::int64_t first = 0; first < padded; first += largest_columns) {
    const std::int64_t columns = std::min(largest_columns, padded - first);
    kernels_->forward[plane](x_->row(first_row) + first * element, x_->stride(), rows, columns, factors_.data() + first * flat_,
                             flat_, s.out.data());
    for (int c = 0; c < k_; ++c) {
      const double unit = std::ldexp(1.0, -factor_exponents_[static_cast<std::size_t>(c)]);
      for (int r = 0; r < rows; ++r) {
        std::int64_t sum = 0;
        for (int p = plane_count_ - 1; p >= 0; --p) {
          const int* out = s.out.data() + p * plane_size + static_cast<std::int64_t>(r) * flat_;
          sum = 256 * sum + out[c] + 256 * (std::int64_t{out[k_ + c]} + 256 * std::int64_t{out[2 * k_ + c]});
        }
        // At most 2^24 * 2^16 * 2^16 for a piece: exact in double. More pieces than one are rare.
        float& to = a[c * ld + r];
        const double value = static_cast<double>(sum) * unit;
        to = first == 0 ? static_cast<float>(value) : static_cast<float>(static_cast<double>(to) + value);
      }
    }
  }
}

void IntegerProducts::measure(int worker, int rows, const float* w) {
  auto& largest = scratch_[static_cast<std::size_t>(worker)].largest;
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < k_; ++c)
      largest[static_cast<std::size_t>(c)] = std::max(largest[static_cast<std::size_t>(c)], std::abs(w[r * k_ + c]));
}

void IntegerProducts::backward(int worker, std::int64_t first_row, int rows, const float* w) {
  Scratch& s = scratch_[static_cast<std::size_t>(worker)];
  measure(worker, rows, w);
  const int padded_rows = rounded_up(rows, chunk);
  std::fill_n(s.weights.data(), static_cast<std::int64_t>(padded_rows) * flat_, static_cast<signed char>(0));
  for (int c = 0; c < k_; ++c) {
    const double scale = std::ldexp(1.0, weight_exponents_[static_cast<std::size_t>(c)]);
    for (int r = 0; r < rows; ++r) {
      const double q = std::clamp(static_cast<double>(w[r * k_ + c]) * scale, -limit_, limit_);  // else: see fits()
      const Limbs l = limbs_of(static_cast<int>(std::lrint(q)));
      for (int i = 0; i < limbs; ++i) s.weights[static_cast<std::size_t>(weight_place(r, i * k_ + c, flat_))] = l.at[i];
    }
  }
  if (s.rows + padded_rows > largest_rows) spill(s);
  kernels_->backward[static_cast<int>(x_->element())](x_->row(first_row), x_->stride(), rows, x_->padded_columns(),
                                                      s.weights.data(), flat_, s.g.data(), s.bytes.data());
  s.rows += padded_rows;
}

void IntegerProducts::add(const Scratch& s, int c) {
  const std::int64_t padded = x_->padded_columns();
  std::int64_t* to = sums_.data() + c * padded;
  for (int p = 0; p < plane_count_; ++p)
    for (int i = 0; i < limbs; ++i) {
      const int* g = s.g.data() + (static_cast<std::int64_t>(p) * flat_ + i * k_ + c) * padded;
      const std::int64_t unit = std::int64_t{1} << (8 * (p + i));
      for (std::int64_t j = 0; j < padded; ++j) to[j] += unit * g[j];
    }
}

void IntegerProducts::spill(Scratch& s) {
  const std::lock_guard lock(spilling_);
  for (int c = 0; c < k_; ++c) add(s, c);
  std::fill_n(s.g.data(), s.g.size(), 0);
  s.rows = 0;
}

std::vector<double> IntegerProducts::finish() {
  for_pieces("ronchi/nmf/spill", k_, [&](std::int64_t c, int) {
    for (const auto& s : scratch_)
      if (s.rows > 0) add(s, static_cast<int>(c));
  });
  x_->comm().sum(std::span(sums_));
  const std::int64_t padded = x_->padded_columns();
  std::vector<double> products(sums_.size());
  for (int c = 0; c < k_; ++c) {
    const double unit = std::ldexp(1.0, -weight_exponents_[static_cast<std::size_t>(c)]);
    for (std::int64_t j = c * padded; j < (c + 1) * padded; ++j)
      products[static_cast<std::size_t>(j)] = static_cast<double>(sums_[static_cast<std::size_t>(j)]) * unit;
  }
  return products;
}

std::vector<float> IntegerProducts::largest_weights() const {
  std::vector<float> largest(static_cast<std::size_t>(k_), 0.f);
  for (const auto& s : scratch_)
    for (std::size_t c = 0; c < largest.size(); ++c) largest[c] = std::max(largest[c], s.largest[c]);
  return largest;
}

std::vector<int> IntegerProducts::exponents_for(std::span<const double> largest) const {
  std::vector<int> exponents;
  for (const double l : largest) exponents.push_back(exponent_for(4 * l, limit_));
  return exponents;
}

bool IntegerProducts::fits(std::span<const double> largest, std::span<const int> exponents) const {
  for (std::size_t c = 0; c < largest.size(); ++c)
    if (std::ldexp(largest[c], exponents[c]) > limit_) return false;
  return true;
}

}  // namespace ronchi::decompose
