// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "framework/base/error.hpp"
#include "stages/decompose/dense.hpp"
#include "stages/decompose/fused_pass.hpp"
#include "stages/decompose/pca.hpp"
#include "stages/decompose/starts.hpp"
#include "tests/support/counts.hpp"

namespace ronchi::decompose {
namespace {

using testing::poisson_counts;
using testing::VectorFrames;

const Communicator alone;

TEST(Matrix, HoldsWhatIsNotMaskedAndNothingElse) {
  std::vector<std::uint16_t> values(2500 * 10);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<std::uint16_t>(i);
  const VectorFrames<std::uint16_t> source(2500, 10, values);
  Masks masks;
  for (int i = 0; i < 2500; ++i) masks.navigation.push_back(i % 3 == 0 ? 1 : 0);
  masks.signal = {0, 1, 0, 0, 0, 0, 0, 0, 0, 1};
  const Matrix x(source, masks, alone);
  EXPECT_EQ(x.columns(), 8);
  EXPECT_EQ(x.rows(), 2500 - 834);
  EXPECT_EQ(x.element(), Element::u16);
  std::int64_t rows = 0;
  for (std::int64_t b = 0; b < x.my_blocks(); ++b)
    for (std::int64_t r = x.block_rows(b).first; r < x.block_rows(b).last; ++r, ++rows) {
      const std::int64_t frame = x.frame_of_row(r);
      EXPECT_EQ(frame / ExactSum::block, b);
      EXPECT_NE(frame % 3, 0);
      const auto* row = reinterpret_cast<const std::uint16_t*>(x.row(r));
      for (std::int64_t j = 0; j < 8; ++j)
        EXPECT_EQ(row[j], values[static_cast<std::size_t>(frame * 10 + x.pixel_of_column()[static_cast<std::size_t>(j)])]);
      for (std::int64_t j = 8; j < x.padded_columns(); ++j) EXPECT_EQ(row[j], 0);
    }
  EXPECT_EQ(rows, x.rows());
}

TEST(Matrix, RefusesWhatANonNegativeFactorisationCannotTake) {
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), -1.f}) {
    std::vector<float> values(50 * 6, 2.f);
    values[37 * 6 + 4] = bad;
    const VectorFrames<float> source(50, 6, values);
    try {
      const Matrix x(source, {}, alone);
      ADD_FAILURE() << bad << " was accepted";
    } catch (const Failure& f) {
      EXPECT_EQ(f.error().fault, Fault::numeric);
      EXPECT_NE(f.error().message.find("frame 37"), std::string::npos);
      EXPECT_NE(f.error().message.find("pixel 4"), std::string::npos);
    }
    Masks masks;
    masks.signal = {0, 0, 0, 0, 1, 0};
    EXPECT_NO_THROW(Matrix(source, masks, alone)) << "a masked pixel may be anything";
  }
}

TEST(Matrix, RefusesMasksOfAnotherShapeAndMasksOfEverything) {
  const VectorFrames<std::uint8_t> source(10, 4, std::vector<std::uint8_t>(40, 1));
  EXPECT_THROW(Matrix(source, {{1, 0}, {}}, alone), Failure);
  EXPECT_THROW(Matrix(source, {{}, {1, 0}}, alone), Failure);
  EXPECT_THROW(Matrix(source, {std::vector<std::uint8_t>(10, 1), {}}, alone), Failure);
  EXPECT_THROW(Matrix(source, {{}, std::vector<std::uint8_t>(4, 1)}, alone), Failure);
}

/// Scaling element by element in double.
struct Dense {
  std::vector<double> values;
  std::int64_t n, m;
  template <class T>
  Dense(const std::vector<T>& x, std::int64_t n_, std::int64_t m_, bool poisson) : values(x.begin(), x.end()), n(n_), m(m_) {
    if (!poisson) return;
    std::vector<double> g(static_cast<std::size_t>(n), 0), h(static_cast<std::size_t>(m), 0);
    for (std::int64_t i = 0; i < n; ++i)
      for (std::int64_t j = 0; j < m; ++j) {
        g[static_cast<std::size_t>(i)] += at(i, j);
        h[static_cast<std::size_t>(j)] += at(i, j);
      }
    for (std::int64_t i = 0; i < n; ++i)
      for (std::int64_t j = 0; j < m; ++j) {
        const double product = g[static_cast<std::size_t>(i)] * h[static_cast<std::size_t>(j)];
        at(i, j) = product > 0 ? at(i, j) / std::sqrt(product) : 0;
      }
  }
  double& at(std::int64_t i, std::int64_t j) { return values[static_cast<std::size_t>(i * m + j)]; }
};

