// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Truth: sums in 64-bit integers, written down plainly.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "stages/decompose/fused_pass.hpp"
#include "stages/decompose/hals.hpp"
#include "stages/decompose/starts.hpp"
#include "tests/support/counts.hpp"

namespace ronchi::decompose {
namespace {

using testing::poisson_counts;
using testing::VectorFrames;

const Communicator alone;

struct Case {
  int rows, columns, k;
};
const Case cases[] = {{1, 64, 1},   {3, 128, 5},   {16, 64, 6},    {31, 192, 11},
                      {33, 64, 16}, {64, 320, 17}, {100, 128, 22}, {130, 64, 37}};

int rounded(int n, int to) { return (n + to - 1) / to * to; }

enum class Values { all, ends, mostly_small };

/// Values of the whole range, its ends only, or small ones with a large one here and there.
template <class T>
std::vector<T> matrix(const Case& c, Values kind) {
  Random random(3, sizeof(T), 0, static_cast<std::uint32_t>(c.k));
  constexpr auto most = static_cast<double>(std::numeric_limits<T>::max());
  std::vector<T> x(static_cast<std::size_t>(rounded(c.rows, chunk) * c.columns));
  for (T& v : x) {
    const double any = std::floor(random.uniform() * (most + 0.99));
    v = static_cast<T>(kind == Values::ends                                        ? (random.uniform() < 0.7 ? most : 0)
                       : kind == Values::mostly_small && random.uniform() < 0.9995 ? std::fmod(any, 200)
                                                                                   : any);
  }
  return x;
}
std::vector<signed char> limb_values(std::size_t n, std::uint32_t use, bool extreme) {
  Random random(4, 0, 0, use);
  std::vector<signed char> v(n);
  for (auto& l : v)
    l = static_cast<signed char>(extreme ? (random.uniform() < 0.8 ? -128 : 127) : std::floor(random.uniform() * 256) - 128);
  return v;
}

template <class T>
void compare(const IntegerKernels& kernels, const Case& c, Values kind) {
  const bool extreme = kind == Values::ends;
  constexpr int element = sizeof(T) - 1, planes = sizeof(T);
  const int flat = flat_columns(c.k), out_rows = rounded(c.rows, 32), padded_rows = rounded(c.rows, chunk);
  const auto x = matrix<T>(c, kind);
  const auto byte = [&](int plane, int r, int j) {
    return static_cast<std::int64_t>(x[static_cast<std::size_t>(r * c.columns + j)] >> (8 * plane) & 255);
  };

  const auto factors = limb_values(static_cast<std::size_t>(flat * c.columns), 1, extreme);
  std::vector<int> out(static_cast<std::size_t>(planes * out_rows * flat));
  kernels.forward[element](x.data(), c.columns, c.rows, c.columns, factors.data(), flat, out.data());
  for (int p = 0; p < planes; ++p)
    for (int r = 0; r < c.rows; ++r)
      for (int f = 0; f < flat; ++f) {
        std::int64_t sum = 0;
        for (int j = 0; j < c.columns; ++j) sum += byte(p, r, j) * factors[static_cast<std::size_t>(factor_place(j, f, flat))];
        ASSERT_EQ(out[static_cast<std::size_t>((p * out_rows + r) * flat + f)], sum)
            << kernels.name << " plane " << p << " row " << r << " limb column " << f << " of " << c.rows << " x " << c.columns;
      }

  auto weights = limb_values(static_cast<std::size_t>(padded_rows * flat), 2, extreme);
  for (int r = c.rows; r < padded_rows; ++r)
    for (int f = 0; f < flat; ++f) weights[static_cast<std::size_t>(weight_place(r, f, flat))] = 0;
  std::vector<int> g(static_cast<std::size_t>(planes * flat * c.columns));
  for (std::size_t i = 0; i < g.size(); ++i) g[i] = static_cast<int>(i % 1000);
  std::vector<unsigned char> scratch(static_cast<std::size_t>(padded_rows * 2 * chunk));
  kernels.backward[element](x.data(), c.columns, c.rows, c.columns, weights.data(), flat, g.data(), scratch.data());
  for (int p = 0; p < planes; ++p)
    for (int f = 0; f < flat; ++f)
      for (int j = 0; j < c.columns; ++j) {
        const auto at = static_cast<std::size_t>((p * flat + f) * c.columns + j);
        auto sum = static_cast<std::int64_t>(at % 1000);
        for (int r = 0; r < c.rows; ++r) sum += byte(p, r, j) * weights[static_cast<std::size_t>(weight_place(r, f, flat))];
        ASSERT_EQ(g[at], sum) << kernels.name << " plane " << p << " limb column " << f << " pixel " << j;
      }
}

TEST(IntegerKernels, EverySetGivesTheExactSums) {
  const auto list = available_integer_kernels();
  for (int s = 0; s < list.count; ++s)
    for (const Case& c : cases)
      for (const Values kind : {Values::all, Values::ends, Values::mostly_small}) {
        compare<std::uint8_t>(*list.sets[s], c, kind);
        compare<std::uint16_t>(*list.sets[s], c, kind);
      }
}

TEST(IntegerKernels, TheLargestSumsFit) {
  // 255 * 128 * largest_columns is within 32 bits, and so are as many rows.
  const auto list = available_integer_kernels();
  const std::vector<std::uint8_t> x(static_cast<std::size_t>(chunk * largest_columns), 255);
  const std::vector<signed char> limb(static_cast<std::size_t>(tile * largest_columns), -128);
  for (int s = 0; s < list.count; ++s) {
    std::vector<int> out(32 * tile);
    list.sets[s]->forward[0](x.data(), largest_columns, 1, largest_columns, limb.data(), tile, out.data());
    EXPECT_EQ(out[0], -255 * 128 * largest_columns) << list.sets[s]->name;
    std::vector<int> g(tile * chunk, 0);
    std::vector<unsigned char> scratch(2 * chunk * chunk);
    for (std::int64_t rows = 0; rows < largest_rows; rows += chunk)
      list.sets[s]->backward[0](x.data(), chunk, chunk, chunk, limb.data(), tile, g.data(), scratch.data());
    EXPECT_EQ(g[5], -255 * 128 * largest_rows) << list.sets[s]->name;
  }
}

TEST(Limbs, HoldEveryNumberOf24Bits) {
  for (const int q :
       {0, 1, -1, 127, 128, -128, -129, 255, 256, 32767, 32768, -32768, largest_limbs, -largest_limbs, 4711000, -65535}) {
    const Limbs l = limbs_of(q);
    EXPECT_EQ(l.at[0] + 256 * l.at[1] + 65536 * l.at[2], q);
  }
  for (int q = -largest_limbs; q <= largest_limbs; q += 12347) {
    const Limbs l = limbs_of(q);
    ASSERT_EQ(l.at[0] + 256 * l.at[1] + 65536 * l.at[2], q);
  }
}

/// W = A: what a pass gives then, and the units of the next one.
Products pass_over(FusedPass& pass, const std::vector<float>& h, int k, WeightUnits& units, std::vector<float>* w = nullptr) {
  return pass.run(
      h, k,
      [&](Panel& panel) {
        for (int r = 0; r < panel.rows; ++r)
          for (int c = 0; c < k; ++c) {
            panel.out[r * k + c] = panel.a[c * panel.ld + r];
            if (w != nullptr) (*w)[static_cast<std::size_t>((panel.first_row + r) * k + c)] = panel.out[r * k + c];
          }
        return 0.0;
      },
      true, &units);
}

template <class T>
void both_products() {
  constexpr int n = 1500, m = 200, k = 7;
  const VectorFrames<T> source(n, m, poisson_counts<T>(n, m, 4, sizeof(T) == 1 ? 3000 : 500000));
  const Matrix x(source, {}, alone);
  const Scaling scaling = measure(x, true);
  const auto list = available_integer_kernels();
  std::vector<double> first;
  for (int s = 0; s < list.count; ++s) {
    FusedPass pass(x, scaling, best_kernels(), list.sets[s]);
    const Model model = random_start(pass, k, 1, 0);
    WeightUnits units;
    std::vector<float> w(n * k);
    const Products p = pass_over(pass, model.h, k, units, &w);
    if (s == 0)
      first = p.wtx;
    else
      EXPECT_EQ(p.wtx, first) << list.sets[s]->name;
    // Factors are rounded to half a unit of 2^-22 of the largest one or less, weights to 2^-20: so much is each product off at
    // most.
    const std::int64_t padded = x.padded_columns();
    for (int c = 0; c < k; ++c) {
      double largest = 0, largest_w = 0;
      const auto scaled = [&](std::int64_t j) {
        return static_cast<double>(model.h[static_cast<std::size_t>(c * padded + j)]) *
               static_cast<double>(scaling.column[static_cast<std::size_t>(j)]);
      };
      const auto weighted = [&](int r) {
        return static_cast<double>(w[static_cast<std::size_t>(r * k + c)]) *
               static_cast<double>(scaling.row[static_cast<std::size_t>(r)]);
      };
      for (std::int64_t j = 0; j < m; ++j) largest = std::max(largest, scaled(j));
      for (int r = 0; r < n; ++r) largest_w = std::max(largest_w, weighted(r));
      for (int r = 0; r < n; ++r) {
        double sum = 0;
        for (int j = 0; j < m; ++j) sum += static_cast<double>(reinterpret_cast<const T*>(x.row(r))[j]) * scaled(j);
        const double row = scaling.row[static_cast<std::size_t>(r)], counts = scaling.row_sum[static_cast<std::size_t>(r)];
        ASSERT_NEAR(w[static_cast<std::size_t>(r * k + c)], sum * row, (counts * largest * 0x1p-23 + sum * 0x1p-22) * row);
      }
      for (int j = 0; j < m; ++j) {
        double sum = 0, counts = 0;
        for (int r = 0; r < n; ++r) {
          const double value = reinterpret_cast<const T*>(x.row(r))[j];
          sum += value * weighted(r);
          counts += value;
        }
        const double column = scaling.column[static_cast<std::size_t>(j)];
        ASSERT_NEAR(p.wtx[static_cast<std::size_t>(c * padded + j)], sum * column,
                    (counts * largest_w * 0x1p-21 + sum * 0x1p-22) * column);
      }
    }
  }
}

TEST(IntegerPass, Uint8) { both_products<std::uint8_t>(); }
TEST(IntegerPass, Uint16) { both_products<std::uint16_t>(); }

TEST(IntegerPass, WeightsThatOutgrowTheirUnitsAreDoneAgain) {
  constexpr int n = 1100, m = 100, k = 3;
  const VectorFrames<std::uint8_t> source(n, m, poisson_counts<std::uint8_t>(n, m, 3, 900));
  const Matrix x(source, {}, alone);
  const Scaling scaling = measure(x, true);
  FusedPass pass(x, scaling, best_kernels(), &best_integer_kernels());
  const Model model = random_start(pass, k, 1, 0);
  WeightUnits unknown, fitting, too_fine;
  const Products right = pass_over(pass, model.h, k, unknown);
  fitting = too_fine = unknown;
  too_fine.exponents[1] += 3;  // there was room for a factor of four
  const Products same = pass_over(pass, model.h, k, fitting), again = pass_over(pass, model.h, k, too_fine);
  EXPECT_EQ(same.wtx, right.wtx);
  EXPECT_EQ(again.wtx, right.wtx);
  EXPECT_EQ(again.wtw, right.wtw) << "nothing is added twice";
  EXPECT_EQ(again.sums, right.sums);
  EXPECT_EQ(too_fine.exponents, fitting.exponents);
  EXPECT_EQ(fitting.exponents, unknown.exponents);
}

TEST(IntegerNmf, ReachesWhatSinglePrecisionReaches) {
  for (const bool poisson : {false, true}) {
    const VectorFrames<std::uint16_t> source(2000, 150, poisson_counts<std::uint16_t>(2000, 150, 5, 2000));
    const Matrix x(source, {}, alone);
    const Scaling scaling = measure(x, poisson);
    double errors[2] = {};
    for (const bool integer : {false, true}) {
      FusedPass pass(x, scaling, best_kernels(), integer ? &best_integer_kernels() : nullptr);
      Model model = random_start(pass, 5, 3, 0);
      IterationReport report;
      for (int i = 0; i < 300; ++i) report = iterate(model, pass, {});
      errors[integer ? 1 : 0] = report.error;
      EXPECT_LT(report.kkt, 1e-4) << integer;
    }
    EXPECT_NEAR(errors[1], errors[0], 1e-5 * errors[0]);
  }
}

}  // namespace
}  // namespace ronchi::decompose
