// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/base/random_block.hpp"

#include <Random123/philox.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <numeric>
#include <vector>

#include "framework/base/error.hpp"
#include "framework/base/poisson.hpp"

namespace ronchi {
namespace {

std::vector<RandomKernels> sets() {
  const auto list = available_random_kernels();
  std::vector<RandomKernels> all;
  for (int i = 0; i < list.count; ++i) all.push_back(*list.sets[i]);
  return all;
}

std::vector<float> poisson(const RandomBlock& block, float mean, std::size_t n) {
  const std::vector<float> means(n, mean);
  std::vector<float> out(n);
  block.poisson(0, means, out);
  return out;
}

/// P(N <= n) by plain summation in extended precision.
long double distribution(double n, double mean) {
  long double p = std::exp(-static_cast<long double>(mean)), sum = p;
  for (int k = 1; k <= n; ++k) sum += p *= static_cast<long double>(mean) / k;
  return n < 0 ? 0 : sum;
}

/// Upper tail of the chi-square distribution with this many degrees of freedom (Wilson & Hilferty 1931).
double chi_square_p(double chi2, double degrees) {
  const double z = (std::cbrt(chi2 / degrees) - (1 - 2 / (9 * degrees))) / std::sqrt(2 / (9 * degrees));
  return 0.5 * std::erfc(z / std::sqrt(2.0));
}

double correlation(const std::vector<float>& a, const std::vector<float>& b, std::size_t shift) {
  const std::size_t n = a.size() - shift;
  double ma = 0, mb = 0, ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < n; ++i) {
    ma += a[i];
    mb += b[i + shift];
  }
  ma /= static_cast<double>(n);
  mb /= static_cast<double>(n);
  for (std::size_t i = 0; i < n; ++i) {
    ab += (a[i] - ma) * (b[i + shift] - mb);
    aa += (a[i] - ma) * (a[i] - ma);
    bb += (b[i + shift] - mb) * (b[i + shift] - mb);
  }
  return ab / std::sqrt(aa * bb);
}

TEST(RandomBlock, WordsAreThoseOfPhilox) {
  const std::uint64_t seed = 0x123456789abcdefULL, item = 0xfedcba9876543ULL;
  const RandomBlock block(seed, 7, item, 11);
  std::vector<std::uint32_t> words(1000);
  block.bits(0, words);
  const r123::Philox4x32::key_type key = {
      {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32) ^ (7 * 0x9E3779B9u)}};
  for (std::uint32_t i = 0; i < words.size(); ++i) {
    const r123::Philox4x32::ctr_type counter = {
        {i / 64 * 16 + i % 16, 11, static_cast<std::uint32_t>(item), static_cast<std::uint32_t>(item >> 32)}};
    ASSERT_EQ(words[i], r123::Philox4x32()(counter, key)[i / 16 % 4]) << i;
  }
}

TEST(RandomBlock, NumbersDoNotDependOnHowTheyAreCut) {
  const RandomBlock block(1, 2, 3, 4);
  const std::size_t n = 5000;
  std::vector<std::uint32_t> words(n), some(700);
  std::vector<float> uniform(n), normal(n), counts(n), means(n), part(700), expected(700);
  block.bits(0, words);
  block.uniform(0, uniform);
  block.normal(0, normal);
  for (std::size_t i = 0; i < n; ++i) means[i] = std::exp(12 * uniform[i] - 3);
  block.poisson(0, means, counts);
  for (const std::size_t first : {1, 63, 64, 1000, 1025, 4300}) {
    block.bits(first, some);
    EXPECT_EQ(std::memcmp(some.data(), &words[first], 700 * 4), 0);
    block.uniform(first, part);
    EXPECT_EQ(std::memcmp(part.data(), &uniform[first], 700 * 4), 0);
    block.normal(first, part);
    EXPECT_EQ(std::memcmp(part.data(), &normal[first], 700 * 4), 0);
    block.poisson(first, std::span(means).subspan(first, 700), part);
    EXPECT_EQ(std::memcmp(part.data(), &counts[first], 700 * 4), 0);
  }
  std::vector<float> in_place = means;
  block.poisson(0, in_place, in_place);
  EXPECT_EQ(in_place, counts);
}

