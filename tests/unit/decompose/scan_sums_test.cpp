// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "stages/decompose/divergence.hpp"
#include "stages/decompose/fused_pass.hpp"
#include "stages/decompose/scan_sums.hpp"
#include "stages/decompose/solve.hpp"
#include "tests/support/counts.hpp"
#include "tests/support/frames.hpp"

namespace ronchi::decompose {
namespace {

using testing::FakeFrames;
using testing::poisson_counts;

const Communicator alone;

TEST(ScanSums, AreTheSumsOverEveryBin) {
  // 2 tilts of 7 x 5 positions in bins of 3 x 3: 3 x 2 bins, those at the edges smaller.
  constexpr std::int64_t tilts = 2, ny = 7, nx = 5, m = 4;
  const auto values = poisson_counts<std::uint8_t>(tilts * ny * nx, m, 2, 300);
  std::vector<std::uint8_t> mask(tilts * ny * nx, 0);
  mask[3] = mask[20] = 1;
  for (std::int64_t y = 3; y < 6; ++y)
    for (std::int64_t x = 3; x < 5; ++x)
      mask[static_cast<std::size_t>((ny + y) * nx + x)] = 1;  // all of one bin of the second tilt
  for (const std::int64_t grain : {std::int64_t{1}, nx, ny * nx}) {
    const FakeFrames source({tilts, ny, nx}, {m}, values, grain);
    for (const bool masked : {false, true}) {
      const ScanSums sums(source, masked ? mask : std::vector<std::uint8_t>(), 3);
      ASSERT_EQ(sums.info().shape(), (std::vector<std::int64_t>{2, 3, 2, m}));
      ASSERT_EQ(sums.info().type, Scalar::u16);
      EXPECT_EQ(sums.info().navigation[1].scale, 3);
      EXPECT_EQ(sums.info().navigation[1].offset, 1) << "the middle of the first bin";
      std::vector<std::uint16_t> expected(2 * 3 * 2 * m, 0);
      std::vector<std::uint8_t> left_out(2 * 3 * 2, 1);
      for (std::int64_t t = 0; t < tilts; ++t)
        for (std::int64_t y = 0; y < ny; ++y)
          for (std::int64_t x = 0; x < nx; ++x) {
            const auto from = static_cast<std::size_t>((t * ny + y) * nx + x),
                       to = static_cast<std::size_t>((t * 3 + y / 3) * 2 + x / 3);
            if (masked && mask[from] != 0) continue;
            left_out[to] = 0;
            for (std::size_t j = 0; j < m; ++j)
              expected[to * m + j] = static_cast<std::uint16_t>(expected[to * m + j] + values[from * m + j]);
          }
      if (masked) { EXPECT_EQ(sums.navigation_mask(), left_out); }
      for (std::int64_t first = 0; first < 12; ++first)
        for (std::int64_t last = first; last <= 12; ++last)
          EXPECT_EQ(sums.FrameSource::read<std::uint16_t>({first, last}),
                    std::vector<std::uint16_t>(expected.begin() + first * m, expected.begin() + last * m))
              << first << " to " << last;
    }
  }
}

TEST(ScanSums, OneAxisAndWiderTypes) {
  const std::vector<std::uint16_t> values{65535, 1, 65535, 2, 65535, 3, 7, 4};  // 4 frames of 2
  const FakeFrames source({4}, {2}, values);
  const ScanSums sums(source, {}, 3);
  ASSERT_EQ(sums.info().type, Scalar::f32);
  EXPECT_EQ(sums.FrameSource::read<float>({0, 2}), (std::vector<float>{3 * 65535.f, 6, 7, 4}));
}

TEST(Loadings, AreTheNonNegativeLeastSquaresOfEveryRow) {
  const testing::VectorFrames<std::uint8_t> source(1500, 60, poisson_counts<std::uint8_t>(1500, 60, 4, 30));
  const Matrix x(source, {}, alone);
  const Scaling scaling = measure(x, true);
  FusedPass pass(x, scaling);
  Model model = random_start(pass, 4, 3, 0);
  for (int i = 0; i < 20; ++i) (void)iterate(model, pass, {});
  const auto w = loadings_of(model.h, 4, pass);
  // Karush, Kuhn and Tucker: the gradient vanishes where w > 0 and does not point inwards where w = 0.
  int positive = 0, zero = 0;
  for (std::int64_t r = 0; r < x.my_rows(); ++r) {
    double norm = 0;
    std::array<double, 4> gradient{};
    for (std::int64_t j = 0; j < x.columns(); ++j) {
      const auto at = [&](int c) { return static_cast<double>(model.h[static_cast<std::size_t>(c * x.padded_columns() + j)]); };
      double left = static_cast<double>(reinterpret_cast<const std::uint8_t*>(x.row(r))[j]) *
                    static_cast<double>(scaling.row[static_cast<std::size_t>(r)]) *
                    static_cast<double>(scaling.column[static_cast<std::size_t>(j)]);
      norm += left * left;
      for (int c = 0; c < 4; ++c) left -= static_cast<double>(w[static_cast<std::size_t>(r * 4 + c)]) * at(c);
      for (int c = 0; c < 4; ++c) gradient[static_cast<std::size_t>(c)] -= left * at(c);
    }
    for (int c = 0; c < 4; ++c) {
      const bool inside = w[static_cast<std::size_t>(r * 4 + c)] > 0;
      ++(inside ? positive : zero);
      // A step of 1e-4 of the first one, and the slowest direction of four overlapping components.
      const double g = gradient[static_cast<std::size_t>(c)], small = 2e-3 * std::sqrt(norm);
      EXPECT_GT(g, -small) << r;
      if (inside) { EXPECT_LT(g, small) << r; }
    }
  }
  EXPECT_GT(positive, 1500);
  EXPECT_GT(zero, 300);
}

/// A scan as sparse as those of a silicon drift detector: four spectra, some of whose lines are the same, in patches of a few
/// positions, 12 counts each.
struct Sparse {
  static constexpr std::int64_t size = 96, tilts = 2, channels = 128;
  static constexpr int k = 4;
  std::vector<double> spectra = std::vector<double>(k * channels, 0);
  std::vector<std::uint8_t> counts;

