// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/base/poisson.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ronchi {

namespace {

/// log n! less Stirling's formula, for n >= 16.
double stirling_error(double n) {
  const double i = 1 / n, i2 = i * i;
  return i * (1.0 / 12 - i2 * (1.0 / 360 - i2 * (1.0 / 1260 - i2 * (1.0 / 1680 - i2 * (1.0 / 1188)))));
}

/// n log(n / mean) + mean - n without cancellation.
double deviance(double n, double mean) {
  const double difference = n - mean;
  if (std::abs(difference) > 0.1 * (n + mean)) return n * std::log(n / mean) - difference;
  const double v = difference / (n + mean), v2 = v * v;
  double sum = difference * v, term = 2 * n * v;
  for (int j = 3; j < 100; j += 2) {
    term *= v2;
    const double next = sum + term / j;
    if (next == sum) break;
    sum = next;
  }
  return sum;
}

/// P(N <= n), given P(N = n).
double lower_tail(std::int64_t n, double mean, double probability) {
  double sum = 0;
  for (double p = probability, k = static_cast<double>(n); k >= 0; p *= k / mean, --k) {
    sum += p;
    if (k < mean && p < 1e-18 * sum) break;
  }
  return sum;
}

/// P(N > n), given P(N = n).
double upper_tail(std::int64_t n, double mean, double probability) {
  double sum = 0, k = static_cast<double>(n) + 1;
  for (double p = probability * mean / k; p > 0; p *= mean / k) {
    sum += p;
    if (k > mean && p < 1e-18 * sum) break;
    ++k;
  }
  return sum;
}

/// About the quantile; the search begins there.
std::int64_t near(double lower, double upper, double mean) {
  if (mean < 16) return static_cast<std::int64_t>(mean);
  // Abramowitz & Stegun 26.2.23, 4e-4
  const double tail = std::max(std::min(lower, upper), 1e-300), t = std::sqrt(-2 * std::log(tail));
  const double z = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  const double w = lower < upper ? -z : z, s = std::sqrt(mean);
  const double x = mean + s * w + 1.0 / 3 + w * w / 6 - (w / 36 + w * w * w / 72) / s;
  return static_cast<std::int64_t>(std::max(x, 0.0));
}

}  // namespace

double poisson_probability(std::int64_t n, double mean) {
  if (n < 0) return 0;
  if (!(mean > 0)) return n == 0 ? 1 : 0;
  if (n < 16) {
    double p = std::exp(-mean);
    if (p > 0) {
      for (std::int64_t k = 1; k <= n; ++k) p *= mean / static_cast<double>(k);
      return p;
    }
    return std::exp(static_cast<double>(n) * std::log(mean) - mean - std::lgamma(static_cast<double>(n) + 1));
  }
  const auto x = static_cast<double>(n);
  return std::exp(-stirling_error(x) - deviance(x, mean)) / std::sqrt(2 * std::numbers::pi * x);
}

std::int64_t poisson_quantile(double lower, double upper, double mean) {
  if (!(mean > 0)) return 0;
  std::int64_t n = near(lower, upper, mean);
  double p = poisson_probability(n, mean);
  if (lower <= upper) {
    double below = lower_tail(n, mean, p);
    while (below < lower) below += p *= mean / static_cast<double>(++n);
    while (n > 0 && below - p >= lower) {
      below -= p;
      p *= static_cast<double>(n--) / mean;
    }
    return n;
  }
  double above = upper_tail(n, mean, p);
  while (above > upper) above -= p *= mean / static_cast<double>(++n);
  while (n > 0 && above + p <= upper) {
    above += p;
    p *= static_cast<double>(n--) / mean;
  }
  return n;
}

}  // namespace ronchi