TEST(RandomBlock, InstructionSetsGiveTheSameBytes) {
  const std::size_t n = 20000;
  std::vector<float> means(n);
  RandomBlock(1, 1, 1, 1).uniform(0, means);
  for (float& m : means) m = std::exp(16 * m - 4);
  means[5] = 0;
  means[6] = -3;
  means[7] = 3e7f;
  struct Result {
    std::vector<std::uint32_t> words;
    std::vector<float> uniform, normal, counts;
    bool operator==(const Result&) const = default;
  };
  std::vector<Result> results;
  for (const RandomKernels& set : sets()) {
    RandomBlock block(5, 6, 7, 8);
    block.use_kernels(set);
    Result r{std::vector<std::uint32_t>(n), std::vector<float>(n), std::vector<float>(n), std::vector<float>(n)};
    block.bits(0, r.words);
    block.uniform(0, r.uniform);
    block.normal(0, r.normal);
    block.poisson(0, means, r.counts);
    results.push_back(r);
  }
  for (const auto& r : results) EXPECT_TRUE(r == results.back());
}

TEST(RandomBlock, AddressesAreDifferentStreams) {
  const std::size_t n = 1 << 16;
  std::vector<std::vector<float>> streams;
  for (const RandomBlock& block : {RandomBlock(1, 2, 3, 4), RandomBlock(1, 2, 4, 4), RandomBlock(1, 2, 3, 5),
                                   RandomBlock(1, 3, 3, 4), RandomBlock(2, 2, 3, 4)})
    streams.push_back(poisson(block, 20, n));
  EXPECT_EQ(poisson(RandomBlock(1, 2, 3, 4), 20, n), streams[0]);
  const double limit = 5 / std::sqrt(static_cast<double>(n));
  for (std::size_t s = 1; s < streams.size(); ++s) {
    EXPECT_NE(streams[s], streams[0]);
    EXPECT_LT(std::abs(correlation(streams[0], streams[s], 0)), limit);
  }
  for (const std::size_t shift : {1, 2, 16, 64, 256})
    EXPECT_LT(std::abs(correlation(streams[0], streams[0], shift)), limit) << shift;
}

TEST(RandomBlock, PoissonNumbersAreTheQuantilesOfTheirWords) {
  // Every number of every set against the definition, with U put together here from the words: the least n with P(N <= n) >= U.
  const std::size_t n = 1 << 13;
  for (const float mean : {1e-3f, 0.1f, 1.f, 5.f, 11.9f, 12.f, 13.f, 30.f, 100.f, 777.7f})
    for (const RandomKernels& set : sets()) {
      RandomBlock block(1, 2, 3, 4), second(1, 2, 3, 4 | 0x80000000u);
      block.use_kernels(set);
      std::vector<std::uint32_t> high(n), low(n);
      block.bits(0, high);
      second.bits(0, low);
      const auto counts = poisson(block, mean, n);
      std::map<float, std::pair<long double, long double>> known;
      for (std::size_t i = 0; i < n; ++i) {
        const long double u = (static_cast<long double>(static_cast<std::uint64_t>(high[i]) << 32 | low[i]) + 0.5L) * 0x1p-64L;
        auto [it, fresh] = known.try_emplace(counts[i]);
        if (fresh) it->second = {distribution(static_cast<double>(counts[i]) - 1, mean), distribution(counts[i], mean)};
        ASSERT_LT(it->second.first, u) << set.name << " mean " << mean << " pixel " << i;
        ASSERT_GE(it->second.second, u) << set.name << " mean " << mean << " pixel " << i;
      }
    }
}