  /// Patches of 12 x 12 positions of one material, a fifth of another one's spectrum mixed in everywhere.
  static std::array<std::int64_t, 2> materials(std::int64_t i) {
    const std::int64_t t = i / (size * size), y = i / size % size / 12, x = i % size / 12;
    Random where(3, 7, static_cast<std::uint64_t>((t * 8 + y) * 8 + x), 0);
    const auto most = static_cast<std::int64_t>(where.uniform() * k), second = static_cast<std::int64_t>(where.uniform() * k);
    return {most, second};
  }

  Sparse() {
    const std::array<std::vector<std::array<double, 2>>, k> lines{{{{20, 4}, {40, 4}, {55, 2}},      // O, Mg, Si
                                                                   {{20, 4}, {55, 4}, {47, 1}},      // O, Si, Al
                                                                   {{90, 5}, {98, 1}, {28, 1.5}},    // Fe
                                                                   {{62, 4}, {105, 3}, {112, 1}}}};  // Pt
    const std::array<double, k> background{0.5, 0.5, 1, 5};
    for (int c = 0; c < k; ++c) {
      double sum = 0;
      for (std::int64_t j = 0; j < channels; ++j) {
        double& h = spectra[static_cast<std::size_t>(c * channels + j)];
        h = background[static_cast<std::size_t>(c)] / channels;
        for (const auto& [at, area] : lines[static_cast<std::size_t>(c)])
          h += area / (2 * 2.5066) * std::exp(-std::pow((static_cast<double>(j) - at) / 2, 2) / 2);
        sum += h;
      }
      for (std::int64_t j = 0; j < channels; ++j) spectra[static_cast<std::size_t>(c * channels + j)] /= sum;
    }
    for (std::int64_t i = 0; i < tilts * size * size; ++i) {
      Random noise(3, 8, static_cast<std::uint64_t>(i), 0);
      const auto [most, second] = materials(i);
      for (std::int64_t j = 0; j < channels; ++j) {
        const double mean = 12 * (0.8 * spectra[static_cast<std::size_t>(most * channels + j)] +
                                  0.2 * spectra[static_cast<std::size_t>(second * channels + j)]);
        counts.push_back(static_cast<std::uint8_t>(std::min<std::int64_t>(255, noise.poisson(mean))));
      }
    }
  }
};

double correlation(const double* a, const double* b, std::int64_t n) {
  double sa = 0, sb = 0, aa = 0, bb = 0, ab = 0;
  for (std::int64_t j = 0; j < n; ++j) {
    sa += a[j];
    sb += b[j];
    aa += a[j] * a[j];
    bb += b[j] * b[j];
    ab += a[j] * b[j];
  }
  const auto m = static_cast<double>(n);
  return (ab - sa * sb / m) / std::sqrt((aa - sa * sa / m) * (bb - sb * sb / m));
}

/// Of each planted spectrum the correlation with the factor most like it; the smallest of these.
double worst_correlation(const Sparse& truth, int bin) {
  const FakeFrames source({Sparse::tilts, Sparse::size, Sparse::size}, {Sparse::channels}, truth.counts, Sparse::size);
  const ScanSums sums(source, {}, bin);
  const Matrix x(sums, {}, alone);
  const Scaling scaling = measure(x, true);
  FusedPass pass(x, scaling);
  PcaOptions pca;
  pca.components = Sparse::k;
  const auto svd = principal_components(pass, pca, 1);
  const Solution solution = solve(pass, Sparse::k, [&](int) { return nndsvd_start(pass, svd, Sparse::k, true, 1); }, {});
  double worst = 1;
  for (int t = 0; t < Sparse::k; ++t) {
    double best = -1;
    for (int c = 0; c < Sparse::k; ++c) {
      std::vector<double> h;
      for (std::int64_t j = 0; j < x.columns(); ++j)
        h.push_back(static_cast<double>(solution.model.h[static_cast<std::size_t>(c * x.padded_columns() + j)]) *
                    scaling.root_column[static_cast<std::size_t>(j)]);
      best = std::max(best, correlation(h.data(), truth.spectra.data() + t * Sparse::channels, Sparse::channels));
    }
    worst = std::min(worst, best);
  }
  return worst;
}

TEST(SparseSpectra, PlantedSpectraAreFoundInSumsOverPositions) {
  // About 55,000 counts to a component, 5000 to its strongest channels: a spectrum is known to 1.5 % there. A fifth of another
  // spectrum, as is mixed in, would lower the correlation to 0.97.
  const Sparse truth;
  const double single = worst_correlation(truth, 1), binned = worst_correlation(truth, 4);
  EXPECT_GT(binned, 0.99);
  EXPECT_GT(binned, single) << "single positions have too few counts for least squares";
}

TEST(SparseSpectra, LikelyLoadingsHaveTheCountsOfTheComponents) {
  // From the true spectra: 220,000 counts, a fifth of them or more in each component, whose total is thus known to 0.5 %.
  const Sparse truth;
  const testing::VectorFrames<std::uint8_t> source(Sparse::tilts * Sparse::size * Sparse::size, Sparse::channels, truth.counts);
  const Matrix x(source, {}, alone);
  const Scaling scaling = measure(x, true);
  Model model{Sparse::k, {}, std::vector<float>(static_cast<std::size_t>(Sparse::k * x.padded_columns()), 0.f), {}}, scaled = model;
  std::vector<double> expected(Sparse::k, 0), squares(Sparse::k, 0), likely(Sparse::k, 0), length(Sparse::k, 0);
  for (int c = 0; c < Sparse::k; ++c)
    for (std::int64_t j = 0; j < x.columns(); ++j) {
      const auto i = static_cast<std::size_t>(c * x.padded_columns() + j);
      const double root = scaling.root_column[static_cast<std::size_t>(j)];
      model.h[i] = static_cast<float>(1.5 * truth.spectra[static_cast<std::size_t>(c * Sparse::channels + j)]);  // in [1, 2)
      scaled.h[i] = root > 0 ? static_cast<float>(static_cast<double>(model.h[i]) / root) : 0.f;
    }
  for (std::int64_t i = 0; i < x.rows(); ++i) {
    const auto [most, second] = Sparse::materials(i);
    expected[static_cast<std::size_t>(most)] += 12 * 0.8;
    expected[static_cast<std::size_t>(second)] += 12 * 0.2;
  }
  FusedPass pass(x, scaling);
  DivergencePass counts(x, scaling);
  scaled.w.assign(static_cast<std::size_t>(x.my_rows() * Sparse::k), 1.f);
  const std::vector<float> before = scaled.h;
  normalise(scaled, pass);
  const auto w = loadings_of(scaled.h, Sparse::k, pass), v = likely_loadings(model.h, Sparse::k, counts);
  for (std::int64_t r = 0; r < x.my_rows(); ++r)
    for (int c = 0; c < Sparse::k; ++c) {
      const auto i = static_cast<std::size_t>(r * Sparse::k + c), component = static_cast<std::size_t>(c);
      const std::size_t line = static_cast<std::size_t>(c * x.padded_columns());
      const auto strongest =
          static_cast<std::size_t>(std::max_element(before.begin() + static_cast<std::ptrdiff_t>(line),
                                                    before.begin() + static_cast<std::ptrdiff_t>(line) + x.columns()) -
                                   before.begin());
      // The rows of H were scaled to norms in [1, 2).
      const double by = static_cast<double>(scaled.h[strongest]) / static_cast<double>(before[strongest]);
      squares[component] += 1.5 * static_cast<double>(w[i]) * scaling.root_row[static_cast<std::size_t>(r)] * by;
      likely[component] += 1.5 * static_cast<double>(v[i]);
    }
  // Twelve counts cannot tell the first two apart, which have most of their lines in common; their sum they can.
  const auto worst = [&](const std::vector<double>& found) {
    double error = std::abs((found[0] + found[1]) / (expected[0] + expected[1]) - 1);
    for (std::size_t c = 2; c < Sparse::k; ++c) error = std::max(error, std::abs(found[c] / expected[c] - 1));
    return error;
  };
  EXPECT_LT(worst(likely), 0.025);
  EXPECT_GT(worst(squares), 0.035) << "if least squares has become as good, take it";
  EXPECT_NEAR(likely[0] + likely[1] + likely[2] + likely[3], scaling.counts, 1e-4 * scaling.counts);
}

}  // namespace
}  // namespace ronchi::decompose
