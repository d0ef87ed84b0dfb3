// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/base/random_loops.hpp"

/// Poisson numbers by inversion in single precision, each with the question whether its error could matter.
namespace ronchi {
namespace {

constexpr float normal_from = 12;      // means below are summed up term by term
constexpr float normal_up_to = 4.0e6;  // above, single precision has too few digits

/// Means below `normal_from`: the number of terms of the distribution function below U. `terms` of them are looked at.
inline Floats by_summation(Floats mean, Words word, int terms, Ints& doubt) {
  const Floats u = (floats((Ints)(word >> 8)) + 0.5f) * 0x1p-24f;
  Floats p = decay(mean), sum = p, closest = Floats{} + 1.0f;
  Ints count = Ints{};
  for (int k = 1;; ++k) {
    const Floats above = u - sum;
    count -= above > 0.0f;
    closest = lesser(closest, select(above > 0.0f, above, -above));
    if (k == terms) {
      // Errors: 6e-8 of U and of each sum, 2e-7 of the first term and 2e-7 more of each next one, weighted by its probability.
      doubt = (closest < 8e-6f) | (above > 0.0f);
      return floats(count);
    }
    p *= mean * (1.0f / static_cast<float>(k));
    sum += p;
  }
}

/// Larger ones: the expansion of the inverse distribution function in 1 / sqrt(mean) (Cornish & Fisher; M. Giles, ACM Trans. Math.
/// Softw. 42 (2016) 7, section 2). With its continuation to real numbers, P(N < x) = Q(x, mean), the number is the integer below x.
/// The next term of the expansion is (0.0173 w - 0.0035 w^3 - 0.0013 w^5) mean^-3/2; the bound has more than its double.
inline Floats by_expansion(Floats mean, Words word, Ints& doubt) {
  Floats x, log;
  signed_uniform(word, x, log);
  const Floats w = central_normal(x, log), w2 = w * w;
  const Floats s = root(mean), inverse = 1.0f / s, inverse2 = inverse * inverse;
  const Floats whole = floats(truncated(mean));
  const Floats y = (mean - whole) + s * w + (0.333333333f + w2 * 0.166666667f) +
                   (w * (-0.0277777778f - w2 * 0.0138888889f)) * inverse +
                   (-0.0197530864f + w2 * (0.00864197531f + w2 * 0.0037037037f)) * inverse2;
  const Floats cut = floats(truncated(y)), below = cut - select(cut > y, Floats{} + 1.0f, Floats{});
  const Floats part = y - below, size = select(w > 0.0f, w, -w);
  const Floats bound = (0.03f + size * (0.02f + w2 * (0.004f + w2 * 0.0035f))) * (inverse * inverse2) + (s * 4e-6f + 2e-6f);
  doubt = (part < bound) | (part > 1.0f - bound) | (log > 4.99f) | (mean > normal_up_to);
  return whole + below;
}

long fill_poisson(const unsigned* words, const float* means, long n, float* out, int* doubtful) {
  long doubts = 0;
  for (long start = 0; start < n; start += random_group) {
    Floats low = load<Floats>(means + start), high = low;
    for (int i = lanes; i < random_group; i += lanes) {
      low = lesser(load<Floats>(means + start + i), low);
      high = greater(load<Floats>(means + start + i), high);
    }
    float least = low[0], most = high[0];
    for (int i = 1; i < lanes; ++i) {
      least = low[i] < least ? low[i] : least;
      most = high[i] > most ? high[i] : most;
    }
    const float summed = most < normal_from ? most : normal_from;
    const int terms = summed > 0 ? 8 + static_cast<int>(summed + 6.0f * __builtin_sqrtf(summed)) : 1;
    for (int i = 0; i < random_group; i += lanes) {
      const long at = start + i;
      const Floats mean = load<Floats>(means + at);
      const Words word = load<Words>(words + at);
      Floats value;
      Ints doubt;
      if (least >= normal_from) {
        value = by_expansion(mean, word, doubt);
      } else {
        const Floats small = select(mean > 0.0f, lesser(mean, Floats{} + normal_from), Floats{});
        value = by_summation(small, word, terms, doubt);
        if (!(most < normal_from)) {
          Ints other;
          const Ints large = mean >= normal_from;
          const Floats many = by_expansion(select(large, mean, Floats{} + normal_from), word, other);
          value = select(large, many, value);
          doubt = (large & other) | (~large & doubt);
        }
      }
      store(out + at, value);
      int flags[lanes];
      store(flags, doubt);
      for (int l = 0; l < lanes; ++l)
        if (flags[l] != 0) doubtful[doubts++] = static_cast<int>(at) + l;
    }
  }
  return doubts;
}

constexpr RandomKernels random_kernels(const char* name) { return {name, &fill_bits, &fill_uniform, &fill_normal, &fill_poisson}; }

}  // namespace
}  // namespace ronchi