TEST(RandomBlock, TheSecondWordDecidesWhereTheFirstDoesNot) {
  // Means are chosen for words near 1 such that P(N = 0) = exp(-mean) lies within the word: only the second one tells 0 from 1.
  const std::size_t n = 1 << 18;
  const RandomBlock block(1, 2, 3, 4), second(1, 2, 3, 4 | 0x80000000u);
  std::vector<std::uint32_t> high(n), low(n);
  block.bits(0, high);
  second.bits(0, low);
  std::vector<float> means(n, 0.001f), counts(n);
  for (std::size_t i = 0; i < n; ++i)
    if (high[i] > 0xffc00000u) means[i] = static_cast<float>(-std::log((high[i] + 0.5) * 0x1p-32));
  block.poisson(0, means, counts);
  int decided[2] = {};
  for (std::size_t i = 0; i < n; ++i) {
    const long double zero = std::exp(-static_cast<long double>(means[i])), word = zero * 0x1p32L;
    if (std::floor(word) != high[i]) continue;
    const long double u = (static_cast<long double>(static_cast<std::uint64_t>(high[i]) << 32 | low[i]) + 0.5L) * 0x1p-64L;
    EXPECT_EQ(counts[i], u <= zero ? 0 : 1) << i;
    ++decided[u <= zero ? 0 : 1];
  }
  EXPECT_GT(decided[0], 20);
  EXPECT_GT(decided[1], 20);
}

TEST(RandomBlock, FewNumbersAreDoubtful) {
  // What speed rests on; and the doubt is there at all.
  std::vector<std::uint32_t> words(1 << 14);
  RandomBlock(1, 2, 3, 4).bits(0, words);
  for (const RandomKernels& set : sets())
    for (const float mean : {0.1f, 3.f, 12.f, 100.f, 1000.f, 1e5f}) {
      std::vector<float> means(words.size(), mean), out(words.size());
      std::vector<int> doubtful(words.size());
      const long doubts = set.poisson(words.data(), means.data(), std::ssize(words), out.data(), doubtful.data());
      EXPECT_LT(static_cast<double>(doubts) / static_cast<double>(words.size()), 0.004) << mean;
      if (mean >= 12) { EXPECT_GT(doubts, 0) << mean; }
    }
}

TEST(RandomBlock, NoUndoubtedNumberIsWrong) {
  // Words at and about the steps of the distribution function, where single precision is most easily wrong: what is not doubted
  // must be the quantile of every U that begins with the word.
  long undoubted = 0, doubted = 0;
  for (const float mean :
       {0.01f, 0.7f, 3.3f, 9.9f, 11.99f, 12.f, 12.5f, 14.f, 17.f, 25.f, 60.f, 200.f, 1500.f, 20000.f, 300000.f}) {
    std::vector<std::uint32_t> words;
    const double spread = std::sqrt(static_cast<double>(mean)) + 1;
    double below = 0;
    std::int64_t last = -1;
    for (int i = -45; i <= 45; ++i) {
      const auto n = static_cast<std::int64_t>(std::max(0.0, mean + 0.12 * i * spread));
      for (std::int64_t k = std::max<std::int64_t>(last + 1, mean > 100 ? n : 0); k <= n; ++k) {
        // P(N <= k) from the quantile's own parts would prove nothing where they are wrong; where the sum is short it is done here.
        below = 0;
        for (std::int64_t j = std::max<std::int64_t>(0, k - static_cast<std::int64_t>(12 * spread)); j <= k; ++j)
          below += poisson_probability(j, mean);
        const double at = below * 0x1p32;
        for (const double step : {0.0, 1.0, 30.0, 1e3, 1e4, 1e5, 1e6, 1e7})
          for (const double side : {-1.0, 1.0})
            if (const double w = at + side * step; w >= 0 && w < 4294967296.0) words.push_back(static_cast<std::uint32_t>(w));
      }
      last = n;
    }
    words.resize((words.size() + 63) / 64 * 64, 0x80000000u);
    const std::vector<float> means(words.size(), mean);
    for (const RandomKernels& set : sets()) {
      std::vector<float> out(words.size());
      std::vector<int> doubtful(words.size());
      const long doubts = set.poisson(words.data(), means.data(), std::ssize(words), out.data(), doubtful.data());
      doubted += doubts;
      std::vector<bool> doubt(words.size());
      for (long d = 0; d < doubts; ++d) doubt[static_cast<std::size_t>(doubtful[static_cast<std::size_t>(d)])] = true;
      for (std::size_t i = 0; i < words.size(); ++i) {
        if (doubt[i]) continue;
        ++undoubted;
        const double low = words[i] * 0x1p-32, high = (words[i] + 1.0) * 0x1p-32;
        ASSERT_EQ(poisson_quantile(std::max(low, 0x1p-65), 1 - low, mean), out[i]) << set.name << " " << mean << " " << words[i];
        ASSERT_EQ(poisson_quantile(high, std::max(1 - high, 0x1p-65), mean), out[i]) << set.name << " " << mean << " " << words[i];
      }
    }
  }
  EXPECT_GT(undoubted, 10000);
  EXPECT_GT(doubted, 10000);
}