template <class T>
void compare_statistics(const std::vector<T>& values, std::int64_t n, std::int64_t m) {
  const VectorFrames<T> source(n, m, values);
  const Matrix x(source, {}, alone);
  for (const bool poisson : {false, true}) {
    const Scaling s = measure(x, poisson);
    Dense dense(values, n, m, poisson);
    double norm2 = 0, total = 0, counts = 0;
    for (const double v : dense.values) {
      norm2 += v * v;
      total += v;
    }
    for (const T v : values) counts += static_cast<double>(v);
    EXPECT_NEAR(s.norm2 / norm2, 1, 1e-6);
    EXPECT_NEAR(s.mean / (total / static_cast<double>(n * m)), 1, 1e-6);
    EXPECT_NEAR(s.counts / counts, 1, 1e-12);
    for (std::int64_t j = 0; j < m; ++j) {
      double mean = 0;
      for (std::int64_t i = 0; i < n; ++i) mean += dense.at(i, j) / static_cast<double>(n);
      EXPECT_NEAR(s.column_mean[static_cast<std::size_t>(j)], mean, 1e-5 * s.mean + 1e-6 * mean);
      for (const std::int64_t i : {std::int64_t{0}, n / 2, n - 1}) {
        const double scaled = static_cast<double>(values[static_cast<std::size_t>(i * m + j)]) *
                              static_cast<double>(s.row[static_cast<std::size_t>(i)]) *
                              static_cast<double>(s.column[static_cast<std::size_t>(j)]);
        EXPECT_NEAR(scaled, dense.at(i, j), 1e-6 * std::abs(dense.at(i, j)));
      }
    }
  }
}

TEST(Scaling, AgreesWithTheMatrixScaledElementByElement) {
  auto counts = poisson_counts<std::uint8_t>(1300, 37, 3, 80);
  for (int j = 0; j < 37; ++j) counts[static_cast<std::size_t>(650 * 37 + j)] = 0;   // an empty frame
  for (int i = 0; i < 1300; ++i) counts[static_cast<std::size_t>(i * 37 + 11)] = 0;  // a pixel that never counts
  compare_statistics(counts, 1300, 37);
  std::vector<float> floats;
  for (const auto v : counts) floats.push_back(static_cast<float>(v) * 1e-4f);
  compare_statistics(floats, 1300, 37);
}

TEST(Dense, EigenvaluesOfAMatrixWithKnownOnes) {
  // The second-difference matrix has the eigenvalues 2 - 2 cos(pi i / (n + 1)).
  constexpr int n = 30;
  std::vector<double> a(n * n, 0);
  for (int i = 0; i < n; ++i) {
    a[static_cast<std::size_t>(i * n + i)] = 2;
    if (i > 0) a[static_cast<std::size_t>(i * n + i - 1)] = a[static_cast<std::size_t>((i - 1) * n + i)] = -1;
  }
  const Eigen e = symmetric_eigen(a, n);
  for (int i = 0; i < n; ++i) EXPECT_NEAR(e.values[static_cast<std::size_t>(i)], 2 - 2 * std::cos(M_PI * (n - i) / (n + 1)), 1e-12);
  for (int i = 0; i < n; ++i)
    for (int r = 0; r < n; ++r) {
      double product = 0;
      for (int c = 0; c < n; ++c)
        product += a[static_cast<std::size_t>(r * n + c)] * e.vectors[static_cast<std::size_t>(i * n + c)];
      EXPECT_NEAR(product, e.values[static_cast<std::size_t>(i)] * e.vectors[static_cast<std::size_t>(i * n + r)], 1e-12);
    }
}

TEST(Dense, DependentRowsBecomeZero) {
  std::vector<double> v{1, 2, 2, 2, 4, 4, 0, 1, -1};
  EXPECT_EQ(orthonormalise(v, 3, 3), 2);
  EXPECT_NEAR(v[0], 1.0 / 3, 1e-15);
  for (int j = 0; j < 3; ++j) EXPECT_EQ(v[static_cast<std::size_t>(3 + j)], 0);
  EXPECT_NEAR(v[0] * v[6] + v[1] * v[7] + v[2] * v[8], 0, 1e-15);
}

TEST(Pca, FindsTheRankAndTheVarianceOfAConstructedMatrix) {
  // Three orthogonal patterns with orthogonal loadings: singular values in closed form.
  constexpr int n = 2048, m = 64;
  std::vector<float> values(n * m, 0.f);
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < m; ++j)
      if (i % 3 == j % 3 && j < 63 && i < 2046) values[static_cast<std::size_t>(i * m + j)] = static_cast<float>(1 + i % 3);
  const VectorFrames<float> source(n, m, values);
  const Matrix x(source, {}, alone);
  const Scaling scaling = measure(x, false);
  FusedPass pass(x, scaling);
  const Pca pca = principal_components(pass, {.components = 6}, 1);
  for (int c = 0; c < 3; ++c) EXPECT_NEAR(pca.squares[static_cast<std::size_t>(c)] / ((3.0 - c) * (3.0 - c) * 682 * 21), 1, 1e-6);
  for (int c = 3; c < 6; ++c) EXPECT_NEAR(pca.squares[static_cast<std::size_t>(c)], 0, 1e-3);
  EXPECT_NEAR(pca.total / (14.0 * 682 * 21), 1, 1e-6);
  // More components than the rank: the starts still are complete and the factorisation finds the three.
  for (const bool fill : {false, true}) {
    Model model = nndsvd_start(pass, pca, 5, fill, 1);
    IterationReport report;
    for (int i = 0; i < 30; ++i) report = iterate(model, pass, {});
    EXPECT_LT(report.error, 1e-2);
  }
  Model model = anchor_start(pass, pca, 5, 1);
  EXPECT_LT(iterate(model, pass, {}).error, 1e-2) << "every frame is pure, so the anchors are the components";
}

}  // namespace
}  // namespace ronchi::decompose
