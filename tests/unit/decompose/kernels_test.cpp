// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <vector>

#include "framework/base/random.hpp"
#include "stages/decompose/kernels.hpp"

namespace ronchi::decompose {
namespace {

struct Case {
  int rows, columns, k;
};
const Case cases[] = {{1, 16, 1}, {2, 32, 3}, {5, 48, 8}, {16, 80, 7}, {31, 560, 13}, {17, 1040, 20}, {7, 16, 37}};

std::vector<float> floats(std::size_t n, std::uint32_t use) {
  Random random(7, 0, 0, use);
  std::vector<float> v(n);
  for (float& x : v) x = static_cast<float>(random.normal());
  return v;
}

template <class T>
std::vector<T> data(std::size_t n) {
  Random random(8, 0, 0, sizeof(T));
  std::vector<T> v(n);
  for (T& x : v) x = static_cast<T>(random.uniform() * (sizeof(T) == 1 ? 256 : 60000));
  return v;
}

/// What every kernel computes from the same input.
template <class T>
struct Products {
  std::vector<float> a, g;
};

template <class T>
Products<T> products(const Kernels& kernels, const Case& c, const std::vector<T>& x, const std::vector<float>& h,
                     const std::vector<float>& w) {
  constexpr int element = std::is_same_v<T, float> ? 2 : sizeof(T) == 2 ? 1 : 0;
  const int ld = (c.rows + lanes - 1) / lanes * lanes;
  Products<T> p{std::vector<float>(static_cast<std::size_t>(c.k * ld), 0.f), floats(static_cast<std::size_t>(c.k * c.columns), 3)};
  std::vector<float> partial(static_cast<std::size_t>(c.rows * 8 * lanes));
  kernels.forward[element](x.data(), c.columns, c.rows, c.columns, h.data(), c.columns, c.k, partial.data(), p.a.data(), ld);
  kernels.backward[element](x.data(), c.columns, c.rows, c.columns, w.data(), c.k, p.g.data(), c.columns);
  return p;
}

template <class T>
void compare_all() {
  for (const Case& c : cases) {
    const auto x = data<T>(static_cast<std::size_t>(c.rows * c.columns));
    const auto h = floats(static_cast<std::size_t>(c.k * c.columns), 1), w = floats(static_cast<std::size_t>(c.rows * c.k), 2);
    const auto g0 = floats(static_cast<std::size_t>(c.k * c.columns), 3);
    const int ld = (c.rows + lanes - 1) / lanes * lanes;
    const auto list = available_kernels();
    const auto portable = products(*list.sets[list.count - 1], c, x, h, w);
    for (int e = 0; e < c.k; ++e) {
      for (int r = 0; r < c.rows; ++r) {
        double sum = 0, size = 0;
        for (int j = 0; j < c.columns; ++j) {
          const double term = static_cast<double>(x[static_cast<std::size_t>(r * c.columns + j)]) *
                              static_cast<double>(h[static_cast<std::size_t>(e * c.columns + j)]);
          sum += term;
          size += std::abs(term);
        }
        // One rounding per addition of a lane and four in the tree.
        EXPECT_NEAR(portable.a[static_cast<std::size_t>(e * ld + r)], sum, size * 0x1p-24 * (c.columns / lanes + 5))
            << c.rows << " " << c.columns << " " << c.k;
      }
      for (int j = 0; j < c.columns; ++j) {
        double sum = static_cast<double>(g0[static_cast<std::size_t>(e * c.columns + j)]), size = std::abs(sum);
        for (int r = 0; r < c.rows; ++r) {
          const double term = static_cast<double>(x[static_cast<std::size_t>(r * c.columns + j)]) *
                              static_cast<double>(w[static_cast<std::size_t>(r * c.k + e)]);
          sum += term;
          size += std::abs(term);
        }
        EXPECT_NEAR(portable.g[static_cast<std::size_t>(e * c.columns + j)], sum, size * 0x1p-24 * (c.rows + 1));
      }
    }
    for (int s = 0; s < list.count; ++s) {
      const auto p = products(*list.sets[s], c, x, h, w);
      EXPECT_EQ(std::memcmp(p.a.data(), portable.a.data(), p.a.size() * sizeof(float)), 0)
          << list.sets[s]->name << " dot products, k = " << c.k;
      EXPECT_EQ(std::memcmp(p.g.data(), portable.g.data(), p.g.size() * sizeof(float)), 0)
          << list.sets[s]->name << " outer products, k = " << c.k;
    }
  }
}

TEST(Kernels, Uint8AgreesWithDoublesAndIsTheSameForEveryInstructionSet) { compare_all<std::uint8_t>(); }
TEST(Kernels, Uint16AgreesWithDoublesAndIsTheSameForEveryInstructionSet) { compare_all<std::uint16_t>(); }
TEST(Kernels, FloatAgreesWithDoublesAndIsTheSameForEveryInstructionSet) { compare_all<float>(); }

/// A random strictly convex problem: B = M M^T + I.
struct Quadratic {
  int k, items;
  std::vector<float> b, inverse, a, w;
  Quadratic(int k_, int items_) : k(k_), items(items_), b(static_cast<std::size_t>(k * k)), inverse(static_cast<std::size_t>(k)) {
    const auto m = floats(static_cast<std::size_t>(k * 2 * k), 5);
    for (int c = 0; c < k; ++c)
      for (int d = 0; d < k; ++d) {
        float sum = c == d ? 1.f : 0.f;
        for (int i = 0; i < 2 * k; ++i)
          sum += m[static_cast<std::size_t>(c * 2 * k + i)] * m[static_cast<std::size_t>(d * 2 * k + i)];
        b[static_cast<std::size_t>(c * k + d)] = sum;
      }
    for (int c = 0; c < k; ++c) inverse[static_cast<std::size_t>(c)] = 1 / b[static_cast<std::size_t>(c * k + c)];
    a = floats(static_cast<std::size_t>(k * items), 6);
    w = floats(static_cast<std::size_t>(k * items), 7);
    for (float& v : w) v = std::max(0.f, v);
  }
  double solve(const Kernels& kernels, int sweeps) {
    return kernels.hals(a.data(), w.data(), items, items, k, b.data(), inverse.data(), sweeps, 1e-20f);
  }
};

TEST(Kernels, HalsConvergesToThePointWhereTheKktConditionsHold) {
  for (const int k : {1, 3, 8}) {
    Quadratic q(k, 32);
    const double before = q.solve(best_kernels(), 2000);
    const double after = q.solve(best_kernels(), 1);
    EXPECT_LT(std::sqrt(after), 2e-5 * std::sqrt(before));
    for (int i = 0; i < q.items; ++i)
      for (int c = 0; c < k; ++c) {
        double gradient = -static_cast<double>(q.a[static_cast<std::size_t>(c * q.items + i)]);
        for (int d = 0; d < k; ++d)
          gradient += static_cast<double>(q.b[static_cast<std::size_t>(c * k + d)]) *
                      static_cast<double>(q.w[static_cast<std::size_t>(d * q.items + i)]);
        const float w = q.w[static_cast<std::size_t>(c * q.items + i)];
        EXPECT_GE(w, 0.f);
        if (w > 0)
          EXPECT_NEAR(gradient, 0, 1e-4);
        else
          EXPECT_GE(gradient, -1e-4);
      }
  }
}

TEST(Kernels, HalsIsTheSameForEveryInstructionSet) {
  const auto list = available_kernels();
  for (const int k : {1, 5, 16, 19}) {
    Quadratic reference(k, 48);
    const double residual = reference.solve(*list.sets[list.count - 1], 7);
    for (int s = 0; s < list.count; ++s) {
      Quadratic q(k, 48);
      EXPECT_EQ(q.solve(*list.sets[s], 7), residual) << list.sets[s]->name;
      EXPECT_EQ(std::memcmp(q.w.data(), reference.w.data(), q.w.size() * sizeof(float)), 0) << list.sets[s]->name;
    }
  }
}

TEST(Kernels, ComponentsWithoutAnInverseStayAsTheyAre) {
  Quadratic q(3, 16);
  q.inverse[1] = 0;
  const auto before = q.w;
  q.solve(best_kernels(), 5);
  for (int i = 0; i < 16; ++i) EXPECT_EQ(q.w[static_cast<std::size_t>(16 + i)], before[static_cast<std::size_t>(16 + i)]);
}

TEST(Kernels, SpillRoundsHalvesToEvenInEveryInstructionSet) {
  const std::vector<float> values{0.5f, 1.5f, 2.5f, -0.5f, -1.5f, 1.25f, 1.75f, 1e6f, -3.5f};
  const std::vector<std::int64_t> expected{0, 2, 2, 0, -2, 1, 2, 1000000, -4};
  const auto list = available_kernels();
  for (int s = 0; s < list.count; ++s) {
    std::vector<std::int64_t> units(values.size(), 10);
    list.sets[s]->spill(values.data(), static_cast<std::int64_t>(values.size()), 1.0, units.data());
    for (std::size_t i = 0; i < units.size(); ++i) EXPECT_EQ(units[i], expected[i] + 10) << list.sets[s]->name << " " << i;
  }
}

TEST(Kernels, GramIsTheLowerTriangleOfTheProductOfARowPanelWithItself) {
  const auto w = floats(11 * 5, 9);
  std::vector<double> s(25, 0);
  best_kernels().gram(w.data(), 11, 5, s.data());
  for (int c = 0; c < 5; ++c)
    for (int d = 0; d <= c; ++d) {
      double sum = 0;
      for (int r = 0; r < 11; ++r)
        sum += static_cast<double>(w[static_cast<std::size_t>(r * 5 + c)]) *
               static_cast<double>(w[static_cast<std::size_t>(r * 5 + d)]);
      EXPECT_DOUBLE_EQ(s[static_cast<std::size_t>(c * 5 + d)], sum);
    }
}

}  // namespace
}  // namespace ronchi::decompose