TEST(RandomBlock, PoissonPassesChiSquare) {
  const std::size_t n = 1 << 18;
  for (const float mean : {0.1f, 1.f, 10.f, 100.f, 1000.f}) {
    const auto counts = poisson(RandomBlock(42, 1, 2, 3), mean, n);
    std::map<int, double> seen;
    double sum = 0, squares = 0;
    for (const float c : counts) {
      ++seen[static_cast<int>(c)];
      sum += c;
      squares += (static_cast<double>(c) - mean) * (static_cast<double>(c) - mean);
    }
    // Bins of at least 25 expected numbers; both tails are collected.
    double chi2 = 0, expected = 0, observed = 0, left = static_cast<double>(n), left_observed = left;
    int bins = 0;
    for (int k = 0; k < static_cast<int>(mean + 12 * std::sqrt(mean) + 12); ++k) {
      expected += static_cast<double>(distribution(k, mean) - distribution(k - 1, mean)) * static_cast<double>(n);
      observed += seen[k];
      if (expected < 25 || left - expected < 25) continue;
      chi2 += (observed - expected) * (observed - expected) / expected;
      left -= expected;
      left_observed -= observed;
      expected = observed = 0;
      ++bins;
    }
    chi2 += (left_observed - left) * (left_observed - left) / left;
    const double p = chi_square_p(chi2, bins);
    EXPECT_GT(p, 1e-3) << "mean " << mean << ": chi-square " << chi2 << " of " << bins;
    EXPECT_LT(p, 1 - 1e-3) << "mean " << mean << ": too good, " << chi2 << " of " << bins;
    const double N = static_cast<double>(n);
    EXPECT_NEAR(sum / N, mean, 4 * std::sqrt(mean / N));
    EXPECT_NEAR(squares / N, mean, 4 * std::sqrt((2.0 * mean * mean + mean) / N)) << "variance of the variance: (mu4 - mu2^2) / n";
  }
}

TEST(RandomBlock, NormalNumbersAreTheQuantilesOfTheirWords) {
  const std::size_t n = 1 << 16;
  const RandomBlock block(1, 2, 3, 4);
  std::vector<std::uint32_t> words(n);
  std::vector<float> normal(n);
  block.bits(0, words);
  block.normal(0, normal);
  double sum = 0, squares = 0, fourth = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double x = normal[i], low = (words[i] + 0.5) * 0x1p-32;
    const double p = 0.5 * std::erfc(std::abs(x) / std::sqrt(2.0)), tail = std::min(low, 1 - low);
    EXPECT_NEAR(p / tail, 1, 3e-6 * (1 + x * x)) << x;
    EXPECT_EQ(x > 0, words[i] >= 0x80000000u);
    sum += x;
    squares += x * x;
    fourth += x * x * x * x;
  }
  const double N = static_cast<double>(n);
  EXPECT_NEAR(sum / N, 0, 4 / std::sqrt(N));
  EXPECT_NEAR(squares / N, 1, 4 * std::sqrt(2 / N));
  EXPECT_NEAR(fourth / N, 3, 4 * std::sqrt(96 / N));
  // The ends of the range of words.
  const std::vector<std::uint32_t> ends(64, 0), top(64, 0xffffffffu);
  std::vector<float> out(64);
  for (const RandomKernels& set : sets()) {
    set.normal(ends.data(), 64, out.data());
    EXPECT_NEAR(0.5 * std::erfc(-out[0] / std::sqrt(2.0)) / 0x1p-33, 1, 0.02);
    set.normal(top.data(), 64, out.data());
    EXPECT_NEAR(0.5 * std::erfc(out[0] / std::sqrt(2.0)) / 0x1p-33, 1, 0.02);
  }
}

TEST(RandomBlock, UniformNumbersFillTheirInterval) {
  const std::size_t n = 1 << 18;
  std::vector<float> u(n);
  RandomBlock(1, 2, 3, 4).uniform(0, u);
  std::vector<double> bins(256);
  for (const float v : u) {
    ASSERT_GT(v, 0);
    ASSERT_LT(v, 1);
    ++bins[static_cast<std::size_t>(v * 256)];
  }
  double chi2 = 0;
  for (const double b : bins) chi2 += (b - 1024) * (b - 1024) / 1024;
  EXPECT_GT(chi_square_p(chi2, 255), 1e-3);
  EXPECT_LT(chi_square_p(chi2, 255), 1 - 1e-3);
}

TEST(Poisson, ProbabilitiesAndQuantilesInDoublePrecision) {
  for (const double mean : {1e-9, 0.3, 7.0, 15.9, 16.0, 200.0, 3000.0})
    for (const double z : {-6.0, -2.0, 0.0, 0.5, 3.0, 6.0}) {
      const double n = std::floor(mean + z * std::sqrt(mean));
      if (n < 0) continue;
      long double p = std::exp(-static_cast<long double>(mean));
      for (int k = 1; k <= n; ++k) p *= static_cast<long double>(mean) / k;
      EXPECT_NEAR(poisson_probability(static_cast<std::int64_t>(n), mean) / static_cast<double>(p), 1, 1e-13) << mean << " " << n;
      // The number itself from just inside its step of the distribution function, its neighbour from just outside.
      const long double below = distribution(n - 1, mean), at = below + p;
      const double inside = static_cast<double>(at - p * 1e-3L), outside = static_cast<double>(at + p * 1e-3L);
      EXPECT_EQ(poisson_quantile(inside, static_cast<double>(1 - (at - p * 1e-3L)), mean), n) << mean;
      if (at + p * 1e-3L < 1 - 1e-12L) {
        EXPECT_EQ(poisson_quantile(outside, static_cast<double>(1 - (at + p * 1e-3L)), mean), n + 1) << mean;
      }
    }
  EXPECT_EQ(poisson_quantile(0x1p-65, 1, 1e6) < 1000000 - 8000, true) << "nine standard deviations";
  EXPECT_EQ(poisson_quantile(1, 0x1p-65, 1e6) > 1000000 + 8000, true);
  EXPECT_EQ(poisson_quantile(0.5, 0.5, 0), 0);
  EXPECT_EQ(poisson_probability(0, 0), 1);
}

TEST(RandomBlock, RefusesAMeanWithoutBound) {
  std::vector<float> out(1);
  const RandomBlock block(1, 2, 3, 4);
  EXPECT_THROW(block.poisson(0, std::vector<float>{INFINITY}, out), Failure);
  block.poisson(0, std::vector<float>{NAN}, out);
  EXPECT_EQ(out[0], 0);
}

}  // namespace
}  // namespace ronchi
